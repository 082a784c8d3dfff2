// Back through a layer normalisation of rows: the derivative by the input is added to what is there. Twin: layer_norm.rs,
// layer_norm_backward.

@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let begin = group.x * p.width;
    let of_row = moments(begin, thread);
    let scale = 1.0 / sqrt(of_row.y + EPSILON);
    var slope = 0.0;
    var along_normal = 0.0;
    for (var i = thread; i < p.width; i += THREADS) {
        let g = dy[begin + i] * weight_at(p.weight_offset + i);
        slope += g;
        along_normal += g * (x[begin + i] - of_row.x) * scale;
    }
    let mean_slope = total(thread, slope) / f32(p.width);
    let along = total(thread, along_normal) / f32(p.width);
    for (var i = thread; i < p.width; i += THREADS) {
        let normal = (x[begin + i] - of_row.x) * scale;
        let g = dy[begin + i] * weight_at(p.weight_offset + i);
        dx[begin + i] += scale * (g - mean_slope - normal * along);
    }
}
