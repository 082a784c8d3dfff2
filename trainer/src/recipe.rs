//! Recipes: everything that decides what a training run gives, in one file.

use std::path::Path;

use chickadee_engine::{
    models::transformer::Shape,
    worlds::maze::{Family, Protocol, SENSORY},
};
use serde::{Deserialize, Serialize};

/// A recipe file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Name of the checkpoint.
    pub name: String,
    /// Family of mazes that is learned.
    pub task: Family,
    /// Seed of weights, tasks and queries.
    pub seed: u64,
    /// The correlation parameter c of the sensory codes.
    pub correlation: f64,
    /// Seeds of `chickadee eval` that were looked at to choose this recipe or its checkpoint; they join the metadata, since
    /// numbers on these seeds flatter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chosen_with_seeds: Vec<u64>,
    /// Factor of the logits in the checkpoint, laid into the weights of the action head; absent, 1. The tree is acted in at
    /// temperature 2, and training that dwells on what still fails (`loops`) leaves flatter logits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logit_scale: Option<f32>,
    /// Sizes of the transformer.
    pub model: Model,
    /// Settings of the optimiser.
    pub optimiser: Optimiser,
    /// The curriculum; each stage starts from the weights of the one before.
    #[serde(rename = "stage")]
    pub stages: Vec<Stage>,
}

/// Sizes of the transformer.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Width of the residual stream, d.
    pub width: usize,
    /// Layers.
    pub layers: usize,
    /// Heads of a layer.
    pub heads: usize,
}

/// AdamW.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optimiser {
    /// Decay of the mean gradient, β₁.
    pub beta_1: f32,
    /// Decay of the mean square, β₂.
    pub beta_2: f32,
    /// Decay of the weights, per step and rate.
    pub weight_decay: f32,
    /// Longest gradient (Euclidean norm); longer ones are shortened to it.
    pub clip: f32,
    /// Steps over which the rate rises from 0, at the beginning of the run.
    pub warm_up: u64,
}

/// One stage of the curriculum.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Cells along a side of the grid, or layers of the tree.
    pub size: usize,
    /// Probability of each child of a tree.
    #[serde(default = "one")]
    pub branching: f64,
    /// Transitions of a context, T.
    pub context: usize,
    /// Queries per context.
    pub queries: usize,
    /// Share of the queries that lie on the way from the root of a tree to the goal.
    #[serde(default)]
    pub on_path: f64,
    /// Share of the queries that are spread evenly over the distances from that way, at states that were seen where there
    /// are such. Beside the way it is hardest to say whether one is on it.
    #[serde(default)]
    pub spread: f64,
    /// Share of the queries that are asked after the first reward, where there is one; the others are asked at any
    /// context length. Before the first reward there is little to learn, and most of the loss.
    #[serde(default)]
    pub rewarded: f64,
    /// Share of the queries after the first reward that are asked at states which the context does not show, more of them near
    /// the goal.
    #[serde(default)]
    pub unseen: f64,
    /// Share of the queries that are asked at states which the context does not show, evenly over such states and over the context
    /// lengths after the first reward: `novel` in `chickadee eval`.
    #[serde(default)]
    pub novel: f64,
    /// Share of the queries that lie on [greedy loops](crate::loops) of the weights as they are, where there are some: at three
    /// context lengths of every training example.
    #[serde(default)]
    pub loops: f64,
    /// Where several actions are optimal, this share of the label goes to those that lead to states which the context shows;
    /// absent, all of them count alike. Both ways are equally short, but only one of them is known.
    pub known: Option<f32>,
    /// Trains on every goal, also those that other stages of this size hold out: for mazes smaller than the one that counts,
    /// where few goals would teach that the others are never rewarded.
    #[serde(default)]
    pub all_goals: bool,
    /// Share of the walks that are self-avoiding: on to unseen cells until the goal is found, back the same way, and then at
    /// random. The published training has none of them.
    #[serde(default, rename = "strolls")]
    pub self_avoiding: f64,
    /// Share of the self-avoiding walks that end with a shortest path to the goal; half of their queries ask along it.
    #[serde(default)]
    pub homing: f64,
    /// Walks that are made for every context; the one that finds the goal first is taken.
    #[serde(default = "one_walk")]
    pub best_of: usize,
    /// Contexts per step.
    pub batch: usize,
    /// Longest stage, in steps.
    pub steps: u64,
    /// Learning rate.
    pub rate: f32,
    /// Learning rate at the end of the stage, when it falls (linearly).
    pub final_rate: Option<f32>,
    /// Decay of the running mean of the weights, a step; the checkpoint then holds this mean. It begins with the stage, or goes
    /// on from the stage before.
    pub average: Option<f32>,
    /// Ends the stage once the accuracy after the first reward, on held-out goals, has reached this.
    pub until: Option<f64>,
    /// Ends the stage early once the loss on held-out goals has not fallen for so many looks (one every 50 steps).
    pub patience: Option<u64>,
    /// Probability with which dropout silences a value.
    #[serde(default)]
    pub dropout: f32,
}

