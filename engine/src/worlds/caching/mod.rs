//! The world of the caching bird: S places, what each feels like, and a bird that forages.
//!
//! A *place* (the paper's *state*) is all that the bird knows of where it is. Each place has a vector of input
//! rates over N_inp input units, whose rows are z-scored. Three geometries are offered:
//!
//! * [`Geometry::Ring`]: places along a closed track, each input unit tuned to one position of it (the paper's
//!   main model; Fang et al. 2025, Methods);
//! * [`Geometry::Arena`]: places of a square arena, seen from above (the paper's two-dimensional supplement);
//! * [`Geometry::Gaussian`]: a ring whose units have random, many-peaked tuning drawn from a Gaussian process
//!   (the paper's supplement on unordered place fields).
//!
//! Eight neighbouring places of the ring make one *site* of the experiment.

mod forager;
mod geometry;
mod inputs;

pub use forager::{Decision, Forager, Situation};
pub use geometry::{Geometry, PLACES_PER_SITE};
pub use inputs::PlaceInputs;
