//! What can be passed on: links that bring a lab back, and scenes that have a name.

pub mod link;
pub mod scenes;
