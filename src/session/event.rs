use serde::Serialize;

/// What a lab tells the outside. Small; big arrays are in the [`Activity`](super::Activity).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// A seed was cached: memory number `index` at `place`.
    Cached {
        /// The place.
        place: usize,
        /// The number of the memory, from 0.
        index: usize,
    },
    /// A place was checked for a seed.
    Recalled {
        /// The place.
        place: usize,
        /// Seed output as a fraction of its largest value over all places.
        seed_ratio: f64,
        /// Where the place output peaks, in places.
        peak: Option<f64>,
        /// Whether the bird says that a seed is here.
        found: bool,
    },
    /// Activity was no longer finite after step `step`.
    Overflow {
        /// The step.
        step: usize,
    },
    /// The agent was rewarded.
    Rewarded {
        /// Where.
        state: usize,
        /// Memories by then.
        memories: usize,
    },
    /// All memories were forgotten.
    Cleared,
    /// The lab goes on with the CPU: what it ran on cannot be trusted any more.
    Degraded {
        /// One sentence.
        reason: String,
    },
    /// Something to read: what was clamped, ignored or refused.
    Message {
        /// One sentence.
        text: String,
    },
}

/// An event and when it happened, in Euler steps since the lab began.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceEntry {
    /// Steps since the lab began.
    pub tick: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}
