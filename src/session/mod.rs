//! Sessions: where a world meets a model, and the one loop that moves both, the same for every lab.
//!
//! ```text
//! Command ─► Session<L> ─ apply ─► run ─ slice ─► derived values ─► Activity, Event
//! ```
//!
//! The objects, by lifetime:
//!
//! * [`LabInfo`]: everything about a lab that is known without opening it, in the [`registry`]: settings, verbs, scenes;
//! * [`Workbench`]: whichever lab is open; a link of another lab replaces the session inside;
//! * [`Session`]: one lab that runs, with all that labs share in a [`Frame`]: [`Clock`], undo, [`EventLog`], device, scene;
//! * [`Lab`]: what a lab adds: a *run*, which commands change at once, and what is [`Derived`] from it in slices;
//! * [`Slot`]: one derived value, dropped when its key changes.
//!
//! A window, a page, JavaScript, the command line and the tests dispatch [`Command`]s, call [`advance`](Session::advance) with as
//! much time as they have, and read the activity of the lab. A session knows no clock of the wall. It counts steps, so that
//! *seed + settings + log* is the saved run, and its state hash is the same wherever it is replayed.

mod any;
mod clock;
pub mod command;
pub mod csv;
mod derived;
pub mod device;
mod device_slot;
mod events;
mod history;
mod interface;
mod lab;
mod lab_session;
mod link;
pub mod portable;
pub mod registry;
mod scene;
mod settings;
pub mod summary;
mod text;
mod workbench;
pub mod workload;

pub use any::{AnySession, ToldEvent};
pub use clock::Clock;
pub use command::{Command, CommandError, Verb};
pub(crate) use derived::slots;
pub use derived::{Derived, Progress, Slot, work_in};
pub use device_slot::DeviceSlot;
pub use events::{Event, EventInfo, EventLog, LabEvent, Timed};
pub use history::History;
pub use interface::EVENTS as COMMON_EVENTS;
pub use lab::{Frame, FrameOf, Lab, Received, Transport};
pub use lab_session::{Session, open, parse};
pub use link::{LONGEST as LONGEST_LINK, LinkError, LinkPairs, LoadReport};
pub use registry::{FileKind, LabInfo};
pub use scene::{Scene, Script};
pub use settings::{ChoiceOption, Effect, Kind, Note, Setting, SettingError, Table, Values};
pub use text::shortened;
pub use workbench::{MODEL, Workbench};
pub use workload::{DeviceWork, Workload};
