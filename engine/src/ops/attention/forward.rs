use crate::{base::Matrix, ops::elementwise::softmax};

/// Heads of an attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// Their number.
    pub count: usize,
    /// Width of one.
    pub width: usize,
}

impl Heads {
    /// Width of all heads side by side, d.
    #[must_use]
    pub fn total(&self) -> usize {
        self.count * self.width
    }
}

/// Attention in the plainest form.
///
/// `queries` are rows × d, `memory` tokens × 2d (keys, then values), `own` rows × 2d. Returns what the heads read,
/// rows × d, and the probabilities, (head · rows) × (longest visible + 1), where a row's own stands behind the last
/// token that it sees. `hides(row, token)` hides a token; a row itself has the number `visible`.
#[must_use]
pub fn plain(
    heads: Heads,
    queries: &[f32],
    cache: &[f32],
    self_kv: &[f32],
    visible: &[usize],
    hides: &dyn Fn(usize, usize) -> bool,
) -> (Matrix, Matrix) {
    let (d, width) = (heads.total(), heads.width);
    let rows = visible.len();
    let longest = visible.iter().copied().max().unwrap_or(0);
    let mut out = Matrix::zeros(rows, d);
    let mut probabilities = Matrix::zeros(heads.count * rows, longest + 1);
    let scale = 1.0 / (width as f32).sqrt();
    for h in 0..heads.count {
        for (row, &visible) in visible.iter().enumerate() {
            let query = &queries[row * d + h * width..][..width];
            let self_kv = &self_kv[row * 2 * d + h * width..];
            let dot = |key: &[f32]| query.iter().zip(key).map(|(q, k)| q * k).sum::<f32>();
            let part = |token: usize| &cache[token * 2 * d + h * width..];
            let p = probabilities.row_mut(h * rows + row);
            for (token, p) in p.iter_mut().enumerate().take(visible) {
                *p = if hides(row, token) {
                    f32::NEG_INFINITY
                } else {
                    dot(part(token))
                };
            }
            let itself = if hides(row, visible) {
                f32::NEG_INFINITY
            } else {
                dot(self_kv)
            };
            if (0..=visible).all(|token| hides(row, token)) {
                // A row that may see nothing reads nothing.
                p.fill(0.0);
                continue;
            }
            p[visible] = softmax(p, visible, itself, scale);
            let out = &mut out.row_mut(row)[h * width..][..width];
            let values = (0..visible).map(part).chain([self_kv]);
            for (p, from) in p.iter().zip(values) {
                for (out, value) in out.iter_mut().zip(&from[d..]) {
                    *out += p * value;
                }
            }
        }
    }
    (out, probabilities)
}
