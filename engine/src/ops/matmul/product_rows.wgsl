// A product with few rows: B is read once a row, and nothing else costs time.
//
// A workgroup computes COLUMNS entries of one row; its threads also share out the inner index, in PARTS, and join their
// sums at the end. The kernel says `size`, `depths`, `left`, `right`, `finish`, and whether the left-hand side is SPARSE: then
// only the rows of B are read that count.

var<workgroup> sums: array<f32, COLUMNS * PARTS>;

@compute @workgroup_size(COLUMNS * PARTS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let column = group.x * COLUMNS + thread % COLUMNS;
    let row = group.y;
    let is_inside = column < size().y;
    let range = depths();
    var part_sum = 0.0;
    if is_inside {
        for (var k = range.x + thread / COLUMNS; k < range.y; k += PARTS) {
            let factor = left(row, k);
            if !SPARSE || factor != 0.0 {
                part_sum += factor * right(k, column);
            }
        }
    }
    sums[thread] = part_sum;
    workgroupBarrier();
    if thread >= COLUMNS || !is_inside {
        return;
    }
    var sum = 0.0;
    for (var part = 0u; part < PARTS; part++) {
        sum += sums[part * COLUMNS + thread];
    }
    finish(row, column, sum);
}