fn one_walk() -> usize {
    1
}

fn one() -> f64 {
    1.0
}

/// Errors of recipes.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// The file cannot be read.
    #[error("the recipe {0} cannot be read: {1}")]
    File(String, std::io::Error),
    /// It is not the TOML that was expected.
    #[error("the recipe {0} is not valid: {1}")]
    Toml(String, toml::de::Error),
    /// A value is out of its range.
    #[error("{0}")]
    Value(String),
}

impl Recipe {
    /// Reads and checks a recipe file.
    ///
    /// # Errors
    /// When it cannot be read, is no recipe, or asks for something impossible.
    pub fn read(path: &Path) -> Result<Self, RecipeError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| RecipeError::File(name.clone(), e))?;
        Self::parse(&name, &text)
    }

    /// Reads a recipe from its text; `name` is for messages.
    ///
    /// # Errors
    /// When it is no recipe, or asks for something impossible.
    pub fn parse(name: &str, text: &str) -> Result<Self, RecipeError> {
        let recipe: Self = toml::from_str(text).map_err(|e| RecipeError::Toml(name.into(), e))?;
        recipe.check()?;
        Ok(recipe)
    }

    /// Sizes of the transformer with the token of the task.
    #[must_use]
    pub fn shape(&self) -> Shape {
        Shape {
            width: self.model.width,
            layers: self.model.layers,
            heads: self.model.heads,
            sensory: SENSORY,
            actions: self.task.actions(),
        }
    }

    fn check(&self) -> Result<(), RecipeError> {
        let wrong = |text: String| Err(RecipeError::Value(text));
        let Model {
            width,
            layers,
            heads,
        } = self.model;
        if width == 0
            || layers == 0
            || heads == 0
            || width % heads != 0
            || width > 4096
            || layers > 64
        {
            return wrong(format!(
                "model: width {width}, layers {layers}, heads {heads}; expected a width of up to 4096 that the heads divide, and 1 to 64 layers"
            ));
        }
        if let Some(scale) = self.logit_scale
            && !(scale > 0.0 && scale <= 100.0)
        {
            return wrong(format!(
                "logit_scale is {scale}; expected more than 0 and at most 100"
            ));
        }
        if self.stages.is_empty() {
            return wrong("a recipe needs at least one [[stage]]".into());
        }
        for (i, stage) in self.stages.iter().enumerate() {
            let protocol = Protocol {
                family: self.task,
                size: stage.size,
            };
            if let Err(error) = protocol.maze() {
                return wrong(format!("stage {}: {error}", i + 1));
            }
            if stage.context == 0
                || stage.queries == 0
                || stage.batch == 0
                || stage.steps == 0
                || stage.best_of == 0
            {
                return wrong(format!(
                    "stage {}: context, queries, batch, steps and best_of must be at least 1",
                    i + 1
                ));
            }
            let shares = [
                stage.on_path,
                stage.spread,
                stage.unseen,
                stage.novel,
                stage.loops,
                stage.on_path + stage.spread + stage.unseen + stage.novel + stage.loops,
                f64::from(stage.known.unwrap_or(0.0)),
                stage.rewarded,
                stage.self_avoiding,
                stage.homing,
                stage.branching,
                f64::from(stage.dropout),
            ];
            if shares.iter().any(|share| !(0.0..=1.0).contains(share)) || stage.dropout >= 1.0 {
                return wrong(format!(
                    "stage {}: on_path, spread, unseen, novel and loops (and their sum), known, rewarded, strolls, homing, branching and dropout are between 0 and 1",
                    i + 1
                ));
            }
            if stage
                .average
                .is_some_and(|decay| !(0.0..1.0).contains(&decay))
            {
                return wrong(format!(
                    "stage {}: average is {}; expected at least 0 and less than 1",
                    i + 1,
                    stage.average.unwrap_or_default()
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_that_comes_along_can_be_run() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
        let files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        assert!(files.len() >= 5);
        for file in files {
            let recipe = Recipe::read(&file).unwrap();
            assert_eq!(file.file_stem().unwrap(), recipe.name.as_str());
        }
    }
}
