//! What every panel gets, whatever the lab, and what it may ask for.

use super::{
    Options,
    theme::{Choice, Theme},
    views::LabView,
};
use crate::{
    devices::Verdict,
    session::{Command, Workbench},
};

/// What every panel gets, whatever the lab, and what it may ask for.
pub struct Shell<'a> {
    pub(crate) lab: &'a Workbench,
    pub(crate) view: &'static LabView,
    pub(crate) theme: &'a Theme,
    pub(crate) options: &'a Options,
    /// Whether there is room for one column only.
    pub(crate) narrow: bool,
    /// Milliseconds of a step on the CPU, as measured.
    pub(crate) step_ms: Option<f64>,
    /// Which machine computes, and why.
    pub(crate) verdict: &'a Verdict,
    /// Whether GPU and CPU are being compared in full.
    pub(crate) examining: bool,
    /// The latest thing to read.
    pub(crate) notice: Option<&'a str>,
    /// What is open.
    pub(crate) windows: &'a mut Windows,
    pub(crate) commands: &'a mut Vec<Command>,
    pub(crate) requests: &'a mut Vec<Request>,
}

impl Shell<'_> {
    /// The lab.
    #[must_use]
    pub fn lab(&self) -> &Workbench {
        self.lab
    }

    /// Asks for a change, which is made when the frame is drawn.
    pub fn send(&mut self, command: impl Into<Command>) {
        self.commands.push(command.into());
    }

    /// Opens or closes a floating panel.
    pub fn toggle_window(&mut self, id: &'static str) {
        self.windows.toggle(id);
    }

    /// Asks for another value of a setting.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<String>) {
        self.send(Command::Set(key.to_owned(), value.into()));
    }

    /// The same for a panel of its own.
    pub(crate) fn again(&mut self) -> Shell<'_> {
        Shell {
            lab: self.lab,
            view: self.view,
            theme: self.theme,
            options: self.options,
            narrow: self.narrow,
            step_ms: self.step_ms,
            verdict: self.verdict,
            examining: self.examining,
            notice: self.notice,
            windows: self.windows,
            commands: self.commands,
            requests: self.requests,
        }
    }
}

/// What a panel asks of the application.
pub(crate) enum Request {
    /// Other colours.
    Theme(Choice),
    /// Every operation of the GPU against the CPU.
    Examine,
    /// The notice was read.
    Dismiss,
    /// A text to be copied.
    Copy(String),
    /// A link to be opened.
    Open(String),
    /// A text to be saved as a file of this name, wherever such files go. A drawing (SVG) whose name ends in `.png` becomes that image.
    Save(String, String),
    /// Something to read.
    Say(String),
    /// A change of the lab that is no command.
    Change(fn(&mut Workbench)),
    /// A file of one's own, from a page's dialog.
    #[cfg(target_arch = "wasm32")]
    ChooseFile,
    /// A command of a floating panel, which closes if that is carried out and otherwise shows why not.
    Submit(&'static str, Command),
}

/// Which floating panels and which tab are open.
#[derive(Default)]
pub(crate) struct Windows {
    /// Panels that float, and the last thing that went wrong in each.
    open: Vec<(&'static str, String)>,
    /// The panel that is shown on a narrow screen.
    pub tab: &'static str,
}

impl Windows {
    pub(crate) fn is_open(&self, id: &str) -> bool {
        self.open.iter().any(|(open, _)| *open == id)
    }

    pub(crate) fn toggle(&mut self, id: &'static str) {
        if self.is_open(id) {
            self.close(id);
        } else {
            self.open.push((id, String::new()));
        }
    }

    pub(crate) fn close(&mut self, id: &str) {
        self.open.retain(|(open, _)| *open != id);
    }

    /// Closes the one that was opened last, if any is open.
    pub(crate) fn close_last(&mut self) {
        self.open.pop();
    }

    /// What went wrong in a floating panel; empty if nothing did.
    pub(crate) fn error(&self, id: &str) -> &str {
        let found = self.open.iter().find(|(open, _)| *open == id);
        found.map_or("", |(_, error)| error)
    }

    pub(crate) fn set_error(&mut self, id: &str, sentence: String) {
        if let Some((_, error)) = self.open.iter_mut().find(|(open, _)| *open == id) {
            *error = sentence;
        }
    }
}
