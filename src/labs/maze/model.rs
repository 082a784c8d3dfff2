//! The transformers: those that come with Chickadee, and the user's own.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::shipped::Shipped;
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
    /// Reads a checkpoint: one that comes with Chickadee, or the user's own.
    ///
    /// # Errors
    /// When it is none, or is made for other senses or actions than any maze has: one sentence.
    pub fn read(
        name: &str,
        bytes: &[u8],
        shipped: Option<&'static Shipped>,
    ) -> Result<Self, String> {
        let own = shipped.is_none();
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
        if shipped.is_some_and(|shipped| shipped.hash != hash) {
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
    /// Those that come with Chickadee and were read, by name.
    read: BTreeMap<&'static str, Model>,
    own: Option<Model>,
    /// Fraction of a wanted checkpoint that has come, 0 … 1.
    pub loading: f64,
    /// Names of those that cannot be had; the lab then shows the maze without a transformer.
    unavailable: BTreeSet<&'static str>,
}

impl Models {
    /// The transformer at work where this one is chosen: the user's own, if it was made for the same mazes, goes first.
    pub fn get(&self, chosen: &Shipped) -> Option<&Model> {
        let own = self.own.as_ref();
        let own = own.filter(|model| model.kind() == chosen.family);
        own.or_else(|| self.read.get(chosen.name))
    }

    /// Its weights.
    pub fn transformer(&self, chosen: &Shipped) -> Option<Arc<Transformer>> {
        Some(Arc::clone(&self.get(chosen)?.transformer))
    }

    /// The checkpoint that has to be brought, if one is needed.
    pub fn wanted(&self, chosen: &'static Shipped) -> Option<&'static Shipped> {
        self.get(chosen).is_none().then_some(chosen)
    }

    /// Reads the checkpoint, where it is part of the program.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn find(&mut self, chosen: &'static Shipped) -> Result<(), String> {
        if self.get(chosen).is_none()
            && let Some(bytes) = chosen.bytes()
        {
            self.receive(chosen, bytes)?;
        }
        Ok(())
    }

    /// Takes what has come of a wanted checkpoint; says why where none will.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn take(
        &mut self,
        chosen: &'static Shipped,
        received: Received<'_>,
        failed: impl FnOnce(String),
    ) -> Result<(), String> {
        let Some(wanted) = self.wanted(chosen) else {
            return Ok(());
        };
        match received {
            Received::Fraction(fraction) => self.loading = fraction,
            Received::All(bytes) => self.receive(wanted, bytes)?,
            Received::Failed(why) => {
                self.loading = 0.0;
                self.unavailable.insert(wanted.name);
                failed(why.to_owned());
            }
        }
        Ok(())
    }

    fn receive(&mut self, wanted: &'static Shipped, bytes: &[u8]) -> Result<(), String> {
        let model = Model::read(wanted.name, bytes, Some(wanted))?;
        self.read.insert(wanted.name, model);
        self.loading = 0.0;
        self.unavailable.remove(wanted.name);
        Ok(())
    }

    /// True if that checkpoint cannot be had.
    pub fn is_unavailable(&self, chosen: &Shipped) -> bool {
        self.unavailable.contains(chosen.name)
    }

    /// The hash of the user's own transformer, if that is at work. A copy of the chosen one needs no name in links.
    pub fn own_hash(&self, chosen: &Shipped) -> Option<u64> {
        let model = self.get(chosen).filter(|model| model.info.own)?;
        Some(model.info.hash).filter(|hash| *hash != chosen.hash)
    }

    /// The kind of maze that the user's own transformer was made for.
    pub fn own_kind(&self) -> Option<Family> {
        self.own.as_ref().map(Model::kind)
    }

    /// The user's own.
    pub fn own(&self) -> Option<&Model> {
        self.own.as_ref()
    }

    /// Works with the user's own from now on, or with those that come with Chickadee again.
    pub fn put_own(&mut self, own: Option<Model>) {
        self.own = own;
    }

    /// Gives the user's own away.
    pub fn take_own(&mut self) -> Option<Model> {
        self.own.take()
    }
}

/// Heads of every published model.
const USUAL_HEADS: usize = 4;
