//! The loop: training examples, gradient, step; now and then a look at held-out goals, a line in the log and a state on disk.

#![expect(
    clippy::disallowed_methods,
    reason = "the trainer is native: it may ask for the time"
)]

use std::{collections::BTreeMap, fs::OpenOptions, io::Write as _, path::Path, time::Instant};

use chickadee_engine::models::transformer::{Checkpoint, Layout, Precision, Transformer, Weights};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{
    Arguments,
    engine::{self, Batch, Outcome},
    examples::{ExampleGenerator, Part},
    mean::{self, hash, same_shape},
    optimiser::Moments,
    plot::plot,
    recipe::{Recipe, Stage},
    state::{self, State, TrainingProgress},
};

type Failure = Box<dyn std::error::Error>;

/// Files of a run.
const STATE: &str = "state.safetensors";
const LOG: &str = "log.jsonl";

/// Steps between two looks at held-out goals, and training examples in each.
const VALIDATE_EVERY: u64 = 50;
const VALIDATION_EXAMPLES: usize = 64;

/// Longest time between two states on disk, seconds.
const SAVE_AFTER: u64 = 120;

/// Lines of the log that a checkpoint carries, at most.
const LOG_POINTS: usize = 100;

/// Runs a recipe.
///
/// # Errors
/// When recipe, state or folder cannot be used.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let recipe = Recipe::read(&arguments.recipe)?;
    std::fs::create_dir_all(&arguments.out)?;
    let path = arguments.out.join(STATE);
    let initial = Weights::initial(recipe.shape(), recipe.seed);
    let count = initial.values.len();
    let others = mean::CheckpointMean::read(&arguments.mean, &initial)?;
    if path.exists() && !arguments.resume {
        let out = arguments.out.display();
        return Err(format!(
            "{out} holds a run already: add --resume to go on with it, or choose another folder"
        )
        .into());
    }
    let mut state = match &arguments.from {
        _ if arguments.resume && path.exists() => state::load(&path, count)?,
        Some(from) => begin_with(from, &initial)?,
        None => State {
            weights: initial.values.clone(),
            moments: Moments::new(count),
            ..State::default()
        },
    };
    if let Some(stage) = arguments.stage {
        state.progress.stage = stage.saturating_sub(1);
        state.progress.stage_step = 0;
    }
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(arguments.out.join(LOG))?;
    let mut engine = engine::open(arguments.device, &initial, arguments.micro)?;
    // The weights as they are, for training examples that follow them.
    let mut learner = Transformer::new(initial);
    let mut gradient = vec![0.0; count];
    let begin = Instant::now();
    let mut saved = begin;
    let before = state.progress.seconds;
    let mut mean = Mean::default();

    while let Some(stage) = recipe.stages.get(state.progress.stage) {
        let generator = ExampleGenerator::new(recipe.task, recipe.correlation, stage, recipe.seed)?;
        let bar = ProgressBar::new(stage.steps);
        bar.set_style(ProgressStyle::with_template(
            "{prefix} {bar:24} {pos}/{len} {msg} left {eta}",
        )?);
        bar.set_prefix(format!(
            "stage {}/{}",
            state.progress.stage + 1,
            recipe.stages.len()
        ));
        bar.set_position(state.progress.stage_step);
        if stage.average.is_none() {
            state.average = None;
        }
        let mut done = false;
        while !done {
            let rate = rate(&recipe, stage, &state.progress, state.moments.steps);
            let first = state.progress.examples;
            if stage.loops > 0.0 {
                learner.set_weights(&state.weights);
            }
            let batch = Batch {
                examples: stage.batch,
                queries: stage.queries,
                example: &|i| generator.example(Part::Train, first + i as u64, Some(&learner)),
                dropout: stage.dropout,
                seed: recipe.seed.wrapping_add(state.progress.step),
            };
            let outcome = engine.run(&state.weights, &batch, Some(&mut gradient))?;
            if !outcome.loss.is_finite() {
                return Err(format!(
                    "the loss is {} at step {}; the last state is kept",
                    outcome.loss, state.progress.step
                )
                .into());
            }
            let norm =
                state
                    .moments
                    .step(&recipe.optimiser, rate, &mut gradient, &mut state.weights);
            if let Some(decay) = stage.average {
                let average = state.average.get_or_insert_default();
                average.add(decay, &state.weights);
            }
            let progress = &mut state.progress;
            progress.step += 1;
            progress.stage_step += 1;
            progress.examples += stage.batch as u64;
            progress.seconds = before + begin.elapsed().as_secs_f64();
            mean.add(&outcome, norm, stage);
            bar.set_position(progress.stage_step);
            bar.set_message(mean.line());
            let over = arguments
                .minutes
                .is_some_and(|m| begin.elapsed().as_secs_f64() > 60.0 * m)
                || arguments.steps.is_some_and(|steps| progress.step >= steps);
            done = progress.stage_step >= stage.steps;
            if progress.step.is_multiple_of(VALIDATE_EVERY) || done || over {
                let held_out = Batch {
                    examples: VALIDATION_EXAMPLES,
                    example: &|i| generator.example(Part::Validation, i as u64, None),
                    ..batch
                };
                let validation = engine.run(state.result(), &held_out, None)?;
                let after = share(validation.after);
                let loss = validation.loss / validation.queries as f64;
                let progress = &mut state.progress;
                progress.validated(loss);
                let line = json!({
                    "step": progress.step, "stage": progress.stage + 1, "lessons": progress.examples,
                    "seconds": progress.seconds, "rate": rate,
                    "train": mean.json(),
                    "held_out": {
                        "loss": loss,
                        "before": share(validation.before), "after": after, "after_third": share(validation.after_third),
                    },
                });
                mean = Mean::default();
                writeln!(log, "{line}")?;
                bar.println(format!(
                    "step {} held-out loss {loss:.3} accuracy before {:.3} after {after:.3} after third {:.3}",
                    progress.step,
                    share(validation.before),
                    share(validation.after_third)
                ));
                done |= stage.until.is_some_and(|until| after >= until);
                done |= stage
                    .patience
                    .is_some_and(|patience| progress.stale >= patience);
                if done {
                    progress.next_stage();
                }
                save(&arguments.out, &recipe, &state, &others)?;
                saved = Instant::now();
            } else if saved.elapsed().as_secs() >= SAVE_AFTER {
                state::save(&path, &state)?;
                saved = Instant::now();
            }
            if over {
                bar.abandon();
                return Ok(());
            }
        }
        bar.abandon();
    }
    // Also where nothing was left to do: what the recipe says of the checkpoint alone may have changed.
    save(&arguments.out, &recipe, &state, &others)
}

