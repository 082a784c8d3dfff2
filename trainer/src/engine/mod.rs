//! Engines: what computes the gradient of a batch.
//!
//! An engine gets the weights as one flat vector and gives the gradient back as another, laid out alike. Training examples,
//! optimiser, state and log stay on the host and are the same for all engines, so that a run can be stopped on one
//! device and go on on another.

#[cfg(feature = "tensor")]
mod burn;
mod cpu;
mod outcome;

pub use cpu::Cpu;
pub use outcome::Outcome;

use std::fmt;

use chickadee_engine::models::transformer::Weights;
use clap::ValueEnum;

use crate::examples::LabelledExample;

/// The device that computes the gradient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Device {
    /// All cores, with the gradient written by hand.
    #[default]
    Cpu,
    /// All cores, with the tensor programme of the GPUs: slow, for comparison.
    Flex,
    /// A GPU by Vulkan, Metal or DirectX 12.
    Wgpu,
    /// An NVIDIA GPU.
    Cuda,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "cpu",
            Self::Flex => "flex",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        })
    }
}

/// Errors of an engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The device was left out when the trainer was built.
    #[error("--device {0} is not in this build of the trainer; build it with --features {0}")]
    NotBuilt(Device),
    /// There is no such device.
    #[cfg(feature = "tensor")]
    #[error("--device {0} does not work on this computer: no device or no driver")]
    NoDevice(Device),
    /// The device failed on the way.
    #[cfg(feature = "tensor")]
    #[error("the device failed: {0}")]
    Failed(String),
}

/// A batch of training examples.
pub struct Batch<'a> {
    /// Number of training examples.
    pub examples: usize,
    /// Queries of each.
    pub queries: usize,
    /// The training example of a number below that.
    pub example: &'a (dyn Fn(usize) -> LabelledExample + Sync),
    /// Probability with which a value is silenced while learning.
    pub dropout: f32,
    /// Random seed of dropout: another one for every step.
    pub seed: u64,
}

impl Batch<'_> {
    /// The weight of one query in the mean over the batch.
    fn scale(&self) -> f32 {
        1.0 / (self.examples * self.queries) as f32
    }
}

/// An implementation of the gradient of a batch.
pub trait Engine {
    /// Answers a batch with `weights`; with `gradient`, also fills in the gradient of the mean cross-entropy.
    ///
    /// # Errors
    /// When the engine cannot do what the batch asks for.
    fn run(
        &mut self,
        weights: &[f32],
        batch: &Batch,
        gradient: Option<&mut [f32]>,
    ) -> Result<Outcome, EngineError>;
}

/// The engine of a device, for weights of one shape. A GPU takes
/// `micro` training examples at once, or as many as it has memory for when that is 0.
///
/// # Errors
/// When the device is missing from this build or from this computer.
pub fn open(
    device: Device,
    weights: &Weights,
    micro: usize,
) -> Result<Box<dyn Engine>, EngineError> {
    match device {
        Device::Cpu => Ok(Box::new(Cpu::new(weights))),
        #[cfg(feature = "tensor")]
        other => Ok(Box::new(burn::Burn::open(other, weights, micro)?)),
        #[cfg(not(feature = "tensor"))]
        other => {
            let _ = micro;
            Err(EngineError::NotBuilt(other))
        }
    }
}

#[cfg(test)]
mod tests {
    use chickadee_engine::models::transformer::Shape;

    use super::*;

    #[test]
    fn what_cannot_be_done_is_said() {
        let weights = Weights::initial(
            Shape {
                width: 8,
                layers: 1,
                heads: 2,
                sensory: 3,
                actions: 4,
            },
            1,
        );
        let refused = |device| {
            open(device, &weights, 0)
                .err()
                .map(|error| error.to_string())
        };
        assert!(refused(Device::Cpu).is_none());
        for (device, built) in [
            (Device::Flex, cfg!(feature = "flex")),
            (Device::Wgpu, cfg!(feature = "wgpu")),
            (Device::Cuda, cfg!(feature = "cuda")),
        ] {
            if !built {
                let text = refused(device).unwrap_or_default();
                assert!(text.contains(&format!("--features {device}")), "{text}");
            }
        }
    }
}
