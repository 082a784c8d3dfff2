//! Pictures of data: colour maps and cached images.

mod colormap;
mod images;

pub(crate) use colormap::{sequential, signed};
pub(crate) use images::Images;
