//! What a shell and `man` want to know of the commands.

use std::process::ExitCode;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Arguments, complain, output};
use crate::texts;

/// `chickadee completions SHELL`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee completions bash > ~/.local/share/bash-completion/completions/chickadee
  chickadee completions zsh > ~/.zfunc/_chickadee
  chickadee completions fish > ~/.config/fish/completions/chickadee.fish")]
pub struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// `chickadee man [COMMAND]`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  chickadee man > chickadee.1
  chickadee man run > chickadee-run.1")]
pub struct ManArguments {
    /// The page of this command instead of the program's.
    command: Option<String>,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "chickadee",
        &mut script,
    );
    output::finish(&String::from_utf8_lossy(&script))
}

pub(super) fn man(arguments: &ManArguments) -> ExitCode {
    let mut command = Arguments::command();
    command.build();
    if let Some(name) = &arguments.command {
        let Some(found) = command.find_subcommand(name) else {
            return complain(&texts::cli::NoCommand { name }.to_string());
        };
        command = found.clone();
    }
    let mut page = Vec::new();
    match clap_mangen::Man::new(command).render(&mut page) {
        Ok(()) => output::finish(&String::from_utf8_lossy(&page)),
        Err(error) => complain(&error.to_string()),
    }
}
