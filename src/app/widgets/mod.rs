//! Small controls: painted icons, knobs, swatches.

mod icon;
mod knob;

pub(crate) use icon::{Icon, icon_button};
pub(crate) use knob::{knob, switch};
