// C = after(bias + A · B), for few rows: B is read once a row, and nothing else costs time.
//
// A workgroup computes COLUMNS entries of one row; its threads also share out the inner index, in PARTS, and join their
// sums at the end. Twin of `Parameters`: ops/matmul/gpu.rs, Product::words. CPU twin: ops/matmul/cpu.rs.

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

var<workgroup> sums: array<f32, COLUMNS * PARTS>;

@compute @workgroup_size(COLUMNS * PARTS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let column = group.x * COLUMNS + thread % COLUMNS;
    let row = group.y;
    var sum = 0.0;
    if column < p.columns {
        for (var k = thread / COLUMNS; k < p.inner; k += PARTS) {
            let at = p.b_offset + k * p.b_stride + column * p.b_step;
            sum += a[p.a_offset + row * p.a_stride + k] * number(b[place(at)], at);
        }
    }
    sums[thread] = sum;
    workgroupBarrier();
    if thread >= COLUMNS || column >= p.columns {
        return;
    }
    var value = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        value += sums[part * COLUMNS + thread];
    }
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
