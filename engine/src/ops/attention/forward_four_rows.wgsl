// Four rows: for contexts, where keys and values are read by many rows: each is fetched once for four of them. Nothing is
// hidden, and no probabilities are kept.

alias Lane = vec4<f32>;
const ROWS = 4u;

// Four rows from `first` on; behind the last row, the last one again.
fn rows_from(first: u32) -> vec4<u32> {
    return min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(p.rows - 1u));
}

fn seen_by(row: u32) -> vec4<u32> {
    let at = p.visible_offset + rows_from(row);
    return vec4(visible[at.x], visible[at.y], visible[at.z], visible[at.w]);
}

fn most(sees: vec4<u32>) -> u32 {
    return max(max(sees.x, sees.y), max(sees.z, sees.w));
}

fn query_at(row: u32, element: u32) -> vec4<f32> {
    let at = p.query_offset + rows_from(row) * p.query_stride + element;
    return vec4(queries[at.x], queries[at.y], queries[at.z], queries[at.w]);
}

fn self_at(row: u32, element: u32) -> vec4<f32> {
    let at = p.self_offset + rows_from(row) * p.self_stride + element;
    return vec4(self_kv[at.x], self_kv[at.y], self_kv[at.z], self_kv[at.w]);
}

fn score_of_itself(score: vec4<f32>) -> vec4<f32> {
    return score;
}

fn is_seen(token: u32, sees: vec4<u32>) -> vec4<bool> {
    return vec4(token) < sees;
}

fn keep_score(row: u32, head: u32, token: u32, score: vec4<f32>) {}

fn keep_probability(row: u32, head: u32, token: u32, itself: u32, self_score: vec4<f32>, high: vec4<f32>, inverse: vec4<f32>) {}

fn store(row: u32, element: u32, value: vec4<f32>) {
    for (var r = 0u; r < ROWS; r++) {
        if row + r < p.rows {
            result[(row + r) * p.out_stride + element] = value[r];
        }
    }
}

