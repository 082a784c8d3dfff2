// Sums over the units of every state: Σa, and the pull of every memory, (η/N) wₖ (⟨a, aₖ⟩ + β Σa). A workgroup a sum.
// CPU twin: models/barcode/memory.rs, Memory::pull. Twin of `Parameters`: models/barcode/gpu/run.rs.

struct Parameters {
    units: u32,
    memories: u32,
    // η/N and β.
    rate: f32,
    bias: f32,
    // Where the activity lies in its array.
    now: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> activity: array<f32>;
@group(0) @binding(2) var<storage, read> barcodes: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;

var<workgroup> parts: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let which = group.x;
    let state = group.y;
    var sum = 0.0;
    for (var i = thread; i < p.units; i += THREADS) {
        let a = activity[p.now + state * p.units + i];
        if which == 0u {
            sum += a;
        } else if a != 0.0 {
            sum += a * (barcodes[(which - 1u) * p.units + i] + p.bias);
        }
    }
    parts[thread] = sum;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if thread < half {
            parts[thread] += parts[thread + half];
        }
        workgroupBarrier();
    }
    if thread == 0u {
        var value = parts[0];
        if which > 0u {
            value *= p.rate * weights[which - 1u];
        }
        sums[state * (p.memories + 1u) + which] = value;
    }
}
