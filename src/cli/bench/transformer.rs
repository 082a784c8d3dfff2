//! The transformer on the CPU.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use serde::Serialize;

use super::{BenchArguments, complain, least, print};
use crate::{
    cli::{output::say, target::Target},
    texts,
};
use chickadee_engine::{
    base::random::{Random, Stream},
    models::transformer::{Checkpoint, Context, Precision, Shape, Transformer, Want, Weights},
    worlds::maze::{Maze, MazeError, Task, explore},
};

/// What was measured at one width and context length.
#[derive(Debug, Serialize)]
struct Row {
    width: usize,
    context: usize,
    /// Name of the checkpoint, or `random`.
    weights: &'static str,
    /// Keys and values of a whole context, one after the other on one core, milliseconds.
    encode_ms: f64,
    /// One more memory token, milliseconds.
    append_ms: f64,
    /// One query, milliseconds.
    query_ms: f64,
    /// The policy at every state (25 in the gridworld), milliseconds.
    field_ms: f64,
    /// Arithmetic of the encoding, GFLOP/s.
    encode_gflops: f64,
}

/// What is wrong with widths and contexts.
pub(super) fn wrong(arguments: &BenchArguments) -> Option<String> {
    let width = arguments.widths.iter();
    if let Some(width) = width.copied().find(|&w| w == 0 || w % 4 != 0 || w > 4096) {
        return Some(texts::cli::WidthsOutside { width }.to_string());
    }
    let context = arguments.contexts.iter();
    let context = context.copied().find(|&t| t == 0 || t > 100_000)?;
    Some(texts::cli::ContextsOutside { context }.to_string())
}

/// The published size, but for the width.
pub(super) fn shape(width: usize) -> Shape {
    Shape {
        width,
        layers: 3,
        heads: 4,
        sensory: 10,
        actions: 5,
    }
}

/// The checkpoint that comes with Chickadee, where it has this width; otherwise random weights.
pub(super) fn weights(width: usize) -> (&'static str, Weights) {
    let shape = shape(width);
    match Checkpoint::read(crate::built_in::GRIDWORLD) {
        Ok(checkpoint) if checkpoint.weights.shape == shape => {
            ("gridworld-small", checkpoint.weights)
        }
        _ => ("random", Weights::initial(shape, 0)),
    }
}

/// The state that is asked about when it is only one.
const ASKED: usize = 3;

/// A gridworld to read memories from.
pub(super) fn task() -> Result<Task, MazeError> {
    let maze = Maze::grid(5)?;
    let mut random = Random::new(0, Stream::Task, 0);
    Ok(Task::with_random(maze.into(), 0.25, 12, &mut random))
}

/// So many memories.
pub(super) fn memories(task: &Task, length: usize) -> Vec<f32> {
    let mut random = Random::new(0, Stream::Explore, 0);
    task.observe(&explore(task, 0, length, &mut random))
}

pub(super) fn bench(arguments: &BenchArguments) -> ExitCode {
    if let Some(line) = wrong(arguments) {
        return complain(&line);
    }
    let Ok(task) = task() else {
        return complain(texts::cli::no_gridworld());
    };
    let folder = arguments.questions.as_deref();
    let mut files = match folder
        .map(|folder| Files::open(folder, arguments))
        .transpose()
    {
        Ok(files) => files,
        Err(error) => return complain(&error),
    };
    let mut rows = Vec::new();
    for &width in &arguments.widths {
        let (name, weights) = weights(width);
        let transformer = Transformer::new(weights);
        for &context in &arguments.contexts {
            rows.push(measure(name, &transformer, &task, context));
            if let Some(files) = &mut files
                && let Err(error) = files.keep(&transformer, &task, context)
            {
                return complain(&error);
            }
        }
    }
    print(&rows, arguments.json, |rows| {
        say!("{}", texts::cli::bench_transformer());
        say!(
            "{:>5} {:>6} {:>16}  {:>12} {:>12} {:>12} {:>14} {:>10}",
            "d",
            "T",
            texts::cli::bench_weights(),
            texts::cli::bench_context(),
            texts::cli::bench_memory(),
            texts::cli::bench_query(),
            texts::cli::bench_policy(),
            "GFLOP/s"
        );
        for row in rows {
            say!(
                "{:>5} {:>6} {:>16}  {:>9.2} ms {:>9.3} ms {:>9.3} ms {:>11.2} ms {:>10.1}",
                row.width,
                row.context,
                row.weights,
                row.encode_ms,
                row.append_ms,
                row.query_ms,
                row.field_ms,
                row.encode_gflops
            );
        }
    })
}

