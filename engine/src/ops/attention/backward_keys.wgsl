// Back to the key and the value of one row and one head, from all rows that read it. Rows that read nothing get no derivative
// by their query.

@group(0) @binding(6) var<storage, read> d_scores: array<f32>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let first = group.y * p.head;
    let is_token = row >= p.context;
    let token = row - min(row, p.context);
    // All queries may read a token; of the tokens, itself and those behind it.
    let queries = min(p.context, p.readers);
    var readers = queries;
    if is_token && row < p.readers {
        readers += p.readers - row;
    }

    let entry = first_entry(thread);
    let share = share_of(thread);
    var d_key: array<f32, WIDEST / THREADS>;
    var d_value: array<f32, WIDEST / THREADS>;
    for (var j = 0u; j < WIDEST / THREADS; j++) {
        let e = entry + j * THREADS;
        if e >= p.head || share >= shares() {
            break;
        }
        for (var n = share; n < readers; n += shares()) {
            let reader = select(n - queries + row, n, n < queries);
            let sees = visible[reader];
            if reader != row && !(is_token && token < sees) {
                continue;
            }
            let at = scores_of(reader, group.y) + select(token, sees, reader == row);
            d_key[j] += d_scores[at] * qkv[query_at(reader, first + e)];
            d_value[j] += probabilities[at] * d_attn_out[reader * width() + first + e];
        }
    }

    d_key[0] = join(thread, d_key[0]);
    d_value[0] = join(thread, d_value[0]);
    for (var e = thread; e < p.head; e += THREADS) {
        let at = query_at(row, first + e);
        d_qkv[at + width()] = d_key[e / THREADS];
        d_qkv[at + 2u * width()] = d_value[e / THREADS];
        if row >= p.readers {
            d_qkv[at] = 0.0;
        }
    }
}
