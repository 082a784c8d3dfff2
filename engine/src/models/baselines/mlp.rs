use std::ops::Range;

use multiversion::multiversion;

use crate::{
    base::random::Random,
    ops::{
        elementwise::add_column_sums,
        matmul::{Packed, Start, View, multiply},
    },
};

/// Units between the code and the values (Fang & Rajan 2025, code: `dqn.py`, with four layers).
const HIDDEN: [usize; 4] = [256, 128, 64, 32];

/// Location of one affine map in the vector of all weights. The weight is stored inputs × outputs.
#[derive(Clone, Debug)]
struct Layer {
    inputs: usize,
    outputs: usize,
    weight: Range<usize>,
    bias: Range<usize>,
}

/// A perceptron with four layers of rectified units: the memory for its passes, not its weights.
///
/// Everything is set up for one number of rows, so that no pass asks for memory.
#[derive(Clone, Debug)]
pub struct Mlp {
    layers: Vec<Layer>,
    rows: usize,
    /// Weights as the way forward and the way back read them, and the derivatives as the weights' gradient does.
    ahead: Vec<Packed>,
    back: Vec<Packed>,
    transposed: Vec<Packed>,
    /// Output of every layer, rows × outputs, and the loss' derivative by what came before the rectifier.
    outputs: Vec<Vec<f32>>,
    deltas: Vec<Vec<f32>>,
}

impl Mlp {
    /// For `rows` codes of `inputs` values each, with `outputs` answers.
    pub fn new(inputs: usize, outputs: usize, rows: usize) -> Self {
        let mut layers = Vec::new();
        let mut end = 0;
        let mut inputs = inputs;
        for outputs in HIDDEN.into_iter().chain([outputs]) {
            let weight = end..end + inputs * outputs;
            let bias = weight.end..weight.end + outputs;
            end = bias.end;
            layers.push(Layer {
                inputs,
                outputs,
                weight,
                bias,
            });
            inputs = outputs;
        }
        let memory = || layers.iter().map(|layer| vec![0.0; rows * layer.outputs]);
        Self {
            rows,
            ahead: vec![Packed::default(); layers.len()],
            back: vec![Packed::default(); layers.len()],
            transposed: vec![Packed::default(); layers.len()],
            outputs: memory().collect(),
            deltas: memory().collect(),
            layers,
        }
    }

