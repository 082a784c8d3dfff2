// Back through the attention of one row and one head: from the derivative by what it read to those by its scores and by its
// query. BLOCK tokens at a time, as in attention.wgsl.

@group(0) @binding(0) var<uniform> p: Parameters;
// Query, key and value of every row.
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read> heads: array<f32>;
@group(0) @binding(3) var<storage, read> d_heads: array<f32>;
@group(0) @binding(4) var<storage, read> probabilities: array<f32>;
@group(0) @binding(5) var<storage, read> visible: array<u32>;
@group(0) @binding(6) var<storage, read_write> d_scores: array<f32>;
@group(0) @binding(7) var<storage, read_write> d_qkv: array<f32>;

var<workgroup> d_attn_out: array<f32, WIDEST>;
var<workgroup> scores: array<f32, BLOCK>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let first = group.y * p.head;
    let width = p.heads * p.head;
    let itself = visible[row];
    let count = itself + 1u;
    let at = (group.y * p.readers + row) * p.length;
    // Σ p dp over all that is seen is what was read times its derivative.
    var some = 0.0;
    for (var e = thread; e < p.head; e += THREADS) {
        let d = d_heads[row * width + first + e];
        d_attn_out[e] = d;
        some += d * heads[row * width + first + e];
    }
    let along = total(thread, some);

    let shares = max(THREADS / p.head, 1u);
    let entry = thread % p.head;
    let share = thread / p.head;
    var sum: array<f32, WIDEST / THREADS>;
    for (var begin = 0u; begin < count; begin += BLOCK) {
        let here = min(BLOCK, count - begin);
        // Others may still be reading the scores of the block before.
        workgroupBarrier();
        for (var i = thread; i < here; i += THREADS) {
            let token = begin + i;
            let seen = select(p.context + token, row, token == itself);
            let value = seen * 3u * width + 2u * width + first;
            var d = 0.0;
            for (var e = 0u; e < p.head; e++) {
                d += d_attn_out[e] * qkv[value + e];
            }
            let d_score = probabilities[at + token] * (d - along) * p.scale;
            scores[i] = d_score;
            d_scores[at + token] = d_score;
        }
        workgroupBarrier();
        for (var j = 0u; j < WIDEST / THREADS; j++) {
            let e = entry + j * THREADS;
            if e >= p.head || share >= shares || (j > 0u && p.head <= THREADS) {
                break;
            }
            var value = sum[j];
            for (var i = share; i < here; i += shares) {
                let token = begin + i;
                let seen = select(p.context + token, row, token == itself);
                value += scores[i] * qkv[seen * 3u * width + width + first + e];
            }
            sum[j] = value;
        }
    }

    // Join the shares of the tokens.
    workgroupBarrier();
    parts[thread] = sum[0];
    workgroupBarrier();
    if share != 0u {
        return;
    }
    for (var j = 0u; j < WIDEST / THREADS; j++) {
        let e = entry + j * THREADS;
        if e >= p.head || (j > 0u && p.head <= THREADS) {
            break;
        }
        var value = sum[j];
        if j == 0u && p.head <= THREADS {
            for (var other = 1u; other < shares; other++) {
                value += parts[other * p.head + entry];
            }
        }
        d_qkv[row * 3u * width + first + e] = value;
    }
}
