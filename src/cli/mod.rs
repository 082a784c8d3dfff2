//! The command line: the same session without a picture.

mod append_only;
mod bench;
mod completions;
mod eval;
mod figure;
mod interrupt;
mod output;
mod progress;
mod readouts;
mod run;
mod selftest;
mod sweep;
mod target;

use std::process::ExitCode;

#[cfg(feature = "app")]
pub(crate) use figure::png;
pub use run::open_model;

use clap::{Parser, Subcommand};

use crate::{session::device::Backend, texts};

/// Everything that can be asked for.
#[derive(Debug, Parser)]
#[command(
    name = "chickadee",
    version,
    about = texts::cli::about(),
    after_help = "Examples:
  chickadee
  chickadee --link lab=maze&task=tree
  chickadee --model mine.safetensors
  chickadee --share https://lab.example/chickadee/
  chickadee run place-to-barcode
A link in quotes keeps its & from the shell."
)]
pub struct Arguments {
    /// Open the window on this link or scene, shown as the link says.
    #[arg(long, value_name = "LINK")]
    pub link: Option<String>,
    /// Open the window with this transformer (safetensors) at work in the maze lab.
    #[arg(long, value_name = "FILE")]
    pub model: Option<std::path::PathBuf>,
    /// What the models run on in the window; by itself whichever is faster.
    #[arg(long, value_name = "auto|gpu|cpu")]
    pub backend: Option<Backend>,
    /// Address of the page of Chickadee that links copied in the window lead to; without one, that of --link.
    #[arg(long, value_name = "ADDRESS")]
    pub share: Option<String>,
    /// Language of all texts.
    #[arg(long, global = true, value_name = "TAG", value_parser = language())]
    pub lang: Option<texts::Language>,
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// Reads the tag of a language.
fn language() -> impl clap::builder::TypedValueParser<Value = texts::Language> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    let all = texts::Language::ALL;
    PossibleValuesParser::new(all.map(texts::Language::tag)).map(move |tag| {
        let found = all.iter().find(|language| language.tag() == tag);
        found.copied().unwrap_or(all[0])
    })
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Run a scene or a link and print its state hash and readouts.
    Run(run::RunArguments),
    /// The paper's evaluation of a transformer: returns, query types, shortcuts.
    Eval(eval::EvalArguments),
    /// Recompute a figure of the barcode paper, beside what was published.
    Figure(figure::FigureArguments),
    /// Fit what is read live from a transformer's activity, and put it into its checkpoint.
    Readouts(readouts::ReadoutsArguments),
    /// Run a lab or an evaluation with many settings and seeds, on all cores or in shards.
    Sweep(sweep::SweepArguments),
    /// Check that every run of a sweep is there once, and write one table.
    Merge(sweep::MergeArguments),
    /// Compare the GPU with the CPU, operation by operation.
    Selftest(selftest::SelftestArguments),
    /// Measure the step times of this machine.
    Bench(bench::BenchArguments),
    /// Print the completions of a shell.
    Completions(completions::CompletionsArguments),
    /// Print the manual page, in troff.
    Man(completions::ManArguments),
}

/// Reads the arguments of this process; what is wrong with them is one line and exit code 2.
///
/// # Errors
/// When there is nothing to go on with: the exit code (0 after help or version).
pub fn arguments() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|error| {
        if error.use_stderr() {
            // What is wrong, which may name missing words on lines of their own; usage and tips follow a blank line.
            let text = error.to_string();
            let paragraph = text
                .trim_start_matches("error: ")
                .split("\n\n")
                .next()
                .unwrap_or_default();
            let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
            let cut: String = line.chars().take(LONGEST).collect();
            let dots = if cut.len() < line.len() { "…" } else { "" };
            let problem = format_args!("{cut}{dots}");
            complain(&texts::cli::WrongArguments { problem }.to_string())
        } else {
            output::finish(&error)
        }
    })
}

/// Characters of an error that are shown: an argument may be a pasted book.
const LONGEST: usize = 200;

/// Does a task.
#[must_use]
pub fn perform(task: &Task) -> ExitCode {
    match task {
        Task::Run(arguments) => run::run(arguments),
        Task::Eval(arguments) => eval::eval(arguments),
        Task::Figure(arguments) => figure::figure(arguments),
        Task::Readouts(arguments) => readouts::readouts(arguments),
        Task::Sweep(arguments) => sweep::sweep(arguments),
        Task::Merge(arguments) => sweep::merge(arguments),
        Task::Selftest(arguments) => selftest::selftest(arguments),
        Task::Bench(arguments) => bench::bench(arguments),
        Task::Completions(arguments) => completions::completions(arguments),
        Task::Man(arguments) => completions::man(arguments),
    }
}

/// One line on standard error; bad input is exit code 2.
#[must_use]
pub fn complain(line: &str) -> ExitCode {
    output::remark(line);
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    /// Every help has examples, and every example is a command that is read.
    #[test]
    fn examples_are_commands() {
        let mut command = Arguments::command();
        command.build();
        let names = command.get_subcommands().map(|c| c.get_name().to_owned());
        let names = names.filter(|name| name != "help");
        let mut helps = vec![command.clone()];
        helps.extend(names.filter_map(|name| command.find_subcommand(name).cloned()));
        assert!(helps.len() > 7);
        for mut command in helps {
            let help = command.render_long_help().to_string();
            let name = command.get_name();
            let (_, examples) = help.split_once("Examples:").expect(name);
            let examples = examples.lines().map(str::trim);
            let mut count = 0;
            for line in examples.filter(|line| line.starts_with("chickadee")) {
                let line = line.split(" > ").next().unwrap_or_default();
                let read = Arguments::try_parse_from(line.split_whitespace());
                assert!(read.is_ok(), "{line}");
                count += 1;
            }
            assert!(count > 0, "{name}");
        }
    }
}
