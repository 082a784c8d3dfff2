//! Standard normal numbers of the counter-based stream, made where they are used.
//!
//! The recurrent weights of a barcode network are 25 million numbers, 100 MB, and a function of the seed. On the
//! GPU they are drawn in place: nothing is sent, and the CPU need not have them. The words of the stream are the same to
//! the bit; the normal numbers made from them (Box–Muller) agree within some units in the last place, as logarithm, sine
//! and root round differently.
//!
//! The CPU twin is [`Random::fill_normal`](crate::base::random::Random::fill_normal).

pub mod gpu;
