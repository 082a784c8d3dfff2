// Rows of standard normal numbers from the counter-based stream: a thread makes one block of 16 words, thus 16 numbers.
// Twin: base/random.rs, Random::fill_normal.

@group(0) @binding(1) var<storage, read_write> result: array<f32>;

var<private> state: array<u32, 16>;

fn rotate(x: u32, by: u32) -> u32 {
    return (x << by) | (x >> (32u - by));
}

fn quarter(a: u32, b: u32, c: u32, d: u32) {
    state[a] += state[b];
    state[d] = rotate(state[d] ^ state[a], 16u);
    state[c] += state[d];
    state[b] = rotate(state[b] ^ state[c], 12u);
    state[a] += state[b];
    state[d] = rotate(state[d] ^ state[a], 8u);
    state[c] += state[d];
    state[b] = rotate(state[b] ^ state[c], 7u);
}

// ln x for 2⁻²⁴ ≤ x ≤ 1: that of libm, since WGSL promises less.
fn natural_log(x: f32) -> f32 {
    // x = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2.
    let bits = bitcast<u32>(x) + (0x3f800000u - 0x3f3504f3u);
    let k = f32(i32(bits >> 23u) - 127);
    let f = bitcast<f32>((bits & 0x007fffffu) + 0x3f3504f3u) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let r = z * (0.66666662693 + w * 0.28498786688) + w * (0.40000972152 + w * 0.24279078841);
    let half = 0.5 * f * f;
    return s * (half + r) + k * 9.0580006145e-6 - half + f + k * 0.69313812256;
}

// Cosine and sine for 0 ≤ x ≤ 2π: quadrant and polynomials (Cephes). WGSL promises only eleven bits.
fn cosine_and_sine(x: f32) -> vec2<f32> {
    let quadrant = floor(x * 0.63661977 + 0.5);
    // π/2 in three parts, the first two short, so that their products are exact.
    let r = ((x - quadrant * 1.5703125) - quadrant * 4.837512969970703e-4) - quadrant * 7.549789954891882e-8;
    let z = r * r;
    let sine = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
    let cosine = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
    switch u32(quadrant) & 3u {
        case 0u: { return vec2(cosine, sine); }
        case 1u: { return vec2(-sine, cosine); }
        case 2u: { return vec2(-cosine, -sine); }
        default: { return vec2(sine, -cosine); }
    }
}

// Uniform in (0, 1], with 24 bits.
fn uniform_number(word: u32) -> f32 {
    return f32((word >> 8u) + 1u) * (1.0 / 16777216.0);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let block = group.x * THREADS + thread;
    let first_column = block * 16u;
    if first_column >= p.columns {
        return;
    }
    let row = group.y;
    let position = p.position + row;
    // A position begins at block position · 2¹⁶ of the stream.
    var begin = array<u32, 16>(
        0x61707865u, 0x3320646eu, 0x79622d32u, 0x6b206574u,
        p.key_0, p.key_1, p.key_2, p.key_3, p.key_4, p.key_5, p.key_6, p.key_7,
        (position << 16u) + block, position >> 16u, p.stream, 0u,
    );
    state = begin;
    for (var pair = 0u; pair < ROUNDS / 2u; pair++) {
        quarter(0u, 4u, 8u, 12u);
        quarter(1u, 5u, 9u, 13u);
        quarter(2u, 6u, 10u, 14u);
        quarter(3u, 7u, 11u, 15u);
        quarter(0u, 5u, 10u, 15u);
        quarter(1u, 6u, 11u, 12u);
        quarter(2u, 7u, 8u, 13u);
        quarter(3u, 4u, 9u, 14u);
    }
    let at = p.offset + row * p.columns + first_column;
    let count = min(16u, p.columns - first_column);
    for (var i = 0u; i < count; i += 2u) {
        let radius = sqrt(-2.0 * natural_log(uniform_number(state[i] + begin[i])));
        let turn = cosine_and_sine(6.2831853 * uniform_number(state[i + 1u] + begin[i + 1u]));
        result[at + i] = radius * turn.x;
        if i + 1u < count {
            result[at + i + 1u] = radius * turn.y;
        }
    }
}
