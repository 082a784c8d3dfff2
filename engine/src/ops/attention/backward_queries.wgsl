// Back through the attention of one row and one head: from the derivative by what it read to those by its scores and by its
// query. BLOCK tokens at a time, as in forward.wgsl.

@group(0) @binding(6) var<storage, read_write> d_scores: array<f32>;
@group(0) @binding(7) var<storage, read> attn_out: array<f32>;

var<workgroup> d_read: array<f32, WIDEST>;
var<workgroup> scores: array<f32, BLOCK>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let first = group.y * p.head;
    let itself = visible[row];
    let count = itself + 1u;
    let at = scores_of(row, group.y);
    // Σ p dp over all that is seen is what was read times its derivative.
    var some = 0.0;
    for (var e = thread; e < p.head; e += THREADS) {
        let d = d_attn_out[row * width() + first + e];
        d_read[e] = d;
        some += d * attn_out[row * width() + first + e];
    }
    let along = total(thread, some);

    let entry = first_entry(thread);
    let share = share_of(thread);
    var sum: array<f32, WIDEST / THREADS>;
    for (var begin = 0u; begin < count; begin += BLOCK) {
        let here = min(BLOCK, count - begin);
        // Others may still be reading the scores of the block before.
        workgroupBarrier();
        for (var i = thread; i < here; i += THREADS) {
            let token = begin + i;
            let seen = select(p.context + token, row, token == itself);
            let value = query_at(seen, 2u * width() + first);
            var d = 0.0;
            for (var e = 0u; e < p.head; e++) {
                d += d_read[e] * qkv[value + e];
            }
            let d_score = probabilities[at + token] * (d - along) * p.scale;
            scores[i] = d_score;
            d_scores[at + token] = d_score;
        }
        workgroupBarrier();
        for (var j = 0u; j < WIDEST / THREADS; j++) {
            let e = entry + j * THREADS;
            if e >= p.head || share >= shares() {
                break;
            }
            var value = sum[j];
            for (var i = share; i < here; i += shares()) {
                let token = begin + i;
                let seen = select(p.context + token, row, token == itself);
                value += scores[i] * qkv[query_at(seen, width() + first + e)];
            }
            sum[j] = value;
        }
    }

    sum[0] = join(thread, sum[0]);
    for (var e = thread; e < p.head; e += THREADS) {
        d_qkv[query_at(row, first + e)] = sum[e / THREADS];
    }
}
