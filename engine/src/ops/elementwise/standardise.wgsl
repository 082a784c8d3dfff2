// Rows whose mean is taken out and that are then made 1 long. A row that does not vary becomes zeros. Products of such rows
// are Pearson correlations, as in analysis/similarity.rs.

@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let begin = group.x * p.width;
    let of_row = moments(begin, thread);
    let size = sqrt(of_row.y * f32(p.width));
    // What rounding leaves of a row that does not vary is no variation.
    let varies = size > 1e-6 * abs(of_row.x) * sqrt(f32(p.width));
    let scale = select(0.0, 1.0 / size, varies);
    for (var i = thread; i < p.width; i += THREADS) {
        result[begin + i] = (x[begin + i] - of_row.x) * scale;
    }
}
