//! Mazes: a few states with sensory codes, a goal that is rewarded, and an explorer that does not plan.
//!
//! A *maze* ([`Maze`]) is a graph with labelled moves. Two kinds are offered:
//!
//! * the *grid*: cells (x, y), x the row and y the column, and five actions (up, right, down, left, stay). Moves off
//!   the board leave the state as it is;
//! * the *tree*: nodes (layer, position) of a binary tree and four actions (back, left, right, stay). Each node may
//!   lack children.
//!
//! An agent does not see the state but its *sensory code* ([`codes()`]): a unit vector in ten dimensions, drawn anew
//! for every task, that nearby states share in part. Let D be the matrix of whole-number distances, c the
//! correlation, K = c^D and G a matrix of normal numbers, one row per sensory dimension; then state i looks like
//! G K[:, i], scaled to length one. In a grid D is the straight distance, cut to a whole number; in a tree it is the
//! number of steps on the complete tree, however much of it is missing.
//!
//! A *task* ([`Task`]) is a maze, its codes and a goal. Every step that ends at the goal is rewarded with 1, and the
//! goal does not end anything: staying there is rewarded again. What an agent knows of a task is what an explorer
//! ([`explore()`], [`Explorer`]) went through in it: a list of [`Transition`]s. The explorer does not plan. It draws
//! actions at random, stays half as often as it does anything else, does not repeat what has just failed, and in a tree
//! does not turn back without a reason.
//!
//! Goals are split into those to train on, to validate with and to hold out ([`goals()`]), and the published tasks follow
//! from seeds of NumPy's and Python's generators, which [`NumpyRandom`] and [`python_sample`] repeat.
//!
//! One's own mazes are drawn with characters, or written in JSON: see [`CustomMaze`].
//!
//! Source: Fang and Rajan 2025, *From memories to maps: mechanisms of in-context reinforcement learning in
//! transformers*, <https://arxiv.org/abs/2506.19686>, and the authors' code, <https://github.com/chingf/icl-maze>.

pub mod actions;
mod codes;
mod custom;
mod error;
mod family;
mod graph;
mod numpy;
mod protocol;
mod python;
mod rollin;
mod splits;
mod task;
mod topology;
mod written;

pub use actions::ActionSet;
pub use codes::{SENSORY, codes};
pub use custom::CustomMaze;
pub use error::{CustomMazeError, MazeError};
pub use family::Family;
pub use graph::{LARGEST_SIDE, Maze};
pub use numpy::NumpyRandom;
pub use protocol::Protocol;
pub use python::python_sample;
pub use rollin::{Explorer, explore, start_state};
pub use splits::{Split, bank_starts, far_starts, goals};
pub use task::{PUBLISHED_CORRELATION, PUBLISHED_LAYERS, PUBLISHED_SIDE, Task};
pub use topology::Topology;

pub use crate::base::Transition;
