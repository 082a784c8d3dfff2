//! The transformer on the CPU.

use std::{process::ExitCode, time::Instant};

use serde::Serialize;

use super::{BenchArguments, complain, print};
use crate::{
    base::random::{Random, Stream},
    models::transformer::{Context, Shape, Transformer, Want, Weights},
    worlds::maze::{Maze, MazeError, Task, explore},
};

/// What was measured at one width and context length.
#[derive(Debug, Serialize)]
struct Row {
    width: usize,
    context: usize,
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
        return Some(format!(
            "--widths {width} is not a multiple of 4 up to 4096"
        ));
    }
    let context = arguments.contexts.iter();
    let context = context.copied().find(|&t| t == 0 || t > 100_000)?;
    Some(format!("--contexts {context} is outside 1 … 100000"))
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
        return complain("the 5 × 5 gridworld cannot be made");
    };
    let mut rows = Vec::new();
    for &width in &arguments.widths {
        let transformer = Transformer::new(Weights::initial(shape(width), 0));
        rows.extend(
            arguments
                .contexts
                .iter()
                .map(|&context| measure(&transformer, &task, context)),
        );
    }
    print(&rows, arguments.json, |rows| {
        println!("transformer of 3 blocks on the CPU, one core; median of some runs");
        println!(
            "{:>5} {:>6}  {:>12} {:>12} {:>12} {:>14} {:>10}",
            "d", "T", "context", "one memory", "one query", "policy field", "GFLOP/s"
        );
        for row in rows {
            println!(
                "{:>5} {:>6}  {:>9.2} ms {:>9.3} ms {:>9.3} ms {:>11.2} ms {:>10.1}",
                row.width,
                row.context,
                row.encode_ms,
                row.append_ms,
                row.query_ms,
                row.field_ms,
                row.encode_gflops
            );
        }
    })
}

fn measure(transformer: &Transformer, task: &Task, length: usize) -> Row {
    let shape = transformer.shape();
    let tokens = memories(task, length);
    let field = task.ask_everywhere();
    let query = task.ask(3);
    let mut context = Context::new(shape);
    let encode_ms = median(|| {
        context = Context::new(shape);
        context.append(transformer, &tokens);
    });
    let query_ms = median(|| drop(transformer.ask(&context, length, &query, Want::default())));
    let field_ms = median(|| drop(transformer.ask(&context, length, &field, Want::default())));
    let last = tokens[tokens.len() - shape.token()..].to_vec();
    let append_ms = median(|| {
        context.truncate(length - 1);
        context.append(transformer, &last);
    });
    // Two blocks in full and the keys and values of the last; products of all tokens, attention over half of the pairs.
    let (d, t) = (shape.width as f64, length as f64);
    let full = (shape.layers - 1) as f64;
    let flop = 2.0 * t * (full * 12.0 * d * d + 2.0 * d * d + d * shape.token() as f64)
        + full * 2.0 * t * t * d;
    Row {
        width: shape.width,
        context: length,
        encode_ms,
        append_ms,
        query_ms,
        field_ms,
        encode_gflops: flop / encode_ms / 1e6,
    }
}

/// Median time of some runs after one for warming up, milliseconds.
pub(super) fn median(mut run: impl FnMut()) -> f64 {
    run();
    let mut times: Vec<f64> = Vec::new();
    let begin = Instant::now();
    while times.len() < 5 || (times.len() < 200 && begin.elapsed().as_secs_f64() < 0.5) {
        let start = Instant::now();
        run();
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
