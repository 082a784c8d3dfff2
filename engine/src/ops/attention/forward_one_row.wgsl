// One row: any number of tokens may be hidden from it, and the probabilities may be kept.

alias Lane = f32;
const ROWS = 1u;

@group(0) @binding(6) var<storage, read_write> probabilities: array<f32>;
// Hidden tokens: token t is bit t mod 32 of word t / 32.
@group(0) @binding(7) var<storage, read> mask: array<u32>;

fn seen_by(row: u32) -> u32 {
    return visible[p.visible_offset + row];
}

fn most(sees: u32) -> u32 {
    return sees;
}

fn query_at(row: u32, element: u32) -> f32 {
    return queries[p.query_offset + row * p.query_stride + element];
}

fn self_at(row: u32, element: u32) -> f32 {
    return self_kv[p.self_offset + row * p.self_stride + element];
}

fn score_of_itself(score: f32) -> f32 {
    return select(score, LOWEST, p.mask_itself != 0u);
}

fn is_seen(token: u32, sees: u32) -> bool {
    let word = token / 32u;
    if word >= p.mask_words {
        return true;
    }
    return ((mask[word] >> (token % 32u)) & 1u) == 0u;
}

fn probability_at(row: u32, head: u32, token: u32) -> u32 {
    return (head * p.rows + row) * p.probability_stride + token;
}

// Scores wait where the probabilities will be. (The thread that reads one has written it.)
fn keep_score(row: u32, head: u32, token: u32, score: f32) {
    if p.probability_stride != 0u {
        probabilities[probability_at(row, head, token)] = score;
    }
}

// The row itself stands behind the last token that it sees.
fn keep_probability(row: u32, head: u32, token: u32, itself: u32, self_score: f32, high: f32, inverse: f32) {
    let at = probability_at(row, head, token);
    var score = LOWEST;
    if token < itself {
        score = probabilities[at];
    } else if token == itself {
        score = self_score;
    }
    probabilities[at] = weight_of(score, high) * inverse;
}

fn store(row: u32, element: u32, value: f32) {
    result[row * p.out_stride + element] = value;
}

