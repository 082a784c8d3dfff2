//! Normal numbers on the GPU.

use crate::{
    base::random::{Random, Stream},
    gpu::{Buffer, CommandList, Kernel, Word},
};

const THREADS: usize = 64;
/// Numbers of one block of the cipher.
const BLOCK: usize = 16;

/// Rows of normal numbers.
pub const NORMALS: Kernel = Kernel {
    name: "normal numbers",
    source: include_str!("normals.wgsl"),
    constants: &[("THREADS", THREADS), ("ROUNDS", 8)],
};

/// Fills `rows` rows of `columns` numbers of `out` from element `offset` on: the row at position `first` of the stream and
/// those after it, each what `Random::new(seed, stream, position)` fills a row with.
pub fn fill_normal(
    commands: &mut CommandList,
    out: &Buffer<f32>,
    (seed, stream): (u64, Stream),
    (first, rows, columns): (usize, usize, usize),
    offset: usize,
) {
    let mut words = Random::key(seed).to_vec();
    words.extend([stream as u32, columns.word(), first.word(), offset.word()]);
    let grid = [columns.div_ceil(THREADS * BLOCK), rows, 1];
    commands.dispatch(&NORMALS, &words, &[out.raw()], grid);
}
