//! The name of the lab that is open: the only place in the picture that tells labs apart by their type.

use crate::session::Lab;

/// The lab's name, as in links.
pub(super) fn name(lab: &Lab) -> &'static str {
    match lab {
        Lab::Caching(_) => "caching",
        Lab::Maze(_) => "maze",
    }
}
