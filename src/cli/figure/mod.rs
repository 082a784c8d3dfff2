//! `chickadee figure`: a figure of the barcode paper, recomputed beside what was published.
//!
//! The work is pieces, one condition of one seed each, on all cores. With a folder every finished piece is kept in a file of lines, and
//! the same command goes on from there; pieces of more seeds, or of other shards, are added to those that there are.

mod pieces;
mod png;

#[cfg(feature = "app")]
pub(crate) use png::image as png;

use std::{num::NonZeroUsize, path::PathBuf, process::ExitCode, time::Instant};

use chickadee_engine::base::parallel::{Lost, Queue};
use chickadee_figures::{
    FIGURES, Figure, Recomputation, Sample, Settings, Value, Verdict, Verdicts, figure as found,
};
use clap::Args;

use super::{
    interrupt, output,
    progress::{PERIOD, Parts, Shown, duration},
    sweep::Shard,
    target::Target,
};
use crate::{
    figures::{drawing_title, report, svg, table, value_name},
    session::{shortened, summary::Summary},
    texts,
};
use pieces::Pieces;

/// `chickadee figure ID`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee figure --list
  chickadee figure 4e --seeds 5 --units 1000
  chickadee figure 4e --svg 4e.svg --png 4e.png --csv 4e.csv
  chickadee figure 4e --out figures --resume
  chickadee figure 4e --out figures --shard 3/16")]
