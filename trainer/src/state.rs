//! The state of a run on disk: enough to go on exactly where it stopped.

use std::{collections::HashMap, path::Path};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use crate::{mean::Average, optimiser::Moments};

/// Everything that a run goes on from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Where it stands.
    pub progress: TrainingProgress,
    /// The weights.
    pub weights: Vec<f32>,
    /// Those of the optimiser.
    pub moments: Moments,
    /// The running mean of the weights, in stages that ask for it.
    pub average: Option<Average>,
    /// The file whose weights the run began with, and their hash; empty when it began with random ones.
    pub began_with: String,
}

impl State {
    /// The weights that the checkpoint gets: the running mean, where there is one.
    #[must_use]
    pub fn result(&self) -> &[f32] {
        self.average
            .as_ref()
            .map_or(&self.weights, |average| &average.values)
    }
}

/// Progress of a training run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingProgress {
    /// Steps since the beginning.
    pub step: u64,
    /// Stage, from 0.
    pub stage: usize,
    /// Steps since the stage began.
    pub stage_step: u64,
    /// Contexts since the beginning.
    #[serde(rename = "lessons")]
    pub examples: u64,
    /// Training time so far, seconds.
    pub seconds: f64,
    /// Lowest loss on held-out goals in this stage.
    #[serde(default)]
    pub lowest: Option<f64>,
    /// Looks since then.
    #[serde(default)]
    pub stale: u64,
}

impl TrainingProgress {
    /// Notes a loss on held-out goals.
    pub fn validated(&mut self, loss: f64) {
        if self.lowest.is_none_or(|lowest| loss < lowest) {
            self.lowest = Some(loss);
            self.stale = 0;
        } else {
            self.stale += 1;
        }
    }

    /// Begins the next stage.
    pub fn next_stage(&mut self) {
        *self = Self {
            stage: self.stage + 1,
            stage_step: 0,
            lowest: None,
            stale: 0,
            ..*self
        };
    }
}

/// Reasons for which a state cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file system said no.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// The file is not a state of this model.
    #[error("{0} is no training state of this recipe: {1}")]
    Content(String, String),
}

/// Writes a state; the old one stays until the new one is complete.
///
/// # Errors
/// When the file cannot be written.
pub fn save(path: &Path, state: &State) -> Result<(), StateError> {
    let name = path.display().to_string();
    let bytes = |values: &[f32]| {
        values
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let content = |e: &dyn std::fmt::Display| StateError::Content(name.clone(), e.to_string());
    let mut arrays = vec![
        ("weights", bytes(&state.weights)),
        ("mean", bytes(&state.moments.mean)),
        ("square", bytes(&state.moments.square)),
    ];
    let mut about = HashMap::from([
        (
            "place".to_string(),
            serde_json::to_string(&state.progress).map_err(|e| content(&e))?,
        ),
        ("adam_steps".to_string(), state.moments.steps.to_string()),
        ("began_with".to_string(), state.began_with.clone()),
    ]);
    if let Some(average) = &state.average {
        arrays.push(("average", bytes(&average.values)));
        about.insert("averaged_steps".to_string(), average.steps.to_string());
    }
    let mut views = Vec::new();
    for (key, data) in &arrays {
        let view = TensorView::new(Dtype::F32, vec![state.weights.len()], data)
            .map_err(|e| content(&e))?;
        views.push((*key, view));
    }
    let all = safetensors::serialize(views, Some(about)).map_err(|e| content(&e))?;
    write(path, &all)
}

/// Writes a file beside, then moves it into place.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let error = |e| StateError::File(path.display().to_string(), e);
    let beside = path.with_extension("partial");
    std::fs::write(&beside, bytes).map_err(error)?;
    std::fs::rename(&beside, path).map_err(error)
}

/// Reads a state.
///
/// # Errors
/// When the file is not a state with that many weights.
pub fn load(path: &Path, weights: usize) -> Result<State, StateError> {
    let name = path.display().to_string();
    let content = |e: &dyn std::fmt::Display| StateError::Content(name.clone(), e.to_string());
    let bytes = std::fs::read(path).map_err(|e| StateError::File(name.clone(), e))?;
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|e| content(&e))?;
    let about = header.metadata().clone().unwrap_or_default();
    let progress = about.get("place").map(String::as_str).unwrap_or_default();
    let progress = serde_json::from_str(progress).map_err(|e| content(&e))?;
    let count = |key: &str| about.get(key).and_then(|text| text.parse::<u64>().ok());
    let file = SafeTensors::deserialize(&bytes).map_err(|e| content(&e))?;
    let read = |key: &str| -> Result<Vec<f32>, StateError> {
        let tensor = file.tensor(key).map_err(|e| content(&e))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != [weights] {
            return Err(content(&format!(
                "{key} has shape {:?}, expected [{weights}]",
                tensor.shape()
            )));
        }
        let values = tensor.data().chunks_exact(4);
        Ok(values
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect())
    };
    // States of runs without averaging do not have it.
    let average = match count("averaged_steps") {
        Some(steps) => Some(Average {
            values: read("average")?,
            steps,
        }),
        None => None,
    };
    Ok(State {
        progress,
        weights: read("weights")?,
        moments: Moments {
            mean: read("mean")?,
            square: read("square")?,
            steps: count("adam_steps").unwrap_or(0),
        },
        average,
        began_with: about.get("began_with").cloned().unwrap_or_default(),
    })
}
