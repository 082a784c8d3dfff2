//! Worlds: where something lives and what it senses. A world knows nothing of the model that will read it.

pub mod caching;
pub mod maze;
