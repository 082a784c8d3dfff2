//! Small controls: painted icons, knobs, tracks. A lab from outside draws its settings with [`setting`] and its commands with [`button`]:
//! both are hidden and locked by their names.

mod control;
mod heatmap;
mod icon;
mod knob;
mod scroll;
mod setting;
mod track;

pub use control::button;
pub(crate) use control::{control, label_combo, small_button};
pub(crate) use heatmap::{Below, HeatMap, colour_scale, square_above_axis};
pub(crate) use icon::{Icon, icon_button};
pub(crate) use knob::{Dial, choice, fresh_seed, knob, more_button, number_field, seed, switch};
pub(crate) use scroll::{scroll, scrolls};
pub(crate) use setting::number;
pub use setting::setting;
pub(crate) use track::track;
