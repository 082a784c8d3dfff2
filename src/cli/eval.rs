use std::{
    fmt::Display,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::Ordering,
};

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser as _},
};
use serde::Serialize;

use super::{
    interrupt, output,
    progress::{self, Parts},
};
use crate::{
    labs::maze::{Shipped, Weights},
    texts,
};
use chickadee_engine::{
    eval::{EvalError, Progress, Settings, evaluate, evaluate_custom, evaluate_seeds, on_choice},
    models::transformer::{Checkpoint, Transformer},
    worlds::maze::{CustomMaze, Family, Protocol},
};

/// `chickadee eval --task gridworld|tree`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee eval --task gridworld
  chickadee eval --task tree --tasks 20 --dqn-tasks 0 --csv
  chickadee eval --task gridworld --seeds 1,2,3 --json
  chickadee eval --task gridworld --weights faithful --seeds 101-200
  chickadee eval --maze maze.txt --model mine.safetensors")]
pub struct EvalArguments {
    /// What to evaluate.
    #[arg(long, value_parser = family(), required_unless_present = "maze")]
    task: Option<Family>,
    /// A maze of your own instead (text or JSON): does the transformer find the goal from the start?
    #[arg(long, value_name = "FILE", conflicts_with_all = ["task", "size", "as_published", "dqn_tasks", "csv"])]
    maze: Option<PathBuf>,
    /// A checkpoint (safetensors) instead of a built-in one.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Which of the built-in checkpoints.
    #[arg(long, value_parser = weights(), default_value = "small", conflicts_with = "model")]
    weights: Weights,
    /// Another size: cells along a side of the gridworld, layers of the tree; 3 to 8.
    #[arg(long)]
    size: Option<usize>,
    /// Number of tasks.
    #[arg(long, default_value_t = 50)]
    tasks: usize,
    /// How many of these the deep Q-network learns as well: that takes minutes.
    #[arg(long, default_value_t = 5)]
    dqn_tasks: usize,
    /// Seed of tasks, walks and episodes.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Several seeds instead, or all from one to another: means over them, with an interval over seeds and tasks.
    #[arg(long, value_name = "A,B,C or A-B", value_delimiter = ',', value_parser = seeds, conflicts_with_all = ["seed", "maze", "csv"])]
    seeds: Vec<RangeInclusive<u64>>,
    /// Baselines on the authors' terms: other starts than the transformer's, gridworlds of 6 × 6.
    #[arg(long)]
    as_published: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Print one row per task, context length and agent as CSV.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn eval(arguments: &EvalArguments) -> ExitCode {
    match perform(arguments) {
        Ok(text) => output::finish(&text),
        Err(error) => interrupt::complain(&error),
    }
}

/// What is to be printed, or one sentence.
fn perform(arguments: &EvalArguments) -> Result<String, String> {
    let own = match &arguments.maze {
        None => None,
        Some(path) => {
            let name = path.display();
            let wrong = |error: &dyn Display| texts::cli::Maze { name: &name, error }.to_string();
            let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
            let text = CustomMaze::text(&bytes).map_err(|error| wrong(&error))?;
            Some(CustomMaze::parse(&text).map_err(|error| wrong(&error))?)
        }
    };
    let family = match &own {
        Some(own) => own.maze.family(),
        None => arguments.task.unwrap_or(Family::Gridworld),
    };
    let checkpoint = checkpoint(arguments.model.as_deref(), family, arguments.weights)?;
    let chosen = chosen_with(&checkpoint);
    let transformer = Transformer::new(checkpoint.weights);
    if let Some(own) = own {
        let report = watched(|progress| {
            evaluate_custom(
                &own,
                arguments.tasks,
                arguments.seed,
                &transformer,
                progress,
            )
        })?;
        return if arguments.json {
            json(&report)
        } else {
            Ok(report.table())
        };
    }
    let settings = Settings {
        protocol: Protocol {
            size: arguments.size.unwrap_or(Protocol::published(family).size),
            family,
        },
        tasks: arguments.tasks,
        dqn_tasks: arguments.dqn_tasks,
        seed: arguments.seed,
        as_published: arguments.as_published,
    };
    if !arguments.seeds.is_empty() {
        let ranges = arguments.seeds.iter().cloned();
        let seeds: Vec<u64> = ranges.flatten().take(MOST_SEEDS + 1).collect();
        if seeds.len() > MOST_SEEDS {
            return Err(texts::cli::TooManySeeds { most: MOST_SEEDS }.to_string());
        }
        let mut report =
            watched(|progress| evaluate_seeds(&settings, &seeds, &transformer, progress))?;
        report.chosen_with_seeds = chosen;
        return if arguments.json {
            json(&report)
        } else {
            let choice = on_choice(report.chosen_with_seeds.as_deref(), &seeds);
            Ok(format!("{choice}\n{}", report.table()))
        };
    }
    let mut report = watched(|progress| evaluate(&settings, &transformer, progress))?;
    report.chosen_with_seeds = chosen;
    Ok(match (arguments.json, arguments.csv) {
        (true, _) => json(&report)?,
        (_, true) => report.csv(),
        _ => {
            let choice = on_choice(report.chosen_with_seeds.as_deref(), &[settings.seed]);
            format!("{choice}\n{}", report.table())
        }
    })
}

/// Entry of a checkpoint's metadata: the seeds that were looked at to choose it, with commas between them.
const CHOSEN: &str = "chosen_with_seeds";

/// The seeds that a checkpoint names as those it was chosen with; an entry that is no list of numbers names none.
fn chosen_with(checkpoint: &Checkpoint) -> Option<Vec<u64>> {
    let seeds = checkpoint.about.get(CHOSEN)?.split(',');
    seeds.map(|seed| seed.trim().parse().ok()).collect()
}

pub(super) fn json(report: &impl Serialize) -> Result<String, String> {
    let text = serde_json::to_string_pretty(report).map_err(|e| e.to_string())?;
    Ok(text + "\n")
}

/// Seeds of one evaluation, at most: each takes seconds.
const MOST_SEEDS: usize = 1_000;

/// One seed, or all from one to another.
fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let wrong = || texts::cli::expects_seeds().to_owned();
    let seed = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let range = seed(first)?..=seed(last)?;
    if range.is_empty() {
        return Err(wrong());
    }
    Ok(range)
}

