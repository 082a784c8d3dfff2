//! Normal numbers on the GPU.

use crate::{
    base::random::{Random, Stream},
    gpu::{Buffer, CommandList, Kernel, chunk, parameters},
};

const THREADS: usize = 64;
/// Numbers of one block of the cipher.
const BLOCK: usize = 16;

parameters! {
    /// Rows of the stream.
    pub struct NormalParameters {
        /// The first word of the key. (In a uniform an array would spread them.)
        key_0: u32,
        /// The second.
        key_1: u32,
        /// The third.
        key_2: u32,
        /// The fourth.
        key_3: u32,
        /// The fifth.
        key_4: u32,
        /// The sixth.
        key_5: u32,
        /// The seventh.
        key_6: u32,
        /// The eighth.
        key_7: u32,
        /// The stream.
        stream: u32,
        /// Numbers of a row.
        columns: usize,
        /// Position of the first row in the stream.
        position: usize,
        /// Where the rows go.
        offset: usize,
    }
}

/// Rows of normal numbers.
pub const NORMALS: Kernel<NormalParameters> = Kernel::new(
    "normal numbers",
    &[("THREADS", THREADS), ("ROUNDS", 8)],
    &[chunk!("random.wgsl")],
);

/// Fills `rows` rows of `columns` numbers of `out` from element `offset` on: the row at position `first` of the stream and
/// those after it, each what `Random::new(seed, stream, position)` fills a row with.
pub fn fill_normal(
    commands: &mut CommandList,
    out: &Buffer<f32>,
    (seed, stream): (u64, Stream),
    (first, rows, columns): (usize, usize, usize),
    offset: usize,
) {
    let [key_0, key_1, key_2, key_3, key_4, key_5, key_6, key_7] = Random::key(seed);
    let parameters = NormalParameters {
        key_0,
        key_1,
        key_2,
        key_3,
        key_4,
        key_5,
        key_6,
        key_7,
        stream: stream as u32,
        columns,
        position: first,
        offset,
    };
    let grid = [columns.div_ceil(THREADS * BLOCK), rows, 1];
    commands.dispatch(&NORMALS, &parameters, &[out.raw()], grid);
}
