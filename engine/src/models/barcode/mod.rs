//! The barcode network of Fang, Lindsey, Abbott, Aronov & Chettih (2025): a recurrent network in which low
//! recurrent gain codes place and high gain turns place input into sparse, chaotic *barcodes*.
//!
//! # The idea
//! N rectified units get a place input **x**. With the recurrent gain *r* at 0 the activity is the rectified
//! input, a smooth place code. At *r* = 1 the random recurrent weights take over: within a hundred Euler steps
//! neighbouring places, whose inputs are almost equal, are driven to nearly uncorrelated patterns with a tenth
//! of the units active. To cache a seed, the network makes such a barcode **a**, and Hebbian learning binds
//! three things to it at once: itself (so that it becomes an attractor), the place, and the seed. To recall, the
//! network runs at *r* = 1 again. Near a cache the memory wins over the chaos and the old barcode comes back;
//! the readouts then say that there is a seed, and where. The *search strength* s, a bias along the direction
//! that all stored barcodes share, widens the region from which a memory is found.
//!
//! # One Euler step (in the authors' order)
//! ```text
//! v ← v (1 − dt λ_div ⟨a⟩) + dt · r (a J_xx) + dt · u        u = x + s J_sx  (+ seed input while caching)
//! a ← max(v, 0)
//! ```
//! Both the mean ⟨a⟩ and the product use the activity of the step before. The divisor is explicit and overflows
//! when a seed is cached inside an existing basin: dt λ_div ⟨a⟩ then exceeds one and the step overshoots.
//! [`Euler::Reference`] is the authors' step; [`Euler::Safe`] is the same step until that happens, and divides by
//! (1 + dt λ_div ⟨a⟩) where it does, which has the same fixed points and stays finite.
//! (Nothing in the model bounds learning itself: each time that a seed is cached again at the same place its barcode grows
//! with the square of the one before, and the sixth time no step can hold it.)
//!
//! # Objects by lifetime
//! * [`Wiring`]: the fixed random weights, a function of (seed, N). Made once, shared, never copied.
//! * [`Parameters`]: everything that can be turned while the network runs. Gain σ and mean μ of the weights are
//!   applied in the step and not stored in the matrix, so they are live too.
//! * [`Memory`]: one cached seed, the pair (barcode aₖ, place input xₖ). Synapses are kept in this low-rank form,
//!   J_xx = J_xx(0) + (η/N) Σₖ wₖ (aₖ + β) aₖᵀ, so that adding, removing and re-weighting one is exact and costs
//!   O(N).
//! * [`Run`]: some places settling together, step by step.

mod dense;
mod drive;
#[cfg(feature = "gpu")]
pub mod gpu;
mod memory;
mod parameters;
mod run;
mod skew;
mod step;
mod wiring;

pub use dense::dense_recurrent;
pub use drive::{Drive, DriveProgress};
pub use memory::{Memory, blend, place_output, seed_output};
pub use parameters::{Euler, InputWeights, Parameters};
pub use run::{Phase, Run, place_mode};
pub use skew::Skew;
pub use wiring::{Wiring, WiringProgress};
