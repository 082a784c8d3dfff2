//! The transformers: those that come with Chickadee, and the user's own.

use std::{collections::BTreeMap, sync::Arc};

use crate::{session::Received, texts};
use chickadee_engine::{
    base::StateHash,
    models::transformer::{Checkpoint, Readouts, Shape, Transformer, assumed_heads},
    worlds::maze::{Family, SENSORY},
};

/// Facts about the transformer at work.
#[derive(Clone, Debug)]
pub struct ModelInfo {
    /// The name of the file, or in it.
    pub name: String,
    /// Its sizes.
    pub shape: Shape,
    /// Whether it is the user's.
    pub own: bool,
    /// The hash of its weights, and of its heads where they are not the usual 4.
    pub hash: u64,
    /// The number of heads, if it was assumed because the file does not say it.
    pub assumed_heads: Option<usize>,
    /// Metadata of the file.
    pub about: BTreeMap<String, String>,
}

/// A transformer, and the readouts that came with it.
#[derive(Clone)]
pub(crate) struct Model {
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
        if shape.sensory != SENSORY || Family::with_actions(shape.actions).is_none() {
            let refused = texts::maze::DoesNotFit {
                name,
                actions: shape.actions,
                numbers: shape.sensory,
                sensory: SENSORY,
            };
            return Err(refused.to_string());
        }
        let mut hash = StateHash::default();
        hash.array(&checkpoint.weights.values);
        // The weights of models with other heads look the same. Hashes of those with 4 stay what they have been.
        if own && shape.heads != USUAL_HEADS {
            hash.integer(shape.heads as u64);
        }
        let hash = hash.finish();
        if !own && !HASHES.contains(&hash) {
            let hash = format!("{hash:016x}");
            return Err(texts::maze::AnotherHash { name, hash }.to_string());
        }
        let assumed_heads = assumed_heads(bytes).map_err(|error| format!("{name}: {error}"))?;
        let name = match checkpoint.about.get("name") {
            Some(inside) if !own => inside.clone(),
            _ => name.to_owned(),
        };
        Ok(Self {
            info: Arc::new(ModelInfo {
                name,
                shape,
                own,
                hash,
                assumed_heads,
                about: checkpoint.about,
            }),
            transformer: Arc::new(Transformer::new(checkpoint.weights)),
            readouts: Arc::new(readouts),
        })
    }

    /// The kind of maze that it was made for.
    pub fn kind(&self) -> Family {
        Family::with_actions(self.info.shape.actions).unwrap_or(Family::Gridworld)
    }
}

/// The transformers of a lab.
#[derive(Default)]
pub(crate) struct Models {
    /// Those that come with Chickadee and were read, one a kind of maze.
    read: [Option<Model>; 2],
    own: Option<Model>,
    /// Fraction of a wanted checkpoint that has come, 0 … 1.
    pub loading: f64,
    /// Whether a wanted checkpoint cannot be had; the lab then shows the maze without a transformer.
    pub is_unavailable: bool,
}

impl Models {
    /// The transformer for a kind of maze.
    pub fn get(&self, kind: Family) -> Option<&Model> {
        let own = self.own.as_ref().filter(|model| model.kind() == kind);
        own.or(self.read[kind as usize].as_ref())
    }

    /// Its weights.
    pub fn transformer(&self, kind: Family) -> Option<Arc<Transformer>> {
        Some(Arc::clone(&self.get(kind)?.transformer))
    }

    /// The checkpoint that has to be brought, if one is needed: the name of a file without its ending.
    pub fn wanted(&self, kind: Family) -> Option<&'static str> {
        self.get(kind).is_none().then(|| file(kind))
    }

    /// Reads the checkpoint that comes with Chickadee, where that is part of the program.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn find(&mut self, kind: Family) -> Result<(), String> {
        if self.get(kind).is_none()
            && let Some(model) = built_in(kind)
        {
            self.read[kind as usize] = Some(model?);
        }
        Ok(())
    }

    /// Takes what has come of a wanted checkpoint; says why where none will.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn take(
        &mut self,
        kind: Family,
        received: Received<'_>,
        failed: impl FnOnce(String),
    ) -> Result<(), String> {
        match received {
            Received::Fraction(fraction) => self.loading = fraction,
            Received::All(bytes) => {
                let name = self.wanted(kind).unwrap_or_default();
                self.receive(Model::read(name, bytes, false)?);
            }
            Received::Failed(why) => {
                self.is_unavailable = true;
                failed(why.to_owned());
            }
        }
        Ok(())
    }

    /// Takes a wanted checkpoint.
    pub fn receive(&mut self, model: Model) {
        let kind = model.kind();
        self.read[kind as usize] = Some(model);
        self.loading = 0.0;
        self.is_unavailable = false;
    }

    /// The hash of the user's own transformer, if that is the one for a kind of maze. A copy of one that comes with
    /// Chickadee needs no name in links.
    pub fn own_hash(&self, kind: Family) -> Option<u64> {
        let model = self.get(kind).filter(|model| model.info.own)?;
        Some(model.info.hash).filter(|hash| !HASHES.contains(hash))
    }

    /// The kind of maze that the user's own transformer was made for.
    pub fn own_kind(&self) -> Option<Family> {
        self.own.as_ref().map(Model::kind)
    }

    /// Works with the user's own from now on.
    pub fn open(&mut self, model: Model) {
        self.own = Some(model);
    }

    /// Goes back to those that come with Chickadee.
    pub fn close(&mut self) {
        self.own = None;
    }
}

/// Heads of every published model.
const USUAL_HEADS: usize = 4;

/// Hashes of the weights that come with Chickadee: what a page fetches must be what it was built with.
const HASHES: [u64; 2] = [0x7b08_c7fa_a333_7506, 0x153c_2430_1b19_b54c];

/// Name of the checkpoint that comes with Chickadee.
fn file(kind: Family) -> &'static str {
    match kind {
        Family::Gridworld => "gridworld-small",
        Family::Tree => "tree-small",
    }
}

/// The checkpoint that comes with Chickadee; a page has to fetch it.
fn built_in(kind: Family) -> Option<Result<Model, String>> {
    #[cfg(not(target_arch = "wasm32"))]
    {
        use crate::built_in::{GRIDWORLD, TREE};
        let bytes = match kind {
            Family::Gridworld => GRIDWORLD,
            Family::Tree => TREE,
        };
        Some(Model::read(file(kind), bytes, false))
    }
    #[cfg(target_arch = "wasm32")]
    {
        let _ = kind;
        None
    }
}
