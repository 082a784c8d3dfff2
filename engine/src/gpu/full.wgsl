// Weights of 32 bits, as they are. Its like: half.wgsl. Rust: gpu/weight_buffer.rs.

@group(0) @binding(2) var<storage, read> weights: array<f32>;

fn weight_at(i: u32) -> f32 {
    return weights[i];
}

