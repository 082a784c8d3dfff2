//! The work that a device beside the CPU would take over: what is measured on both before one is chosen.

use std::{rc::Rc, sync::Arc};

use chickadee_engine::models::{
    barcode::{Drive, Parameters, Wiring},
    transformer::Transformer,
};
use serde::Serialize;

use super::device::DeviceNetwork;

/// The size of the work. Another size is measured anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "model", rename_all = "lowercase")]
pub enum Workload {
    /// Euler steps of many places at once.
    Network {
        /// N.
        units: usize,
        /// Places that settle together.
        places: usize,
    },
    /// The policy at all states.
    Transformer {
        /// d.
        width: usize,
        /// Number of layers.
        layers: usize,
        /// T.
        tokens: usize,
        /// Queries that are asked together.
        states: usize,
    },
}

/// Places that settle together, at most.
pub const PLACES: usize = 128;
/// Context lengths that are measured: a longer context is measured when it is half as long as the next.
const TOKENS: [usize; 2] = [200, 800];

impl Workload {
    /// All places of a barcode network.
    #[must_use]
    pub fn network(wiring: &Wiring, places: usize) -> Self {
        Self::Network {
            units: wiring.units(),
            places: places.min(PLACES),
        }
    }

    /// The policy at `states` states after `memories` memories.
    #[must_use]
    pub fn transformer(transformer: &Transformer, memories: usize, states: usize) -> Self {
        let shape = transformer.shape();
        Self::Transformer {
            width: shape.width,
            layers: shape.layers,
            tokens: TOKENS[usize::from(memories > TOKENS[1] / 2)],
            states,
        }
    }
}

/// The work itself.
pub enum DeviceWork {
    /// A barcode network.
    Network {
        /// The seed that its weights were drawn from.
        seed: u64,
        /// Fixed weights.
        wiring: Arc<Wiring>,
        /// Input at every place.
        drive: Arc<Drive>,
        /// Parameters of the dynamics.
        parameters: Parameters,
        /// The network on the device, where it is there already: weights are large.
        on_device: Option<Rc<dyn DeviceNetwork>>,
    },
    /// A transformer.
    Transformer {
        /// The transformer.
        transformer: Arc<Transformer>,
        /// The query token of every state, one behind the other.
        queries: Vec<f32>,
    },
}
