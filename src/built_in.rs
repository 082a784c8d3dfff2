//! The checkpoints that come with Chickadee. In a page they are files beside the module, and fetched when needed.

/// The gridworld's, 128 wide: `trainer/recipes/gridworld-small.toml`.
pub const GRIDWORLD: &[u8] = include_bytes!("../assets/models/gridworld-small.safetensors");

/// The tree's, 128 wide: `trainer/recipes/tree-small.toml`.
pub const TREE: &[u8] = include_bytes!("../assets/models/tree-small.safetensors");

/// The gridworld's on the paper's data alone: `trainer/recipes/gridworld-faithful.toml`.
pub const GRIDWORLD_FAITHFUL: &[u8] =
    include_bytes!("../assets/models/gridworld-faithful.safetensors");

/// The gridworld's on more of what is rare in random walks: `trainer/recipes/gridworld-best.toml`, `…-2` and `…-3`.
pub const GRIDWORLD_BEST: &[u8] = include_bytes!("../assets/models/gridworld-best.safetensors");

/// The tree's on nearly complete trees and on the loops that were left: `trainer/recipes/tree-best.toml`.
pub const TREE_BEST: &[u8] = include_bytes!("../assets/models/tree-best.safetensors");

/// The tree's on the paper's data alone: `trainer/recipes/tree-faithful.toml`.
pub const TREE_FAITHFUL: &[u8] = include_bytes!("../assets/models/tree-faithful.safetensors");

/// A checkpoint by the name of its file without the ending.
#[must_use]
pub fn checkpoint(name: &str) -> Option<&'static [u8]> {
    match name {
        "gridworld-small" => Some(GRIDWORLD),
        "tree-small" => Some(TREE),
        "gridworld-best" => Some(GRIDWORLD_BEST),
        "tree-best" => Some(TREE_BEST),
        "gridworld-faithful" => Some(GRIDWORLD_FAITHFUL),
        "tree-faithful" => Some(TREE_FAITHFUL),
        _ => None,
    }
}
