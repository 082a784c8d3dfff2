// What both kernels of the way back through an attention share. Rows are queries first and then the tokens of the context,
// so that the rows that read, all or the queries alone, begin the array. CPU twin: models/transformer/gradient.rs,
// BlockBackward::head.

// Query, key and value of every row.
@group(0) @binding(1) var<storage, read> qkv: array<f32>;
@group(0) @binding(2) var<storage, read> d_attn_out: array<f32>;
@group(0) @binding(3) var<storage, read> probabilities: array<f32>;
@group(0) @binding(4) var<storage, read> visible: array<u32>;
@group(0) @binding(5) var<storage, read_write> d_qkv: array<f32>;

// Width of all heads.
fn width() -> u32 {
    return p.heads * p.head;
}

// Where an entry of the query of a row is; that of its key is a width behind it, that of its value two.
fn query_at(row: u32, element: u32) -> u32 {
    return row * 3u * width() + element;
}

// Where the probabilities and scores of a row that reads begin.
fn scores_of(reader: u32, head: u32) -> u32 {
    return (head * p.readers + reader) * p.length;
}