/// The state to begin with the weights of a checkpoint, or with those of another run's state and its moments.
fn begin_with(from: &Path, like: &Weights) -> Result<State, Failure> {
    let count = like.values.len();
    let mut state = if let Ok(checkpoint) = Checkpoint::read(&std::fs::read(from)?) {
        State {
            weights: same_shape(from, checkpoint, like)?,
            moments: Moments::new(count),
            ..State::default()
        }
    } else {
        state::load(from, count)?
    };
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    state.began_with = format!("{name}, weights {}", hash(&state.weights));
    Ok(state)
}

/// The weights that a checkpoint holds: those of the run, with the logits of the recipe.
fn finished(recipe: &Recipe, values: &[f32]) -> Weights {
    let mut weights = Weights {
        shape: recipe.shape(),
        values: values.to_vec(),
    };
    let scale = recipe.logit_scale.unwrap_or(1.0);
    for tensor in Layout::new(weights.shape).tensors {
        if tensor.name.starts_with("pred_actions") {
            for weight in &mut weights.values[tensor.range] {
                *weight *= scale;
            }
        }
    }
    weights
}

/// Keeps the state, the checkpoint and the learning curve.
fn save(
    out: &Path,
    recipe: &Recipe,
    state: &State,
    others: &mean::CheckpointMean,
) -> Result<(), Failure> {
    state::save(&out.join(STATE), state)?;
    let progress = &state.progress;
    let mut weights = finished(recipe, state.result());
    // The others are finished, too: their logits are as they shall be.
    weights.values = others.with(&weights.values);
    let mut about = BTreeMap::from([
        ("name".to_owned(), recipe.name.clone()),
        ("task".to_owned(), recipe.task.name().to_owned()),
        ("seed".to_owned(), recipe.seed.to_string()),
        ("steps".to_owned(), progress.step.to_string()),
        ("contexts".to_owned(), progress.examples.to_string()),
        ("recipe".to_owned(), toml::to_string(recipe)?),
        ("log".to_owned(), points(&out.join(LOG))?),
        ("weights_hash".to_owned(), hash(&weights.values)),
        (
            "source".to_owned(),
            "Chickadee; model and task of Fang & Rajan 2025, arXiv 2506.19686".to_owned(),
        ),
    ]);
    if let Some(average) = &state.average {
        about.insert("averaged_steps".to_owned(), average.steps.to_string());
    }
    if let Some(others) = others.about() {
        about.insert("mean_with".to_owned(), others);
    }
    if !state.began_with.is_empty() {
        about.insert("began_with".to_owned(), state.began_with.clone());
    }
    if !recipe.chosen_with_seeds.is_empty() {
        let seeds: Vec<String> = recipe
            .chosen_with_seeds
            .iter()
            .map(u64::to_string)
            .collect();
        about.insert("chosen_with_seeds".to_owned(), seeds.join(","));
    }
    let checkpoint = Checkpoint { weights, about };
    let bytes = checkpoint.write(Precision::F16)?;
    state::write(&out.join(format!("{}.safetensors", recipe.name)), &bytes)?;
    plot(&out.join(LOG), &out.join("curve.svg"))
}

