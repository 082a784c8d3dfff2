//! Workers: the other cores as one more [`Device`](crate::session::device::Device), whose numbers are those of the CPU to the bit.
//!
//! ```text
//! session ── run(places) ──► Pool ── Task, as a record ──► Transport ──► Worker: weights from the seed, steps in slices
//!    ▲                        │ ▲                                           │
//!    └──────── take() ────────┘ └────────── Answer, as a record ◄───────────┘
//! ```
//!
//! A [`Worker`] is a web worker with the same module in a page, and a thread natively; [`Transport`] is what lies between. It shares no
//! memory with whoever asks, so no page has to send headers for it. Places never interact and each is computed by the same code, so it makes no
//! difference to any bit how many workers there are, or whether there are any.
//!
//! The first thing that goes wrong (a worker that is gone, silent, or says what is no answer) ends the whole pool: sessions then go
//! on with the CPU as after any other [error](crate::session::device::Device::error) of a device.

mod helpers;
mod pool;
mod portable;
mod question;
mod record;
#[cfg(not(target_arch = "wasm32"))]
mod threads;
mod transformers;
mod worker;

pub use pool::{Pool, Transport};
#[cfg(not(target_arch = "wasm32"))]
pub use threads::threads;
pub use worker::Worker;
