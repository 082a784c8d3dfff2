//! Attention of rows over kept keys and values, and over themselves.
//!
//! Row *r* sees the first `visible[r]` tokens of the KV cache and its own key and value. That is the causal rule for
//! a context token (it sees those before it) and the whole meaning of a query (it sees as much context as it is
//! asked with), as in `models::transformer`.
//!
//! On the CPU the transformer does this with two dense products and a soft-max, over memory that is packed for
//! them. [`plain`] is the same sum written down without any of that: what the kernel is compared with. The kernel
//! passes once over the tokens, keeping the largest score so far, the sum of the exponentials and the weighted
//! sum of the values, and rescales when the largest score rises: no matrix of scores is needed, unless a picture
//! of the attention is asked for.

mod forward;
pub mod gpu;

pub use forward::{Heads, plain};
