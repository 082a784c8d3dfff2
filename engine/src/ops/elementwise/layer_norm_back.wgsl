// Back through a layer normalisation, a workgroup a row: the derivative by the input is added to what is there.
// CPU twin: ops/elementwise/cpu.rs, layer_norm_backward. Twin of `Parameters`: ops/elementwise/gpu.rs.

struct Parameters {
    width: u32,
    weight_offset: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<Stored>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

fn weight_of(i: u32) -> f32 {
    let at = p.weight_offset + i;
    return number(weights[place(at)], at);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let begin = group.x * p.width;
    var sum = 0.0;
    for (var i = thread; i < p.width; i += THREADS) {
        sum += x[begin + i];
    }
    let mean = total(thread, sum) / f32(p.width);
    var square = 0.0;
    for (var i = thread; i < p.width; i += THREADS) {
        let distance = x[begin + i] - mean;
        square += distance * distance;
    }
    let variance = total(thread, square) / f32(p.width);
    let scale = 1.0 / sqrt(variance + 1e-5);
    var slope = 0.0;
    var along_normal = 0.0;
    for (var i = thread; i < p.width; i += THREADS) {
        let g = dy[begin + i] * weight_of(i);
        slope += g;
        along_normal += g * (x[begin + i] - mean) * scale;
    }
    let mean_slope = total(thread, slope) / f32(p.width);
    let along = total(thread, along_normal) / f32(p.width);
    for (var i = thread; i < p.width; i += THREADS) {
        let normal = (x[begin + i] - mean) * scale;
        dx[begin + i] += scale * (dy[begin + i] * weight_of(i) - mean_slope - normal * along);
    }
}
