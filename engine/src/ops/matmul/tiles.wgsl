// C = after(bias + A · B), tile by tile: for many rows.
//
// A workgroup of 16 × 16 threads computes a tile of 64 × 64 entries, every thread 4 × 4 of them. Slices of A and B,
// DEPTH deep, go through workgroup memory, so that every number is fetched once a tile instead of 64 times.
// Twin of `Parameters`: ops/matmul/gpu.rs, Product::words. CPU twin: ops/matmul/cpu.rs.

struct Parameters {
    rows: u32,
    inner: u32,
    columns: u32,
    a_offset: u32,
    a_stride: u32,
    b_offset: u32,
    b_stride: u32,
    b_step: u32,
    bias_offset: u32,
    c_offset: u32,
    c_stride: u32,
    has_bias: u32,
    after: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> a: array<f32>;
// B, and the bias somewhere beside it.
@group(0) @binding(2) var<storage, read> b: array<Stored>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;

// left[k · PITCH + r]: four rows of A from 4r on, at depth k. One more than 16, so that threads that write side by side
// do not meet in one memory bank.
const PITCH = 17u;
var<workgroup> left: array<vec4<f32>, DEPTH * PITCH>;
// right[k · 16 + q]: four columns of B from 4q on, at depth k.
var<workgroup> right: array<vec4<f32>, DEPTH * 16u>;

fn a_at(row: u32, k: u32) -> f32 {
    if row < p.rows && k < p.inner {
        return a[p.a_offset + row * p.a_stride + k];
    }
    return 0.0;
}

fn b_at(k: u32, column: u32) -> f32 {
    if k < p.inner && column < p.columns {
        let at = p.b_offset + k * p.b_stride + column * p.b_step;
        return number(b[place(at)], at);
    }
    return 0.0;
}

fn store(row: u32, column: u32, sum: f32) {
    if row >= p.rows || column >= p.columns {
        return;
    }
    var value = sum;
    if p.has_bias != 0u {
        let bias = p.bias_offset + column;
        value += number(b[place(bias)], bias);
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

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let first_column = group.x * TILE;
    let first_row = group.y * TILE;
    let x = thread % 16u;
    let y = thread / 16u;
    var sum: array<vec4<f32>, 4>;
    for (var begin = 0u; begin < p.inner; begin += DEPTH) {
        // Threads side by side read numbers side by side: along the rows of A, and along the rows of B, or the
        // columns of a B that is turned.
        let row = first_row + 4u * y;
        let k = begin + x;
        left[x * PITCH + y] = vec4(a_at(row, k), a_at(row + 1u, k), a_at(row + 2u, k), a_at(row + 3u, k));
        let q = select(y, x, p.b_step == 1u);
        let depth_of_b = select(x, y, p.b_step == 1u);
        let column = first_column + 4u * q;
        let l = begin + depth_of_b;
        right[depth_of_b * 16u + q] = vec4(b_at(l, column), b_at(l, column + 1u), b_at(l, column + 2u), b_at(l, column + 3u));
        workgroupBarrier();
        for (var depth = 0u; depth < DEPTH; depth++) {
            let rows = left[depth * PITCH + y];
            let columns = right[depth * 16u + x];
            sum[0] += rows.x * columns;
            sum[1] += rows.y * columns;
            sum[2] += rows.z * columns;
            sum[3] += rows.w * columns;
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) {
            store(first_row + 4u * y + i, first_column + 4u * x + j, sum[i][j]);
        }
    }
}
