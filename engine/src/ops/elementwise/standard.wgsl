// Rows whose mean is taken out and that are then made 1 long, a workgroup a row. A row that does not vary becomes zeros.
// Products of such rows are Pearson correlations. Twin of `Parameters`: ops/elementwise/gpu.rs.

struct Parameters {
    width: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

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
    let size = sqrt(total(thread, square));
    // What rounding leaves of a row that does not vary is no variation.
    let varies = size > 1e-6 * abs(mean) * sqrt(f32(p.width));
    let scale = select(0.0, 1.0 / size, varies);
    for (var i = thread; i < p.width; i += THREADS) {
        result[begin + i] = (x[begin + i] - mean) * scale;
    }
}
