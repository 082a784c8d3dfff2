// Attention of four rows and one head: one workgroup. For contexts, where keys and values are read by many rows: each is
// fetched once for four of them. Hidden tokens and kept probabilities are left to attention.wgsl.
//
// A vec4 holds one number of each row. The sums begin with the rows' own keys and values; tokens of the memory follow,
// BLOCK at a time, as in attention.wgsl.
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
    to_value: u32,
    out_stride: u32,
    visible_offset: u32,
    probability_stride: u32,
    scale: f32,
}

@group(0) @binding(0) var<uniform> p: Parameters;
@group(0) @binding(1) var<storage, read> queries: array<f32>;
@group(0) @binding(2) var<storage, read> cache: array<f32>;
@group(0) @binding(3) var<storage, read> self_kv: array<f32>;
@group(0) @binding(4) var<storage, read> visible: array<u32>;
@group(0) @binding(5) var<storage, read_write> result: array<f32>;

const LOWEST = -3.0e38;

var<workgroup> query: array<vec4<f32>, WIDEST>;
var<workgroup> scores: array<vec4<f32>, BLOCK>;
var<workgroup> parts: array<vec4<f32>, THREADS>;

fn largest(thread: u32, value: vec4<f32>) -> vec4<f32> {
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

fn total(thread: u32, value: vec4<f32>) -> vec4<f32> {
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

// One number of each of four rows that lie `stride` apart; behind the last row, those of the last.
fn own_of(first: u32, element: u32) -> vec4<f32> {
    let last = p.rows - 1u;
    let rows = min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(last));
    let at = p.self_offset + rows * p.self_stride + element;
    return vec4(self_kv[at.x], self_kv[at.y], self_kv[at.z], self_kv[at.w]);
}

fn query_of(first: u32, element: u32) -> vec4<f32> {
    let last = p.rows - 1u;
    let rows = min(vec4(first, first + 1u, first + 2u, first + 3u), vec4(last));
    let at = p.query_offset + rows * p.query_stride + element;
    return p.scale * vec4(queries[at.x], queries[at.y], queries[at.z], queries[at.w]);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = 4u * group.x;
    let first = group.y * p.head;
    let last = p.rows - 1u;
    let at = p.visible_offset + min(vec4(row, row + 1u, row + 2u, row + 3u), vec4(last));
    let sees = vec4(visible[at.x], visible[at.y], visible[at.z], visible[at.w]);
    let count = max(max(sees.x, sees.y), max(sees.z, sees.w));
    var own_score = vec4(0.0);
    for (var e = thread; e < p.head; e += THREADS) {
        let q = query_of(row, first + e);
        query[e] = q;
        own_score += q * own_of(row, first + e);
    }

    // Threads share out entries of the head and, if there are fewer of these than threads, tokens.
    let shares = max(THREADS / p.head, 1u);
    let entry = thread % p.head;
    let share = thread / p.head;
    var high = total(thread, own_score);
    var sum = vec4(1.0);
    var read: array<vec4<f32>, WIDEST / THREADS>;
    for (var j = 0u; j < WIDEST / THREADS; j++) {
        let e = entry + j * THREADS;
        if e < p.head && share == 0u {
            read[j] = own_of(row, first + p.to_value + e);
        }
    }
    for (var begin = 0u; begin < count; begin += BLOCK) {
        let here = min(BLOCK, count - begin);
        // Others may still be reading the scores of the block before.
        workgroupBarrier();
        var best = vec4(LOWEST);
        for (var i = thread; i < here; i += THREADS) {
            let token = begin + i;
            let key = p.cache_offset + token * p.cache_stride + first;
            var score = vec4(0.0);
            for (var e = 0u; e < p.head; e++) {
                score += query[e] * cache[key + e];
            }
            score = select(vec4(LOWEST), score, vec4(token) < sees);
            scores[i] = score;
            best = max(best, score);
        }
        let new_high = max(high, largest(thread, best));
        let shrink = exp(high - new_high);
        high = new_high;
        var some = vec4(0.0);
        for (var i = thread; i < here; i += THREADS) {
            let weight = select(vec4(0.0), exp(scores[i] - high), vec4(begin + i) < sees);
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
                value += scores[i] * cache[p.cache_offset + (begin + i) * p.cache_stride + first + p.to_value + e];
            }
            read[j] = value;
        }
    }

    // Join the shares of the tokens.
    workgroupBarrier();
    parts[thread] = read[0];
    workgroupBarrier();
    if share != 0u {
        return;
    }
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
        value /= sum;
        for (var r = 0u; r < 4u; r++) {
            if row + r < p.rows {
                result[(row + r) * p.out_stride + first + e] = value[r];
            }
        }
    }
}
