//! Means of weights: over the last steps of a run, and over runs that have a common beginning.
//!
//! Weights that are still moving circle around a better place; their running mean lies nearer to it (Polyak & Juditsky 1992).
//! Further training at what still fails forgets some of the rest. Between the weights before and after it there is no wall, and
//! their mean keeps both (Wortsman et al. 2022, arXiv 2203.05482 and 2109.01903).

use std::path::{Path, PathBuf};

use chickadee_engine::{
    base::hash::StateHash,
    models::transformer::{Checkpoint, Weights},
};

type Failure = Box<dyn std::error::Error>;

/// The running mean of the weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Average {
    /// The mean, laid out as the weights.
    pub values: Vec<f32>,
    /// Steps that are in it.
    pub steps: u64,
}

impl Average {
    /// Adds the weights after a step. While few steps are in it, all count alike; later the older ones fade by `decay` a
    /// step.
    pub fn add(&mut self, decay: f32, weights: &[f32]) {
        let alike = self.steps as f32 / (self.steps + 1) as f32;
        let keep = decay.min(alike);
        self.values.resize(weights.len(), 0.0);
        for (mean, weight) in self.values.iter_mut().zip(weights) {
            *mean = keep * *mean + (1.0 - keep) * weight;
        }
        self.steps += 1;
    }
}

/// A file of weights that joins those of a run, and how much of the mean it is: `FILE=SHARE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    file: PathBuf,
    share: f32,
}

impl std::str::FromStr for Part {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected FILE=SHARE, with a share between 0 and 1";
        let (file, share) = text.rsplit_once('=').ok_or(EXPECTED)?;
        let share = share.parse().map_err(|_| EXPECTED)?;
        if file.is_empty() || !(share > 0.0 && share < 1.0) {
            return Err(EXPECTED);
        }
        Ok(Self {
            file: file.into(),
            share,
        })
    }
}

/// Checkpoints that join the weights of a run in the checkpoint that it writes.
#[derive(Debug, Default)]
pub struct CheckpointMean {
    others: Vec<(Part, Vec<f32>)>,
}

impl CheckpointMean {
    /// Reads the checkpoints.
    ///
    /// # Errors
    /// When one cannot be read, has another shape, or nothing is left for the run.
    pub fn read(parts: &[Part], like: &Weights) -> Result<Self, Failure> {
        let all: f32 = parts.iter().map(|part| part.share).sum();
        if all >= 1.0 {
            return Err(format!("--mean: the shares sum to {all}; expected less than 1").into());
        }
        let read = |part: &Part| {
            let name = part.file.display();
            let bytes = std::fs::read(&part.file).map_err(|error| format!("{name}: {error}"))?;
            let checkpoint =
                Checkpoint::read(&bytes).map_err(|error| format!("{name}: {error}"))?;
            Ok((part.clone(), same_shape(&part.file, checkpoint, like)?))
        };
        let others = parts.iter().map(read).collect::<Result<_, Failure>>()?;
        Ok(Self { others })
    }

    /// The mean of the weights of the run and the others.
    #[must_use]
    pub fn with(&self, weights: &[f32]) -> Vec<f32> {
        let rest = 1.0 - self.others.iter().map(|(part, _)| part.share).sum::<f32>();
        let mut mean: Vec<f32> = weights.iter().map(|weight| rest * weight).collect();
        for (part, others) in &self.others {
            for (mean, other) in mean.iter_mut().zip(others) {
                *mean += part.share * other;
            }
        }
        mean
    }

    /// Entry of the metadata: files, the hashes of their weights, shares.
    #[must_use]
    pub fn about(&self) -> Option<String> {
        let line = |(part, weights): &(Part, Vec<f32>)| {
            let name = part.file.file_name().unwrap_or_default();
            let (name, hash, share) = (name.to_string_lossy(), hash(weights), part.share);
            format!("{name}, weights {hash}, share {share}")
        };
        let lines: Vec<String> = self.others.iter().map(line).collect();
        (!lines.is_empty()).then(|| lines.join("; "))
    }
}

/// The weights of a checkpoint.
///
/// # Errors
/// When it has another shape.
pub fn same_shape(
    file: &Path,
    checkpoint: Checkpoint,
    like: &Weights,
) -> Result<Vec<f32>, Failure> {
    let (found, expected) = (checkpoint.weights.shape, like.shape);
    if found == expected {
        return Ok(checkpoint.weights.values);
    }
    let name = file.display();
    Err(format!("{name} has the shape {found:?}; the recipe expects {expected:?}").into())
}

/// A hash of weights, as text.
#[must_use]
pub fn hash(weights: &[f32]) -> String {
    format!("{:016x}", StateHash::default().array(weights).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_the_plain_mean_then_one_that_fades() {
        let mut average = Average::default();
        for x in 0..5 {
            average.add(0.9, &[x as f32, 1.0]);
        }
        // Nine tenths are reached at the tenth step: until then the plain mean.
        assert!((average.values[0] - 2.0).abs() < 1e-6);
        assert_eq!(average.values[1], 1.0);
        for _ in 0..5 {
            average.add(0.9, &[0.0, 1.0]);
        }
        let before = average.values[0];
        assert!((before - 1.0).abs() < 1e-6);
        for _ in 0..10 {
            average.add(0.9, &[0.0, 1.0]);
        }
        // Bounded in the size of the step: 0.9¹⁰.
        let ratio = average.values[0] / before;
        assert!((ratio - 0.9_f32.powi(10)).abs() < 1e-4, "{ratio}");
        assert_eq!(average.steps, 20);
    }

    #[test]
    fn a_run_and_two_checkpoints() {
        let part = |text: &str| text.parse::<Part>();
        for wrong in [
            "",
            "file",
            "=0.5",
            "file=",
            "file=0",
            "file=1",
            "file=NaN",
            "file=-0.5",
        ] {
            assert!(part(wrong).is_err(), "{wrong}");
        }
        let others = [("a=b=0.25", 4.0), ("c=0.5", 8.0)];
        let others = others.map(|(text, weight)| (part(text).unwrap(), vec![weight; 3]));
        assert_eq!(others[0].0.file, Path::new("a=b"));
        let mean = CheckpointMean {
            others: others.to_vec(),
        };
        assert_eq!(mean.with(&[0.0, 4.0, 8.0]), [5.0, 6.0, 7.0]);
        let about = mean.about().unwrap();
        assert!(
            about.starts_with("a=b, weights ") && about.ends_with(", share 0.5"),
            "{about}"
        );
        assert_eq!(CheckpointMean::default().with(&[1.5, -2.0]), [1.5, -2.0]);
        assert_eq!(CheckpointMean::default().about(), None);
    }
}
