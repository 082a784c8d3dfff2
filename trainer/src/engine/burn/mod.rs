//! The tensor engine: the same loss and gradient by the library `burn`, for GPUs.
//!
//! The forward pass is written in tensor operations and the way back is derived by the library. A batch is answered
//! in parts, so that what the way back needs fits into the memory of the device; the gradients of the parts are
//! summed there, and only the sum comes back.
//!
//! A GPU may multiply in TF32 (an NVIDIA card does) and adds in an order that it finds out by trying, so that two
//! runs agree to a few digits, not to the bit.

mod forward;
mod model;
#[cfg(test)]
mod tests;

use burn::tensor::{Int, Tensor, TensorData};
use chickadee_engine::models::transformer::{Layout, Shape, Weights};
use rayon::prelude::*;

use self::{forward::ExampleBatch, model::Model};
use super::{Batch, Device, Engine, EngineError, Outcome};
use crate::examples::LabelledExample;

/// Values to keep for the way back, when the number of training examples at once is not given: 2 GiB of them.
const KEPT: usize = 1 << 29;

/// The engine of `--device flex`, `wgpu` and `cuda`.
pub struct Burn {
    device: burn::tensor::Device,
    shape: Shape,
    layout: Layout,
    /// Training examples at once; 0 finds a number.
    micro: usize,
}

impl Burn {
    /// For weights of one shape; `micro` training examples at once, or as many as fit when it is 0.
    ///
    /// # Errors
    /// When the device is missing from this build, or does not answer on this computer.
    pub fn open(device: Device, weights: &Weights, micro: usize) -> Result<Self, EngineError> {
        let name = device;
        let device = match device {
            #[cfg(feature = "flex")]
            Device::Flex => burn::tensor::Device::flex(),
            #[cfg(feature = "wgpu")]
            Device::Wgpu => burn::tensor::Device::wgpu(burn::tensor::DeviceKind::DefaultDevice),
            #[cfg(feature = "cuda")]
            Device::Cuda => burn::tensor::Device::cuda(0),
            other => return Err(EngineError::NotBuilt(other)),
        };
        probe(name, &device)?;
        Ok(Self {
            device,
            shape: weights.shape,
            layout: Layout::new(weights.shape),
            micro,
        })
    }

    /// Training examples at once, for training examples like `first`.
    fn micro(&self, first: &LabelledExample) -> usize {
        if self.micro > 0 {
            return self.micro;
        }
        let Shape {
            width,
            layers,
            heads,
            ..
        } = self.shape;
        let (tokens, queries) = extent(first, self.shape);
        // Counted from the forward pass: what is as wide as the stream, and what is as wide as the context.
        let row = 32 * width + 3 * heads * tokens;
        (KEPT / (layers * (tokens + queries) * row).max(1)).max(1)
    }

    fn examples(&self, asked: &[LabelledExample], device: &burn::tensor::Device) -> ExampleBatch {
        let count = asked.len();
        let (tokens, queries) = asked
            .first()
            .map_or((0, 0), |first| extent(first, self.shape));
        let token = self.shape.token_width();
        let join = |part: fn(&LabelledExample) -> &[f32], rows: usize, width: usize| {
            let all: Vec<f32> = asked.iter().flat_map(part).copied().collect();
            Tensor::from_data(TensorData::new(all, [count, rows, width]), device)
        };
        let visible: Vec<i32> = asked
            .iter()
            .flat_map(|a| &a.example.visible)
            .map(|&seen| seen as i32)
            .collect();
        ExampleBatch {
            context: join(|a| &a.example.context, tokens, token),
            queries: join(|a| &a.example.queries, queries, token),
            visible: Tensor::<2, Int>::from_data(
                TensorData::new(visible, [count, queries]),
                device,
            ),
        }
    }
}

