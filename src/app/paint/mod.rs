//! Pictures: colour maps, cached images, the bird, marks.

mod bird;
mod colormap;
mod images;
mod marks;

pub(crate) use bird::bird;
pub(crate) use colormap::{sequential, signed};
pub(crate) use images::{image, show_image};
pub(crate) use marks::{arrow, star, triangle};
