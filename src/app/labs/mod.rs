//! The pictures of the labs that come with Chickadee: a folder a lab, a file a panel.

pub(crate) mod bridge;
pub(crate) mod caching;
pub(crate) mod figures;
pub(crate) mod maze;
