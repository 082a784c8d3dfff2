//! A transformer: one that comes with Chickadee, or the user's own.

use std::{collections::BTreeMap, sync::Arc};

use chickadee_engine::{
    base::StateHash,
    eval::Kind,
    models::transformer::{Checkpoint, Readouts, Shape, Transformer},
    worlds::maze::SENSORY,
};

/// Facts about the transformer at work.
#[derive(Clone, Debug)]
pub struct ModelInfo {
    /// The name of the file, or in it.
    pub name: String,
    /// Its sizes.
    pub shape: Shape,
    /// Whether it is the user's own.
    pub own: bool,
    /// The hash of its weights.
    pub hash: u64,
    /// The metadata of the file.
    pub about: BTreeMap<String, String>,
}

/// A transformer with its readouts.
#[derive(Clone)]
pub(super) struct Model {
    /// Its number among the models that were read.
    pub number: u64,
    pub info: Arc<ModelInfo>,
    pub transformer: Arc<Transformer>,
    pub readouts: Arc<Readouts>,
}

impl Model {
    /// Reads a checkpoint.
    ///
    /// # Errors
    /// When it is none, or is made for other senses or actions than any maze has: one sentence.
    pub fn read(name: &str, bytes: &[u8], own: bool) -> Result<Self, String> {
        let checkpoint = Checkpoint::read(bytes).map_err(|error| format!("{name}: {error}"))?;
        let readouts = Readouts::read(bytes).map_err(|error| format!("{name}: {error}"))?;
        let shape = checkpoint.weights.shape;
        if shape.sensory != SENSORY || kind_of(shape).is_none() {
            return Err(format!(
                "{name} has {} actions and codes of {} numbers; a gridworld needs 5 actions, a tree 4, and both codes of {SENSORY}",
                shape.actions, shape.sensory
            ));
        }
        let mut hash = StateHash::default();
        hash.array(&checkpoint.weights.values);
        let hash = hash.finish();
        if !own && !HASHES.contains(&hash) {
            return Err(format!(
                "{name} has the hash {hash:016x} and is not the file that this program was made with; reload the page"
            ));
        }
        let name = match checkpoint.about.get("name") {
            Some(inside) if !own => inside.clone(),
            _ => name.to_owned(),
        };
        Ok(Self {
            number: 0,
            info: Arc::new(ModelInfo {
                name,
                shape,
                own,
                hash,
                about: checkpoint.about,
            }),
            transformer: Arc::new(Transformer::new(checkpoint.weights)),
            readouts: Arc::new(readouts),
        })
    }

    /// The mazes that it was made for.
    pub fn kind(&self) -> Kind {
        kind_of(self.info.shape).unwrap_or(Kind::Gridworld)
    }
}

/// Hashes of the weights that come with Chickadee: what a page fetches must be what it was built with.
const HASHES: [u64; 2] = [0x7b08_c7fa_a333_7506, 0x153c_2430_1b19_b54c];

fn kind_of(shape: Shape) -> Option<Kind> {
    [Kind::Gridworld, Kind::Tree]
        .into_iter()
        .find(|kind| kind.actions() == shape.actions)
}

/// Name of the checkpoint that comes with Chickadee.
pub(super) fn file(kind: Kind) -> &'static str {
    match kind {
        Kind::Gridworld => "gridworld-small",
        Kind::Tree => "tree-small",
    }
}

/// The checkpoint that comes with Chickadee; a page has to fetch it.
pub(super) fn built_in(kind: Kind) -> Option<Result<Model, String>> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use crate::built_in::{GRIDWORLD, TREE};
        let bytes = match kind {
            Kind::Gridworld => GRIDWORLD,
            Kind::Tree => TREE,
        };
        Some(Model::read(file(kind), bytes, false))
    }
    #[cfg(target_arch = "wasm32")]
    {
        let _ = kind;
        None
    }
}
