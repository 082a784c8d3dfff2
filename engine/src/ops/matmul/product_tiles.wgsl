// A product with many rows, tile by tile.
//
// A workgroup of 16 × 16 threads computes a tile of 64 × 64 entries, every thread 4 × 4 of them. Slices of A and B,
// DEPTH deep, go through workgroup memory, so that every number is fetched once a tile instead of 64 times. The kernel says
// `size`, `depths`, `left`, `right`, `is_transposed` and `finish`.

// left_tile[k · PITCH + r]: four rows of A from 4r on, at depth k. One more than 16, so that threads that write side by
// side do not meet in one memory bank.
const PITCH = 17u;
var<workgroup> left_tile: array<vec4<f32>, DEPTH * PITCH>;
// right_tile[k · 16 + q]: four columns of B from 4q on, at depth k.
var<workgroup> right_tile: array<vec4<f32>, DEPTH * 16u>;

fn left_or_zero(row: u32, k: u32) -> f32 {
    if row < size().x && k < depths().y {
        return left(row, k);
    }
    return 0.0;
}

fn right_or_zero(k: u32, column: u32) -> f32 {
    if k < depths().y && column < size().y {
        return right(k, column);
    }
    return 0.0;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let first_column = group.x * TILE;
    let first_row = group.y * TILE;
    let x = thread % 16u;
    let y = thread / 16u;
    let range = depths();
    var sum: array<vec4<f32>, 4>;
    for (var begin = range.x; begin < range.y; begin += DEPTH) {
        // Threads side by side read numbers side by side: along the rows of A, and along the rows of B, or the
        // columns of a B that is transposed.
        let row = first_row + 4u * y;
        let k = begin + x;
        left_tile[x * PITCH + y] = vec4(left_or_zero(row, k), left_or_zero(row + 1u, k), left_or_zero(row + 2u, k), left_or_zero(row + 3u, k));
        let q = select(x, y, is_transposed());
        let depth_of_b = select(y, x, is_transposed());
        let column = first_column + 4u * q;
        let l = begin + depth_of_b;
        right_tile[depth_of_b * 16u + q] = vec4(right_or_zero(l, column), right_or_zero(l, column + 1u), right_or_zero(l, column + 2u), right_or_zero(l, column + 3u));
        workgroupBarrier();
        for (var depth = 0u; depth < DEPTH; depth++) {
            let rows = left_tile[depth * PITCH + y];
            let columns = right_tile[depth * 16u + x];
            sum[0] += rows.x * columns;
            sum[1] += rows.y * columns;
            sum[2] += rows.z * columns;
            sum[3] += rows.w * columns;
        }
        workgroupBarrier();
    }
    for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) {
            let row = first_row + 4u * y + i;
            let column = first_column + 4u * x + j;
            if row < size().x && column < size().y {
                finish(row, column, sum[i][j]);
            }
        }
    }
}