impl Engine for Burn {
    fn run(
        &mut self,
        weights: &[f32],
        batch: &Batch,
        gradient: Option<&mut [f32]>,
    ) -> Result<Outcome, EngineError> {
        let learn = gradient.is_some();
        let device = if learn {
            self.device.clone().autodiff()
        } else {
            self.device.clone()
        };
        let dropout = if learn { f64::from(batch.dropout) } else { 0.0 };
        if dropout > 0.0 {
            // One source of numbers for the whole process: nothing else draws from it.
            self.device.seed(batch.seed);
        }
        let model = Model::upload(self.shape, &self.layout, weights, &device);
        let make = |range: std::ops::Range<usize>| -> Vec<LabelledExample> {
            range.into_par_iter().map(batch.example).collect()
        };

        let mut outcome = Outcome::default();
        let mut sum: Option<Tensor<1>> = None;
        // The first training example tells how large all are.
        let mut asked = make(0..batch.examples.min(1));
        let micro = asked.first().map_or(1, |first| self.micro(first));
        asked.extend(make(1..micro.min(batch.examples).max(1)));
        let mut next = asked.len();
        while !asked.is_empty() {
            let mut answers = Vec::new();
            for alike in asked.chunk_by(|a, b| extent(a, self.shape) == extent(b, self.shape)) {
                let answer = model.answer(self.examples(alike, &device), dropout);
                if learn {
                    let targets = targets(alike, self.shape.actions, &self.device);
                    let loss = (answer.clone() * targets).sum() * -batch.scale();
                    let part = model.gradient(loss.backward());
                    sum = Some(match sum {
                        Some(sum) => sum + part,
                        None => part,
                    });
                }
                answers.push((alike, answer.without_autodiff()));
            }
            // The next training examples are made while the device works on these.
            self.device.flush().map_err(|e| failed(&e))?;
            let coming = make(next..(next + micro).min(batch.examples));
            next += coming.len();
            for (alike, answer) in answers {
                count(&mut outcome, alike, &read(answer)?, self.shape.actions);
            }
            asked = coming;
        }
        if let (Some(gradient), Some(sum)) = (gradient, sum) {
            gradient.copy_from_slice(&read(sum)?);
        }
        Ok(outcome)
    }
}

/// Context tokens and queries of a training example.
fn extent(asked: &LabelledExample, shape: Shape) -> (usize, usize) {
    (
        asked.example.context.len() / shape.token_width(),
        asked.example.visible.len(),
    )
}

fn targets(asked: &[LabelledExample], actions: usize, device: &burn::tensor::Device) -> Tensor<2> {
    let all: Vec<f32> = asked
        .iter()
        .flat_map(|a| &a.example.targets)
        .copied()
        .collect();
    let queries = all.len() / actions;
    Tensor::from_data(TensorData::new(all, [queries, actions]), device)
}

/// Counts loss and right answers from log-probabilities, as the CPU twin does.
fn count(outcome: &mut Outcome, asked: &[LabelledExample], answers: &[f32], actions: usize) {
    let mut answers = answers;
    for asked in asked {
        let (these, rest) = answers.split_at(asked.example.visible.len() * actions);
        answers = rest;
        outcome.loss -= these
            .iter()
            .zip(&asked.example.targets)
            .map(|(&a, &t)| f64::from(a) * f64::from(t))
            .sum::<f64>();
        let probabilities: Vec<f32> = these.iter().map(|&log| libm::expf(log)).collect();
        outcome.count(asked, &probabilities, actions);
    }
}

fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, EngineError> {
    tensor.try_into_vec_as::<f32>().map_err(|e| failed(&e))
}

fn failed(error: &dyn std::fmt::Debug) -> EngineError {
    EngineError::Failed(format!("{error:?}"))
}

/// Lets the device do a sum. Drivers that are missing show here, and the library panics about them.
fn probe(name: Device, device: &burn::tensor::Device) -> Result<(), EngineError> {
    let sum = std::panic::catch_unwind(|| read(Tensor::<1>::ones([8], device).sum()));
    match sum {
        Ok(Ok(sum)) if sum == [8.0] => Ok(()),
        _ => Err(EngineError::NoDevice(name)),
    }
}
