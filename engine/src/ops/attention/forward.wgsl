// Attention of some rows and one head over the tokens that they see, and over themselves: one workgroup. Twin: forward.rs.
// How many rows, what they see, and what is done with the result is in forward_one_row.wgsl and forward_four_rows.wgsl.
//
// A Lane holds a number of each row. The sums begin with the rows' own keys and values; tokens of the cache follow,
// BLOCK at a time: every thread takes scores of some tokens, then the threads share out the entries of the head (and, when
// the head is narrow, the tokens) for the weighted sum of the values.

@group(0) @binding(1) var<storage, read> queries: array<f32>;
@group(0) @binding(2) var<storage, read> cache: array<f32>;
@group(0) @binding(3) var<storage, read> self_kv: array<f32>;
@group(0) @binding(4) var<storage, read> visible: array<u32>;
@group(0) @binding(5) var<storage, read_write> result: array<f32>;

// The score of what is hidden.
const LOWEST = -3.0e38;

var<workgroup> query: array<Lane, WIDEST>;
var<workgroup> scores: array<Lane, BLOCK>;

// e^(score − high), and nothing for what is hidden.
fn weight_of(score: Lane, high: Lane) -> Lane {
    return select(exp(score - high), Lane(0.0), score <= Lane(LOWEST));
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = ROWS * group.x;
    let first = group.y * p.head;
    let sees = seen_by(row);
    let count = most(sees);
    var own = Lane(0.0);
    for (var e = thread; e < p.head; e += THREADS) {
        let q = p.scale * query_at(row, first + e);
        query[e] = q;
        own += q * self_at(row, first + e);
    }
    let self_score = score_of_itself(total(thread, own));

    let entry = first_entry(thread);
    let share = share_of(thread);
    var high = self_score;
    var sum = weight_of(self_score, high);
    var read: array<Lane, WIDEST / THREADS>;
    for (var j = 0u; j < WIDEST / THREADS; j++) {
        let e = entry + j * THREADS;
        if e < p.head && share == 0u {
            read[j] = sum * self_at(row, first + p.to_value + e);
        }
    }
    for (var begin = 0u; begin < count; begin += BLOCK) {
        let here = min(BLOCK, count - begin);
        // Others may still be reading the scores of the block before.
        workgroupBarrier();
        var best = Lane(LOWEST);
        for (var i = thread; i < here; i += THREADS) {
            let token = begin + i;
            let key = p.cache_offset + token * p.cache_stride + first;
            var score = Lane(0.0);
            for (var e = 0u; e < p.head; e++) {
                score += query[e] * cache[key + e];
            }
            score = select(Lane(LOWEST), score, is_seen(token, sees));
            scores[i] = score;
            best = max(best, score);
            keep_score(row, group.y, token, score);
        }
        let new_high = max(high, largest(thread, best));
        let shrink = exp(high - new_high);
        high = new_high;
        var some = Lane(0.0);
        for (var i = thread; i < here; i += THREADS) {
            let weight = weight_of(scores[i], high);
            scores[i] = weight;
            some += weight;
        }
        sum = sum * shrink + total(thread, some);
        for (var j = 0u; j < WIDEST / THREADS; j++) {
            let e = entry + j * THREADS;
            if e >= p.head || share >= shares() {
                break;
            }
            var value = read[j] * shrink;
            for (var i = share; i < here; i += shares()) {
                value += scores[i] * cache[p.cache_offset + (begin + i) * p.cache_stride + first + p.to_value + e];
            }
            read[j] = value;
        }
    }

    // A row that may see nothing reads nothing.
    let inverse = select(Lane(0.0), 1.0 / sum, sum > Lane(0.0));
    read[0] = join(thread, read[0]);
    for (var e = thread; e < p.head; e += THREADS) {
        store(row, first + e, read[e / THREADS] * inverse);
    }
    for (var token = thread; token < p.probability_stride; token += THREADS) {
        keep_probability(row, group.y, token, count, self_score, high, inverse);
    }
}
