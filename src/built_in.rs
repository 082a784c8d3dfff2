//! The checkpoints that come with Chickadee. In a page they are files beside the module, and fetched when needed.

/// The gridworld's, 128 wide: `trainer/recipes/gridworld-small.toml`.
pub const GRIDWORLD: &[u8] = include_bytes!("../assets/models/gridworld-small.safetensors");

/// The tree's, 128 wide: `trainer/recipes/tree-small.toml`.
pub const TREE: &[u8] = include_bytes!("../assets/models/tree-small.safetensors");
