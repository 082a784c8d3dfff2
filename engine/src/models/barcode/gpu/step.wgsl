// An Euler step: the product a · G, and what every unit of every state makes of it. Twin: models/barcode/step.rs.
//
// G may lie in several arrays, each holding some rows (presynaptic units). Then there is a dispatch for each of them; the
// sums so far wait where the new activity will be, and the last dispatch finishes the step.

@group(0) @binding(1) var<storage, read> activity: array<f32>;
@group(0) @binding(2) var<storage, read> normals: array<f32>;
@group(0) @binding(3) var<storage, read_write> next_activity: array<f32>;
@group(0) @binding(4) var<storage, read_write> preactivation: array<f32>;
@group(0) @binding(5) var<storage, read> drive: array<f32>;
@group(0) @binding(6) var<storage, read> seed_direction: array<f32>;
// Of every state: Σa, and then the pull of every memory.
@group(0) @binding(7) var<storage, read> state_sums: array<f32>;
@group(0) @binding(8) var<storage, read> barcodes: array<f32>;

// In the barcode state a tenth of the units is active.
const SPARSE = true;

fn size() -> vec2<u32> {
    return vec2(p.states, p.units);
}

fn depths() -> vec2<u32> {
    return vec2(p.begin, p.end);
}

fn left(state: u32, i: u32) -> f32 {
    return activity[p.now + state * p.units + i];
}

fn right(i: u32, unit: u32) -> f32 {
    return normals[(i - p.begin) * p.units + unit];
}

fn is_transposed() -> bool {
    return false;
}

fn finish(state: u32, unit: u32, sum: f32) {
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
    let total = state_sums[first];
    var recurrent = p.scale * product + p.mean * total;
    for (var k = 0u; k < p.memories; k++) {
        recurrent += state_sums[first + 1u + k] * barcodes[k * p.units + unit];
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

