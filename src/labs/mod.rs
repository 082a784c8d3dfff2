//! The labs: each a world that meets a model. A lab is a folder here, a folder of panels in `app`, and a line in [`ALL`].

pub mod bridge;
pub mod caching;
pub mod figures;
pub mod maze;

use crate::session::LabInfo;

/// The labs that come along; the first is that of a link that names none.
pub static ALL: &[&LabInfo] = &[&caching::INFO, &maze::INFO, &bridge::INFO, &figures::INFO];
