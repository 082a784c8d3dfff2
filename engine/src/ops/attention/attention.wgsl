// Attention of one row and one head over the tokens it sees, and over itself: one workgroup.
//
// BLOCK tokens at a time: every thread takes scores of some tokens, then the threads share out the entries of the head
// (and, when the head is narrow, the tokens) for the weighted sum of the values.
// Twin of `Parameters`: ops/attention/gpu.rs, Attention::words. CPU twin: ops/attention/cpu.rs.

struct Parameters {
    rows: u32,
    head: u32,
    query_offset: u32,
    query_stride: u32,
    cache_offset: u32,
    cache_stride: u32,
    self_offset: u32,
    self_stride: u32,
    // From a key to the value of the same token, in memory and own alike.
    to_value: u32,
    out_stride: u32,
    visible_offset: u32,
    // Length of a row of kept probabilities; 0 to keep none.
    probability_stride: u32,
    scale: f32,
    // Hidden tokens: bits of row r begin at element r · hides_stride; none when hides_words is 0.
    mask_words: u32,
    mask_stride: u32,
    mask_itself: u32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> queries: array<f32>;
@group(0) @binding(2) var<storage, read> cache: array<f32>;
@group(0) @binding(3) var<storage, read> self_kv: array<f32>;
@group(0) @binding(4) var<storage, read> visible: array<u32>;
@group(0) @binding(5) var<storage, read_write> result: array<f32>;
@group(0) @binding(6) var<storage, read_write> probabilities: array<f32>;

@group(0) @binding(7) var<storage, read> mask: array<u32>;

// The score of what is hidden.
const LOWEST = -3.0e38;

var<workgroup> query: array<f32, WIDEST>;
var<workgroup> scores: array<f32, BLOCK>;
var<workgroup> parts: array<f32, THREADS>;

fn is_hidden(row: u32, token: u32, itself: u32) -> bool {
    // Words that all rows share speak of tokens of the memory alone.
    if token == itself && (p.mask_itself != 0u || p.mask_stride == 0u) {
        return p.mask_itself != 0u;
    }
    let word = token / 32u;
    if word >= p.mask_words {
        return false;
    }
    return ((mask[row * p.mask_stride + word] >> (token % 32u)) & 1u) != 0u;
}

// e^(score − high), and nothing for what is hidden.
fn weight_of(score: f32, high: f32) -> f32 {
    if score <= LOWEST {
        return 0.0;
    }
    return exp(score - high);
}

fn largest(thread: u32, value: f32) -> f32 {
    workgroupBarrier();
    parts[thread] = value;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if thread < half {
            parts[thread] = max(parts[thread], parts[thread + half]);
        }
        workgroupBarrier();
    }
    return parts[0];
}

fn total(thread: u32, value: f32) -> f32 {
    workgroupBarrier();
    parts[thread] = value;
    workgroupBarrier();
    for (var half = THREADS / 2u; half > 0u; half /= 2u) {
        if thread < half {
            parts[thread] += parts[thread + half];
        }
        workgroupBarrier();
    }
    return parts[0];
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let h = group.y;
    let first = h * p.head;
    // The row itself is the last token that it sees.
    let itself = visible[p.visible_offset + row];
    let count = itself + 1u;
    let self_key = p.self_offset + row * p.self_stride + first;
    for (var e = thread; e < p.head; e += THREADS) {
        query[e] = queries[p.query_offset + row * p.query_stride + first + e] * p.scale;
    }
    workgroupBarrier();

    // Threads share out entries of the head and, if there are fewer of these than threads, tokens.
    let shares = max(THREADS / p.head, 1u);
    let entry = thread % p.head;
    let share = thread / p.head;
    var read: array<f32, WIDEST / THREADS>;
    var high = LOWEST;
    var sum = 0.0;
    for (var begin = 0u; begin < count; begin += BLOCK) {
        let here = min(BLOCK, count - begin);
        // Others may still be reading the scores of the block before.
        workgroupBarrier();
        var best = LOWEST;
        for (var i = thread; i < here; i += THREADS) {
            let token = begin + i;
            var score = 0.0;
            if is_hidden(row, token, itself) {
                score = LOWEST;
            } else if token == itself {
                for (var e = 0u; e < p.head; e++) {
                    score += query[e] * self_kv[self_key + e];
                }
            } else {
                let key = p.cache_offset + token * p.cache_stride + first;
                for (var e = 0u; e < p.head; e++) {
                    score += query[e] * cache[key + e];
                }
            }
            scores[i] = score;
            best = max(best, score);
            if p.probability_stride != 0u {
                probabilities[(h * p.rows + row) * p.probability_stride + token] = score;
            }
        }
        let new_high = max(high, largest(thread, best));
        let shrink = exp(high - new_high);
        high = new_high;
        var some = 0.0;
        for (var i = thread; i < here; i += THREADS) {
            let weight = weight_of(scores[i], high);
            scores[i] = weight;
            some += weight;
        }
        sum = sum * shrink + total(thread, some);
        for (var j = 0u; j < WIDEST / THREADS; j++) {
            let e = entry + j * THREADS;
            if e >= p.head || share >= shares || (j > 0u && p.head <= THREADS) {
                break;
            }
            var value = read[j] * shrink;
            for (var i = share; i < here; i += shares) {
                let token = begin + i;
                if token == itself {
                    value += scores[i] * self_kv[self_key + p.to_value + e];
                } else {
                    value += scores[i] * cache[p.cache_offset + token * p.cache_stride + first + p.to_value + e];
                }
            }
            read[j] = value;
        }
    }

    // A row that may see nothing reads nothing.
    let inverse = select(0.0, 1.0 / sum, sum > 0.0);
    // Join the shares of the tokens.
    workgroupBarrier();
    parts[thread] = read[0];
    workgroupBarrier();
    if share == 0u {
        for (var j = 0u; j < WIDEST / THREADS; j++) {
            let e = entry + j * THREADS;
            if e >= p.head || (j > 0u && p.head <= THREADS) {
                break;
            }
            var value = read[j];
            if j == 0u && p.head <= THREADS {
                for (var other = 1u; other < shares; other++) {
                    value += parts[other * p.head + entry];
                }
            }
            result[row * p.out_stride + first + e] = value * inverse;
        }
    }
    for (var token = thread; token < p.probability_stride; token += THREADS) {
        let at = (h * p.rows + row) * p.probability_stride + token;
        if token < count {
            probabilities[at] = weight_of(probabilities[at], high) * inverse;
        } else {
            probabilities[at] = 0.0;
        }
    }
}
