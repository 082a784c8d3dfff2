//! Small controls: painted icons, knobs, tracks.

mod icon;
mod knob;
mod track;

pub(crate) use icon::{Icon, icon_button};
pub(crate) use knob::{Dial, choice, fresh_seed, knob, seed, switch};
pub(crate) use track::track;