/// The names of the families of mazes.
fn family() -> impl clap::builder::TypedValueParser<Value = Family> {
    PossibleValuesParser::new(Family::ALL.map(Family::name))
        .map(|name| Family::from_name(&name).unwrap_or(Family::Gridworld))
}

/// The names of the checkpoints that come with Chickadee.
fn weights() -> impl clap::builder::TypedValueParser<Value = Weights> {
    PossibleValuesParser::new(Weights::ALL.map(|(_, option)| option.word)).map(|word| {
        let chosen = Weights::ALL
            .into_iter()
            .find(|(_, option)| option.word == word);
        chosen.map_or(Weights::Small, |(weights, _)| weights)
    })
}

/// The checkpoint of a file, or one that comes with Chickadee.
pub(super) fn checkpoint(
    model: Option<&Path>,
    family: Family,
    weights: Weights,
) -> Result<Checkpoint, String> {
    match model {
        None => {
            let shipped = Shipped::of(family, weights).and_then(Shipped::bytes);
            let Some(bytes) = shipped else {
                let options = Weights::ALL
                    .map(|(weights, option)| Shipped::of(family, weights).map(|_| option.word));
                let there_are: Vec<_> = options.into_iter().flatten().collect();
                let (family, there_are) = (family.name(), there_are.join(", "));
                return Err(texts::cli::NoSuchWeights { family, there_are }.to_string());
            };
            Checkpoint::read(bytes).map_err(|e| e.to_string())
        }
        Some(path) => {
            let name = path.display();
            let wrong = |error: &dyn Display| texts::cli::Model { name: &name, error }.to_string();
            let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
            Checkpoint::read(&bytes).map_err(|error| wrong(&error))
        }
    }
}

/// Works, with the parts that are done; Ctrl-C ends it, and says how many those were.
pub(super) fn watched<T>(
    work: impl FnOnce(&Progress) -> Result<T, EvalError>,
) -> Result<T, String> {
    let progress = Progress::default();
    let parts = || Parts {
        done: progress.done.load(Ordering::Relaxed),
        all: progress.all.load(Ordering::Relaxed),
    };
    let look = || {
        progress.stop.store(interrupt::asked(), Ordering::Relaxed);
        parts()
    };
    let done = progress::watched(look, || work(&progress));
    done.map_err(|error| match error {
        EvalError::Stopped => {
            let Parts { done, all } = parts();
            texts::cli::Stopped { done, all }.to_string()
        }
        other => other.to_string(),
    })
}
