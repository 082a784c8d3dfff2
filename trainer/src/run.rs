//! The loop: training examples, gradient, step; now and then a look at held-out goals, a line in the log and a state on disk.

#![expect(
    clippy::disallowed_methods,
    reason = "the trainer is native: it may ask for the time"
)]

use std::{collections::BTreeMap, fs::OpenOptions, io::Write as _, path::Path, time::Instant};

use chickadee_engine::models::transformer::{Checkpoint, Precision, Weights};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{
    Arguments,
    engine::{self, Batch, Outcome},
    examples::{ExampleGenerator, Part},
    optimiser::Moments,
    plot::plot,
    recipe::{Recipe, Stage},
    state::{self, TrainingProgress},
};

type Failure = Box<dyn std::error::Error>;

/// Files of a run.
const STATE: &str = "state.safetensors";
const LOG: &str = "log.jsonl";

/// Steps between two looks at held-out goals, and training examples in each.
const VALIDATE_EVERY: u64 = 50;
const VALIDATION_EXAMPLES: usize = 64;

/// Runs a recipe.
///
/// # Errors
/// When recipe, state or folder cannot be used.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let recipe = Recipe::read(&arguments.recipe)?;
    std::fs::create_dir_all(&arguments.out)?;
    let path = arguments.out.join(STATE);
    let mut weights = Weights::initial(recipe.shape(), recipe.seed);
    let mut moments = Moments::new(weights.values.len());
    let mut progress = TrainingProgress::default();
    if path.exists() && !arguments.resume {
        let out = arguments.out.display();
        return Err(format!(
            "{out} holds a run already: add --resume to go on with it, or choose another folder"
        )
        .into());
    }
    if arguments.resume && path.exists() {
        (progress, weights.values, moments) = state::load(&path, weights.values.len())?;
    } else if let Some(from) = &arguments.from {
        (weights.values, moments) = begin_with(from, &weights)?;
    }
    if let Some(stage) = arguments.stage {
        progress.stage = stage.saturating_sub(1);
        progress.stage_step = 0;
    }
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(arguments.out.join(LOG))?;
    let dropout = recipe
        .stages
        .iter()
        .map(|stage| stage.dropout)
        .fold(0.0, f32::max);
    let mut engine = engine::open(arguments.device, &weights, dropout, arguments.micro)?;
    let mut gradient = vec![0.0; weights.values.len()];
    let begin = Instant::now();
    let before = progress.seconds;
    let mut mean = Mean::default();

    while let Some(stage) = recipe.stages.get(progress.stage) {
        let generator = ExampleGenerator::new(recipe.task, recipe.correlation, stage, recipe.seed)?;
        let bar = ProgressBar::new(stage.steps);
        bar.set_style(ProgressStyle::with_template(
            "{prefix} {bar:24} {pos}/{len} {msg} left {eta}",
        )?);
        bar.set_prefix(format!(
            "stage {}/{}",
            progress.stage + 1,
            recipe.stages.len()
        ));
        bar.set_position(progress.stage_step);
        let mut done = false;
        while !done {
            let rate = rate(&recipe, stage, &progress, moments.steps);
            let first = progress.examples;
            let batch = Batch {
                examples: stage.batch,
                queries: stage.queries,
                example: &|i| generator.example(Part::Train, first + i as u64),
                dropout: stage.dropout,
                seed: recipe.seed.wrapping_add(progress.step),
            };
            let outcome = engine.run(&weights.values, &batch, Some(&mut gradient))?;
            if !outcome.loss.is_finite() {
                return Err(format!(
                    "the loss is {} at step {}; the last state is kept",
                    outcome.loss, progress.step
                )
                .into());
            }
            let norm = moments.step(&recipe.optimiser, rate, &mut gradient, &mut weights.values);
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
                    example: &|i| generator.example(Part::Validation, i as u64),
                    ..batch
                };
                let validation = engine.run(&weights.values, &held_out, None)?;
                let after = share(validation.after);
                let loss = validation.loss / validation.queries as f64;
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
                save(&arguments.out, &recipe, &progress, &weights, &moments)?;
            }
            if over {
                bar.abandon();
                return Ok(());
            }
        }
        bar.abandon();
    }
    Ok(())
}

/// Weights of another run's state, with its moments, or of a checkpoint, which has none.
fn begin_with(from: &Path, like: &Weights) -> Result<(Vec<f32>, Moments), Failure> {
    let count = like.values.len();
    if let Ok(checkpoint) = Checkpoint::read(&std::fs::read(from)?) {
        if checkpoint.weights.shape != like.shape {
            let (name, found, expected) = (from.display(), checkpoint.weights.shape, like.shape);
            return Err(
                format!("{name} has the shape {found:?}; the recipe expects {expected:?}").into(),
            );
        }
        return Ok((checkpoint.weights.values, Moments::new(count)));
    }
    let (_, values, moments) = state::load(from, count)?;
    Ok((values, moments))
}

/// Keeps the state, the checkpoint and the learning curve.
fn save(
    out: &Path,
    recipe: &Recipe,
    progress: &TrainingProgress,
    weights: &Weights,
    moments: &Moments,
) -> Result<(), Failure> {
    state::save(&out.join(STATE), progress, &weights.values, moments)?;
    let about = BTreeMap::from([
        ("name".to_owned(), recipe.name.clone()),
        (
            "task".to_owned(),
            format!("{:?}", recipe.task).to_lowercase(),
        ),
        ("seed".to_owned(), recipe.seed.to_string()),
        ("steps".to_owned(), progress.step.to_string()),
        ("contexts".to_owned(), progress.examples.to_string()),
        ("recipe".to_owned(), toml::to_string(recipe)?),
        (
            "source".to_owned(),
            "Chickadee; model and task of Fang & Rajan 2025, arXiv 2506.19686".to_owned(),
        ),
    ]);
    let checkpoint = Checkpoint {
        weights: weights.clone(),
        about,
    };
    let bytes = checkpoint.write(Precision::F16)?;
    state::write(&out.join(format!("{}.safetensors", recipe.name)), &bytes)?;
    plot(&out.join(LOG), &out.join("curve.svg"))
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
