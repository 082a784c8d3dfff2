// Back to the key and the value of one row and one head, from all rows that read it. Rows that read nothing get no derivative
// by their query.

@group(0) @binding(0) var<uniform> p: Parameters;
// Query, key and value of every row.
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read> d_heads: array<f32>;
@group(0) @binding(3) var<storage, read> probabilities: array<f32>;
@group(0) @binding(4) var<storage, read> visible: array<u32>;
@group(0) @binding(5) var<storage, read> d_scores: array<f32>;
@group(0) @binding(6) var<storage, read_write> d_qkv: array<f32>;

var<workgroup> key_parts: array<f32, THREADS>;
var<workgroup> value_parts: array<f32, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let row = group.x;
    let first = group.y * p.head;
    let width = p.heads * p.head;
    let is_token = row >= p.context;
    let token = row - min(row, p.context);
    // All queries may read a token; of the tokens, itself and those behind it.
    let queries = min(p.context, p.readers);
    var readers = queries;
    if is_token && row < p.readers {
        readers += p.readers - row;
    }

    let shares = max(THREADS / p.head, 1u);
    let entry = thread % p.head;
    let share = thread / p.head;
    var d_key: array<f32, WIDEST / THREADS>;
    var d_value: array<f32, WIDEST / THREADS>;
    for (var j = 0u; j < WIDEST / THREADS; j++) {
        let e = entry + j * THREADS;
        if e >= p.head || share >= shares || (j > 0u && p.head <= THREADS) {
            break;
        }
        for (var n = share; n < readers; n += shares) {
            let reader = select(n - queries + row, n, n < queries);
            let sees = visible[reader];
            if reader != row && !(is_token && token < sees) {
                continue;
            }
            let column = select(token, sees, reader == row);
            let at = (group.y * p.readers + reader) * p.length + column;
            d_key[j] += d_scores[at] * qkv[reader * 3u * width + first + e];
            d_value[j] += probabilities[at] * d_heads[reader * width + first + e];
        }
    }

    // Join the shares of the readers.
    key_parts[thread] = d_key[0];
    value_parts[thread] = d_value[0];
    workgroupBarrier();
    if share != 0u {
        return;
    }
    for (var j = 0u; j < WIDEST / THREADS; j++) {
        let e = entry + j * THREADS;
        if e >= p.head || (j > 0u && p.head <= THREADS) {
            break;
        }
        var key = d_key[j];
        var value = d_value[j];
        if j == 0u && p.head <= THREADS {
            for (var other = 1u; other < shares; other++) {
                key += key_parts[other * p.head + entry];
                value += value_parts[other * p.head + entry];
            }
        }
        let at = row * 3u * width + first + e;
        d_qkv[at + width] = key;
        d_qkv[at + 2u * width] = value;
        if row >= p.readers {
            d_qkv[at] = 0.0;
        }
    }
}
