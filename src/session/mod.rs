//! Sessions: where a world meets a model, and the one loop that moves both.
//!
//! A window, a page, JavaScript, the command line and the tests all drive the same [`Lab`]: they dispatch
//! [`Command`]s, call [`advance`](Lab::advance) with as much time as they have, and read the activity of the session
//! inside. There are two sessions:
//!
//! * [`Session`]: the caching lab, a bird and the barcode network;
//! * [`maze::Session`]: the maze lab, an agent in a maze and the transformer.
//!
//! A session knows no clock. It counts steps, so that *seed + settings + log* is the saved run, and its state hash is
//! the same wherever it is replayed.

mod caching;
mod command;
mod diary;
mod event;
mod lab;
pub mod maze;
pub mod processor;
mod script;

pub use caching::{
    Activity, CacheReport, Clamped, DEFAULT_SEED, Doing, Effect, Episode, KNOBS, Knob, KnobInfo,
    Loaded, MAX_MEMORIES, MAX_UNITS, Network, RecallJob, Report, Session, SettingError, Settings,
    TuningJob,
};
pub(crate) use caching::{LogEntry, shortened};
pub use command::{Command, CommandError};
pub use event::{Event, TraceEntry};
pub use lab::{Lab, LabReport};
