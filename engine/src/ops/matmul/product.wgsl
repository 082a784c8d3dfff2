// C = after(bias + A · B): what is multiplied, and what becomes of a sum. Twin: product.rs. How the sums are taken is in
// product_rows.wgsl and product_tiles.wgsl.

@group(0) @binding(1) var<storage, read> a: array<f32>;
// B lies among the weights, at binding 2, and the bias somewhere beside it.
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

const SPARSE = false;

fn size() -> vec2<u32> {
    return vec2(p.rows, p.columns);
}

fn depths() -> vec2<u32> {
    return vec2(0u, p.inner);
}

fn left(row: u32, k: u32) -> f32 {
    return a[p.a_offset + row * p.a_stride + k];
}

fn right(k: u32, column: u32) -> f32 {
    return weight_at(p.b_offset + k * p.b_stride + column * p.b_step);
}

fn is_transposed() -> bool {
    return p.b_step != 1u;
}

fn finish(row: u32, column: u32, sum: f32) {
    var value = sum;
    if p.has_bias != 0u {
        value += weight_at(p.bias_offset + column);
    }
    let at = p.c_offset + row * p.c_stride + column;
    if p.after == GELU {
        value = gelu(value);
    } else if p.after == ADD {
        value += c[at];
    } else if p.after == GELU_SLOPE {
        value *= gelu_slope(c[at]);
    }
    c[at] = value;
}