pub struct FigureArguments {
    /// The figure, as --list calls it.
    #[arg(value_name = "ID", required_unless_present = "list")]
    id: Option<String>,
    /// List all figures.
    #[arg(long)]
    list: bool,
    /// Independent networks; without it, as many as in the paper.
    #[arg(long, value_name = "N")]
    seeds: Option<usize>,
    /// Units of a network; without it, as many as in the paper.
    #[arg(long, value_name = "N")]
    units: Option<usize>,
    /// Reproduce the quirk of the authors' code, where --list names one.
    #[arg(long)]
    as_published: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Write the points of all lines as a table.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the drawing.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the drawing as an image.
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Keep every finished piece in this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Go on with the pieces that the folder holds.
    #[arg(long, requires = "out")]
    resume: bool,
    /// Compute every N-th piece alone, from the I-th on; I is 1 to N. The figure comes of a run with the same folder and without this.
    #[arg(long, value_name = "I/N", requires = "out", conflicts_with_all = ["json", "csv", "svg", "png"])]
    shard: Option<Shard>,
    /// Cores to use; without it, all.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

pub(super) fn figure(arguments: &FigureArguments) -> ExitCode {
    match perform(arguments) {
        Ok(text) => output::finish(&text),
        Err(error) => interrupt::complain(&error),
    }
}

/// What is to be printed, or one sentence.
fn perform(arguments: &FigureArguments) -> Result<String, String> {
    let Some(id) = arguments.id.as_deref().filter(|_| !arguments.list) else {
        return Ok(list());
    };
    let figure = found(id).ok_or_else(|| {
        let ids = FIGURES.iter().map(|figure| figure.id).collect::<Vec<_>>();
        let (id, ids) = (shortened(id), ids.join(", "));
        texts::figure::NoFigure { id, ids }.to_string()
    })?;
    let published = Settings::published(figure);
    let settings = Settings {
        seeds: arguments.seeds.unwrap_or(published.seeds),
        units: arguments.units.unwrap_or(published.units),
        as_published: arguments.as_published,
    };
    settings.check(figure).map_err(|error| {
        let figure = figure.name;
        texts::figure::Refused { figure, error }.to_string()
    })?;
    if settings.as_published && figure.quirk.is_none() {
        let figure = figure.name;
        return Err(texts::figure::NoQuirk { figure }.to_string());
    }
    // A place that cannot be written to is found before hours of work, not after them.
    let target = |path: &Option<PathBuf>| path.as_deref().map(Target::open).transpose();
    let (mut csv, mut svg_file, mut png_file) = (
        target(&arguments.csv)?,
        target(&arguments.svg)?,
        target(&arguments.png)?,
    );
    let mut work = Recomputed {
        recomputation: Recomputation::new(figure, settings),
        seconds: 0.0,
    };
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    let mut kept = None;
    if let Some(folder) = &arguments.out {
        kept = Some(Pieces::open(folder, shard, arguments.resume, &mut work)?);
    }
    compute(&mut work, shard, arguments.threads, &mut kept)?;
    if let Some(shard) = arguments.shard {
        let pieces = shard.runs(work.recomputation.pieces()).len();
        return Ok(texts::figure::ShardDone { pieces, shard }.to_string() + "\n");
    }
    let Recomputed {
        recomputation,
        seconds,
    } = &work;
    let title = drawing_title(recomputation);
    let drawing = || svg(recomputation, &title);
    if let Some(file) = &mut csv {
        file.write(table(recomputation).as_bytes())?;
    }
    if let Some(file) = &mut svg_file {
        file.write(drawing()?.as_bytes())?;
    }
    if let Some(file) = &mut png_file {
        file.write(&png::image(&drawing()?)?)?;
    }
    if arguments.json {
        return Ok(format!("{:#}\n", report(recomputation, Some(*seconds))));
    }
    Ok(printed(recomputation, *seconds))
}

/// A recomputation, and the time that its pieces took one after the other.
struct Recomputed {
    recomputation: Recomputation,
    seconds: f64,
}

impl Recomputed {
    fn put(&mut self, piece: usize, seconds: f64, samples: Vec<Sample>) {
        self.recomputation.put(piece, samples);
        self.seconds += seconds;
    }
}

/// Computes the pieces of a shard that are not done.
fn compute(
    work: &mut Recomputed,
    shard: Shard,
    threads: Option<NonZeroUsize>,
    kept: &mut Option<Pieces>,
) -> Result<(), String> {
    let (figure, settings) = (work.recomputation.figure(), *work.recomputation.settings());
    let own = shard.runs(work.recomputation.pieces());
    let all = own.len();
    let left = own.filter(|piece| work.recomputation.piece(*piece).is_none());
    let left: Vec<usize> = left.collect();
    if left.is_empty() {
        return Ok(());
    }
    interrupt::take();
    let cores = threads.or_else(|| std::thread::available_parallelism().ok());
    let mut done = all - left.len();
    let mut shown = Shown::new();
    shown.show(Parts { done, all });
    let queue = Queue::start(
        cores.map_or(1, NonZeroUsize::get),
        left.into_iter(),
        move |piece| timed(figure, &settings, piece),
    );
    while done < all {
        match queue.next_within(PERIOD) {
            Some(Ok(Some((piece, (seconds, samples))))) => {
                if let Some(kept) = kept {
                    kept.append(piece, seconds, &samples)?;
                }
                work.put(piece, seconds, samples);
                done += 1;
            }
            Some(Ok(None)) => {}
            Some(Err(Lost(piece))) => {
                return Err(texts::figure::PieceFails { piece }.to_string());
            }
            None => break,
        }
        shown.show(Parts { done, all });
        if interrupt::asked() && done < all {
            return Err(match kept {
                Some(_) => texts::figure::StoppedAndKept { done, all }.to_string(),
                None => texts::figure::Stopped { done, all }.to_string(),
            });
        }
    }
    Ok(())
}

/// The samples of a piece, and how long they took.
#[expect(clippy::disallowed_methods, reason = "the command line is native")]
fn timed(figure: &Figure, settings: &Settings, piece: usize) -> (f64, Vec<Sample>) {
    let begin = Instant::now();
    let samples = settings.work(figure, piece).finish();
    (begin.elapsed().as_secs_f64(), samples)
}

/// All figures.
fn list() -> String {
    let mut text = String::new();
    for figure in FIGURES {
        let (id, name, title) = (figure.id, figure.name, figure.title);
        let (seeds, units) = (figure.seeds, figure.units);
        let row = texts::figure::Listed {
            name,
            title,
            seeds,
            units,
        };
        text += &format!("{id:<16} {row}\n");
        if let Some(quirk) = figure.quirk {
            let quirk = texts::figure::Quirk { quirk };
            text += &format!("{:<16} {quirk}\n", "");
        }
    }
    text
}

/// The values as a table for people.
fn printed(recomputation: &Recomputation, seconds: f64) -> String {
    let figure = recomputation.figure();
    let settings = recomputation.settings();
    let mut table = Summary::default();
    table.row(figure.name, figure.title);
    table.row(texts::figure::question(), figure.question);
    let made = texts::figure::MadeWith {
        seeds: settings.seeds,
        units: settings.units,
        time: duration(seconds),
    };
    table.row(texts::figure::made(), made);
    table.row(texts::figure::link(), figure.link);
    let values = recomputation.values();
    let Verdicts {
        inside,
        reading,
        undecided,
        outside,
        open: _,
    } = Verdicts::count(&values);
    if !values.is_empty() {
        table.row(
            texts::figure::verdicts(),
            texts::figure::VerdictsAre {
                all: values.len(),
                inside,
                reading,
                undecided,
                outside,
            },
        );
    }
    let mut text = table.finish();
    for finding in figure.findings {
        text += &format!("{finding}\n");
    }
    for value in &values {
        let name = value_name(recomputation.panels(), value);
        text += &format!("{name}: {}\n", compared(value));
    }
    text
}

/// A published value and ours, in words.
fn compared(value: &Value) -> String {
    let published = value.published;
    let (Some(ours), Some(verdict)) = (value.ours, value.verdict) else {
        return texts::figure::Published { published }.to_string();
    };
    let digits = |number: f64| format!("{number:.3}");
    let [low, high] = ours.interval.map(digits);
    let verdict = match verdict {
        Verdict::Inside => texts::figure::inside(),
        Verdict::WithinReading => texts::figure::within_reading(),
        Verdict::Undecided => texts::figure::undecided(),
        Verdict::Outside => texts::figure::outside(),
    };
    texts::figure::Compared {
        published,
        ours: digits(ours.mean),
        low,
        high,
        verdict,
    }
    .to_string()
}