/// The log in short, for the metadata: a line of CSV for some of its lines, the last one among them.
fn points(log: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(log)?;
    let lines: Vec<&str> = text.lines().collect();
    let step = lines.len().div_ceil(LOG_POINTS).max(1);
    let mut out =
        "contexts,stage,training_loss,held_out_loss,before,after,after_third\n".to_owned();
    for line in lines.iter().rev().step_by(step).rev() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let held_out = &line["held_out"];
        let numbers = [
            &line["train"]["loss"],
            &held_out["loss"],
            &held_out["before"],
            &held_out["after"],
            &held_out["after_third"],
        ];
        out += &format!("{},{}", line["lessons"], line["stage"]);
        for number in numbers {
            out += &format!(",{:.4}", number.as_f64().unwrap_or(f64::NAN));
        }
        out.push('\n');
    }
    Ok(out)
}

/// The learning rate: it rises over the first steps of the run, and falls over a stage where the recipe says so.
fn rate(recipe: &Recipe, stage: &Stage, progress: &TrainingProgress, steps: u64) -> f32 {
    let rise = ((steps + 1) as f32 / recipe.optimiser.warm_up.max(1) as f32).min(1.0);
    let fallen = progress.stage_step as f32 / stage.steps as f32;
    let fall = stage
        .final_rate
        .map_or(0.0, |last| (stage.rate - last) * fallen);
    rise * (stage.rate - fall)
}

fn share((right, all): (usize, usize)) -> f64 {
    right as f64 / all.max(1) as f64
}

/// Means since the last line of the log.
struct Mean {
    steps: u64,
    loss: f64,
    norm: f64,
    tokens: usize,
    before: (usize, usize),
    after: (usize, usize),
    queries: usize,
    begin: Instant,
}

impl Default for Mean {
    fn default() -> Self {
        Self {
            steps: 0,
            loss: 0.0,
            norm: 0.0,
            tokens: 0,
            before: (0, 0),
            after: (0, 0),
            queries: 0,
            begin: Instant::now(),
        }
    }
}

impl Mean {
    fn add(&mut self, outcome: &Outcome, norm: f64, stage: &Stage) {
        self.steps += 1;
        self.loss += outcome.loss;
        self.norm += norm;
        self.queries += outcome.queries;
        self.tokens += stage.batch * (stage.context + stage.queries);
        for (to, from) in [
            (&mut self.before, outcome.before),
            (&mut self.after, outcome.after),
        ] {
            to.0 += from.0;
            to.1 += from.1;
        }
    }

    fn loss(&self) -> f64 {
        self.loss / self.queries.max(1) as f64
    }

    fn speed(&self) -> f64 {
        self.tokens as f64 / self.begin.elapsed().as_secs_f64().max(1e-9)
    }

    fn line(&self) -> String {
        format!(
            "loss {:.3} accuracy {:.2} → {:.2}, {:.0} tokens/s",
            self.loss(),
            share(self.before),
            share(self.after),
            self.speed()
        )
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "loss": self.loss(), "before": share(self.before), "after": share(self.after),
            "gradient": self.norm / self.steps.max(1) as f64, "tokens_per_second": self.speed(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logits_of_the_checkpoint_are_those_of_the_recipe() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes/toy.toml");
        let mut recipe = Recipe::read(&file).unwrap();
        let values = Weights::initial(recipe.shape(), 1).values;
        assert_eq!(finished(&recipe, &values).values, values);
        recipe.logit_scale = Some(2.0);
        let scaled = finished(&recipe, &values).values;
        for tensor in Layout::new(recipe.shape()).tensors {
            let factor = if tensor.name.starts_with("pred_actions") {
                2.0
            } else {
                1.0
            };
            for i in tensor.range {
                assert_eq!(scaled[i], factor * values[i], "{}", tensor.name);
            }
        }
    }
}