/// A decision as other software can be asked for it: who answers with other logits has another model, and its time
/// means nothing. The weights lie beside it.
#[derive(Serialize)]
struct Question {
    /// Name of the checkpoint's file in the same folder.
    weights: String,
    /// Memories, T × token.
    context: Vec<f32>,
    /// One token of which only the state is filled in.
    query: Vec<f32>,
    /// Our logits.
    logits: Vec<f32>,
}

/// The files of all questions, by their names; opened before anything is measured.
struct Files(BTreeMap<String, Target>);

impl Files {
    fn open(folder: &Path, arguments: &BenchArguments) -> Result<Self, String> {
        let of = |width: &usize| {
            let contexts = arguments.contexts.iter();
            let questions = contexts.map(|length| question_file(*width, *length));
            questions.chain([weights_file(*width)]).collect::<Vec<_>>()
        };
        let names = arguments.widths.iter().flat_map(of);
        let open = |name: String| Ok((name.clone(), Target::open_in(folder, &name)?));
        names.map(open).collect::<Result<_, String>>().map(Self)
    }

    /// Writes one question and the weights for it, in single precision.
    fn keep(
        &mut self,
        transformer: &Transformer,
        task: &Task,
        length: usize,
    ) -> Result<(), String> {
        let width = transformer.shape().width;
        let (context_tokens, query) = (memories(task, length), task.ask(ASKED));
        let mut context = Context::new(transformer.shape());
        context.append(transformer, &context_tokens);
        let answers = transformer.ask(&context, length, &query, Want::default());
        let question = Question {
            weights: weights_file(width),
            context: context_tokens,
            query,
            logits: answers.logits.values().to_vec(),
        };
        let checkpoint = Checkpoint {
            weights: transformer.weights().clone(),
            about: BTreeMap::new(),
        };
        let weights = checkpoint
            .write(Precision::F32)
            .map_err(|error| error.to_string())?;
        let text = serde_json::to_string(&question).map_err(|error| error.to_string())?;
        for (name, bytes) in [
            (question.weights, weights),
            (question_file(width, length), text.into_bytes()),
        ] {
            if let Some(file) = self.0.get_mut(&name) {
                file.write(&bytes)?;
            }
        }
        Ok(())
    }
}

fn weights_file(width: usize) -> String {
    format!("d{width}.safetensors")
}

fn question_file(width: usize, length: usize) -> String {
    format!("d{width}-T{length}.json")
}

fn measure(weights: &'static str, transformer: &Transformer, task: &Task, length: usize) -> Row {
    let shape = transformer.shape();
    let tokens = memories(task, length);
    let field = task.ask_everywhere();
    let query = task.ask(ASKED);
    let mut context = Context::new(shape);
    let encode_ms = least(|| {
        context = Context::new(shape);
        context.append(transformer, &tokens);
    });
    let query_ms = least(|| drop(transformer.ask(&context, length, &query, Want::default())));
    let field_ms = least(|| drop(transformer.ask(&context, length, &field, Want::default())));
    let last = tokens[tokens.len() - shape.token_width()..].to_vec();
    let append_ms = least(|| {
        context.truncate(length - 1);
        context.append(transformer, &last);
    });
    // Two blocks in full and the keys and values of the last; products of all tokens, attention over half of the pairs.
    let (d, t) = (shape.width as f64, length as f64);
    let full = (shape.layers - 1) as f64;
    let flop = 2.0 * t * (full * 12.0 * d * d + 2.0 * d * d + d * shape.token_width() as f64)
        + full * 2.0 * t * t * d;
    Row {
        width: shape.width,
        context: length,
        weights,
        encode_ms,
        append_ms,
        query_ms,
        field_ms,
        encode_gflops: flop / encode_ms / 1e6,
    }
}
