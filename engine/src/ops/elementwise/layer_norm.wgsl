// Layer normalisation of rows. Twin: layer_norm.rs.

@group(0) @binding(3) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let begin = group.x * p.width;
    let of_row = moments(begin, thread);
    let scale = 1.0 / sqrt(of_row.y + EPSILON);
    for (var i = thread; i < p.width; i += THREADS) {
        let normal = (x[begin + i] - of_row.x) * scale;
        result[begin + i] = normal * weight_at(p.weight_offset + i) + weight_at(p.bias_offset + i);
    }
}
