//! The maze lab through its session. What needs to look inside is tested beside it, in `src/labs/maze`.

mod properties;
mod reopened;
mod view;
mod weights;
mod workers;

type Session = chickadee::session::Session<chickadee::labs::maze::MazeLab>;
