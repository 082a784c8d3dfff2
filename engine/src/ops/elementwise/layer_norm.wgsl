// Layer normalisation, a workgroup a row. CPU twin: ops/elementwise/cpu.rs, layer_norm.
// Twin of `Parameters`: ops/elementwise/gpu.rs.

struct Parameters {
    width: u32,
    weight_offset: u32,
    bias_offset: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<Stored>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

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
    for (var i = thread; i < p.width; i += THREADS) {
        let normal = (x[begin + i] - mean) * scale;
        let weight = p.weight_offset + i;
        let bias = p.bias_offset + i;
        result[begin + i] = normal * number(weights[place(weight)], weight) + number(weights[place(bias)], bias);
    }
}
