// Sums over the units of every state: Σa, and the pull of every memory, (η/N) wₖ (⟨a, aₖ⟩ + β Σa). A workgroup a sum.
// Twin: models/barcode/memory.rs, Memory::pull.

@group(0) @binding(1) var<storage, read> activity: array<f32>;
@group(0) @binding(2) var<storage, read> barcodes: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let which = group.x;
    let state = group.y;
    var some = 0.0;
    for (var i = thread; i < p.units; i += THREADS) {
        let a = activity[p.now + state * p.units + i];
        if which == 0u {
            some += a;
        } else if a != 0.0 {
            some += a * (barcodes[(which - 1u) * p.units + i] + p.bias);
        }
    }
    var sum = total(thread, some);
    if thread == 0u {
        if which > 0u {
            sum *= p.rate * weights[which - 1u];
        }
        sums[state * (p.memories + 1u) + which] = sum;
    }
}