    /// Number of weights, biases among them.
    pub fn weights(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.bias.end)
    }

    /// PyTorch's initial weights: weights and biases uniform in ±1/√inputs.
    pub fn initial(&self, random: &mut Random) -> Vec<f32> {
        let mut weights = vec![0.0; self.weights()];
        for layer in &self.layers {
            let bound = 1.0 / (layer.inputs as f32).sqrt();
            for range in [&layer.weight, &layer.bias] {
                weights[range.clone()].fill_with(|| bound * (2.0 * random.uniform() - 1.0));
            }
        }
        weights
    }

    /// The answers to `codes` (rows × inputs): rows × outputs.
    pub fn forward(&mut self, weights: &[f32], codes: &[f32]) -> &[f32] {
        let rows = self.rows;
        for (index, layer) in self.layers.iter().enumerate() {
            let packed = &mut self.ahead[index];
            packed.pack(View::new(
                &weights[layer.weight.clone()],
                layer.inputs,
                layer.outputs,
            ));
            let (before, here) = self.outputs.split_at_mut(index);
            let input = before.last().map_or(codes, Vec::as_slice);
            multiply(
                View::new(input, rows, layer.inputs),
                packed,
                layer.outputs,
                Start::Bias(&weights[layer.bias.clone()]),
                &mut here[0],
                layer.outputs,
            );
            if index + 1 < self.layers.len() {
                rectify(&mut here[0]);
            }
        }
        self.answers()
    }

    /// The answers of the last pass, rows × outputs.
    pub fn answers(&self) -> &[f32] {
        self.outputs.last().map_or(&[], Vec::as_slice)
    }

    /// The answers, and the place for the loss' derivative by them, which [`Mlp::backward`] starts from.
    pub fn ends(&mut self) -> (&[f32], &mut [f32]) {
        let answers = self.outputs.last().map_or(&[][..], Vec::as_slice);
        let deltas = self
            .deltas
            .last_mut()
            .map_or(&mut [][..], Vec::as_mut_slice);
        (answers, deltas)
    }

    /// Writes the gradient of the loss by all weights, after [`Mlp::forward`] with the same weights and codes.
    pub fn backward(&mut self, weights: &[f32], codes: &[f32], gradient: &mut [f32]) {
        let rows = self.rows;
        for (index, layer) in self.layers.iter().enumerate().rev() {
            let (before, here) = self.deltas.split_at_mut(index);
            let delta = &here[0];
            let input = self.outputs[..index].last().map_or(codes, Vec::as_slice);
            let transposed = &mut self.transposed[index];
            transposed.pack(View::new(delta, rows, layer.outputs));
            multiply(
                View::new(input, rows, layer.inputs).transposed(),
                transposed,
                layer.outputs,
                Start::Zero,
                &mut gradient[layer.weight.clone()],
                layer.outputs,
            );
            let bias = &mut gradient[layer.bias.clone()];
            bias.fill(0.0);
            add_column_sums(delta, bias);
            if let Some(before) = before.last_mut() {
                let packed = &mut self.back[index];
                let weight = View::new(&weights[layer.weight.clone()], layer.inputs, layer.outputs);
                packed.pack(weight.transposed());
                multiply(
                    View::new(delta, rows, layer.outputs),
                    packed,
                    layer.inputs,
                    Start::Zero,
                    before,
                    layer.inputs,
                );
                rectify_backward(input, before);
            }
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn rectify(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

/// Nothing flows back through a unit that was silent.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn rectify_backward(outputs: &[f32], deltas: &mut [f32]) {
    for (delta, &output) in deltas.iter_mut().zip(outputs) {
        // A product: written as a choice, it becomes masked stores, which some processors do one by one.
        *delta *= if output > 0.0 { 1.0 } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Stream;

    fn random(position: u64) -> Random {
        Random::new(11, Stream::Initial, position)
    }

    #[test]
    fn it_has_the_published_size_and_start() {
        let mlp = Mlp::new(10, 4, 1);
        assert_eq!(mlp.weights(), 46_180);
        let weights = mlp.initial(&mut random(0));
        for layer in &mlp.layers {
            let bound = 1.0 / (layer.inputs as f32).sqrt();
            let weight = &weights[layer.weight.clone()];
            let high = weight.iter().fold(0.0_f32, |high, x| high.max(x.abs()));
            let mean = weight.iter().sum::<f32>() / weight.len() as f32;
            assert!(high <= bound && high > 0.9 * bound, "{high} {bound}");
            assert!(mean.abs() < 0.2 * bound, "{mean} {bound}");
        }
    }

    #[test]
    fn the_gradient_is_the_slope() {
        let rows = 7;
        let mut mlp = Mlp::new(10, 4, rows);
        let weights = mlp.initial(&mut random(0));
        let mut codes = vec![0.0; rows * 10];
        random(1).fill_normal(&mut codes);
        // The loss is a fixed mixture of the answers, each squared.
        let loss = |mlp: &mut Mlp, weights: &[f32]| -> f64 {
            let answers = mlp.forward(weights, &codes).iter().enumerate();
            answers
                .map(|(i, &q)| (i % 5) as f64 * f64::from(q) * f64::from(q))
                .sum()
        };
        loss(&mut mlp, &weights);
        let (answers, deltas) = mlp.ends();
        for (i, (delta, q)) in deltas.iter_mut().zip(answers).enumerate() {
            *delta = 2.0 * (i % 5) as f32 * q;
        }
        let mut gradient = vec![f32::NAN; weights.len()];
        mlp.backward(&weights, &codes, &mut gradient);
        let ranges = mlp.layers.clone();
        let ranges = ranges.iter().flat_map(|l| [&l.weight, &l.bias]);
        for (position, range) in ranges.enumerate() {
            let mut direction = vec![0.0; range.len()];
            random(2 + position as u64).fill_normal(&mut direction);
            let norm = direction.iter().map(|x| x * x).sum::<f32>().sqrt();
            let step = 2e-3;
            let mut along = |sign: f32| {
                let mut moved = weights.clone();
                for (w, x) in moved[range.clone()].iter_mut().zip(&direction) {
                    *w += sign * step * x / norm;
                }
                loss(&mut mlp, &moved)
            };
            let slope = (along(1.0) - along(-1.0)) / f64::from(2.0 * step);
            let wanted: f64 = gradient[range.clone()]
                .iter()
                .zip(&direction)
                .map(|(g, x)| f64::from(g * x / norm))
                .sum();
            assert!(
                (slope - wanted).abs() < 1e-3 * (0.1 + wanted.abs()),
                "{position}: slope {slope}, gradient {wanted}"
            );
        }
    }
}
