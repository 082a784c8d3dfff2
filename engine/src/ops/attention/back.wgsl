// What both kernels of the way back through an attention share. Rows are queries first and then the tokens of the context,
// so that the rows that read, all or the queries alone, begin the array.
// Twin of `Parameters`: ops/attention/gpu/back.rs. CPU twin: models/transformer/gradient.rs, BlockBackward::head.

struct Parameters {
    // Rows that read.
    readers: u32,
    // The row of the first token.
    context: u32,
    heads: u32,
    // Width of a head.
    head: u32,
    // Length of a row of probabilities; a row's own stands behind the last token that it sees.
    length: u32,
    scale: f32,
}

