// The end of a step of one unit in one state, once a · G is known. Begins both step kernels.
//
// G may lie in several arrays, each holding some rows (presynaptic units). Then there is a dispatch for each of them; the
// sums so far wait where the new activity will be, and the last dispatch finishes the step.
// CPU twin: models/barcode/step.rs. Twin of `Parameters`: models/barcode/gpu/run.rs.

struct Parameters {
    states: u32,
    units: u32,
    memories: u32,
    // 1 for the authors' step, which overshoots; 0 for the one that stays finite.
    reference: u32,
    // σ times the scale of G, and μ/N.
    scale: f32,
    mean: f32,
    // dt λ_div / N.
    leak: f32,
    // dt r, and dt.
    recurrent: f32,
    dt: f32,
    // Strength of J_sx, and of the place input (0 when silent).
    seed: f32,
    place: f32,
    // The rows of G that this dispatch sees.
    begin: u32,
    end: u32,
    is_last: u32,
    // Where the activity before and after the step lies in its array.
    now: u32,
    next: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> activity: array<f32>;
@group(0) @binding(2) var<storage, read> normals: array<f32>;
@group(0) @binding(3) var<storage, read_write> next_activity: array<f32>;
@group(0) @binding(4) var<storage, read_write> preactivation: array<f32>;
@group(0) @binding(5) var<storage, read> drive: array<f32>;
@group(0) @binding(6) var<storage, read> seed_direction: array<f32>;
// Of every state: Σa, and then the pull of every memory.
@group(0) @binding(7) var<storage, read> sums: array<f32>;
@group(0) @binding(8) var<storage, read> barcodes: array<f32>;

fn finish(state: u32, unit: u32, sum: f32) {
    if state >= p.states || unit >= p.units {
        return;
    }
    let at = state * p.units + unit;
    var product = sum;
    if p.begin > 0u {
        product += next_activity[p.next + at];
    }
    if p.is_last == 0u {
        next_activity[p.next + at] = product;
        return;
    }
    let first = state * (p.memories + 1u);
    let total = sums[first];
    var recurrent = p.scale * product + p.mean * total;
    for (var k = 0u; k < p.memories; k++) {
        recurrent += sums[first + 1u + k] * barcodes[k * p.units + unit];
    }
    let leak = p.leak * total;
    // Beyond a leak of 1 the explicit factor would turn negative.
    let authors = p.reference != 0u || leak <= 1.0;
    let factor = select(1.0, 1.0 - leak, authors);
    let divisor = select(1.0 + leak, 1.0, authors);
    let input = p.place * drive[at] + p.seed * seed_direction[unit];
    let next = (preactivation[at] * factor + p.recurrent * recurrent + p.dt * input) / divisor;
    preactivation[at] = next;
    next_activity[p.next + at] = select(next, 0.0, next <= 0.0);
}

