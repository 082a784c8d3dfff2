//! Models: what remembers. A model is fed vectors and knows nothing of the world that they come from.

pub mod barcode;
pub mod baselines;
pub mod key_value;
pub mod random_keys;
pub mod transformer;
