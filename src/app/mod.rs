//! The picture: one egui application for the window and the page.
//!
//! [`App::logic`](eframe::App::logic) moves time: it gives the [`Lab`] some milliseconds a frame. `ui` only draws:
//! panels get the read-only activity of the session and return [`Command`]s, which are dispatched when
//! the drawing is done. Nothing is repainted while nothing runs.

mod files;
mod keyboard;
mod layout;
mod options;
mod pace;
mod page_events;
mod paint;
mod panels;
mod theme;
mod widgets;
#[cfg(not(target_arch = "wasm32"))]
mod window;

use std::collections::VecDeque;

use eframe::egui;

pub use options::{Chrome, OPTIONS, OptionError, OptionInfo, OptionKind, Options, Renderer};
pub use page_events::{EVENTS, EventInfo, PageEvent};
pub use theme::Choice;
#[cfg(not(target_arch = "wasm32"))]
pub use window::open_window;

use self::{
    files::{File, Files},
    pace::Pace,
    panels::Shell,
    theme::Theme,
};
use crate::{
    session::{Command, CommandError, Event, Lab, maze::MazeCommand},
    share::scenes::MAZE_SCENES,
    tiers::{Tiers, Verdict},
};
use chickadee_engine::worlds::maze::{Maze, Topology};

/// The application.
pub struct App {
    lab: Lab,
    tiers: Tiers,
    options: Options,
    theme: Theme,
    view: View,
    pace: Pace,
    files: Files,
    notices: VecDeque<Notice>,
    events: Vec<Event>,
    frames: u64,
    spoken: String,
    ctx: egui::Context,
}

/// A line that is shown for a while.
struct Notice {
    text: String,
    until: f64,
}

/// What is looked at; nothing here changes the lab.
#[derive(Default)]
pub(crate) struct View {
    pub caching: panels::caching::View,
    pub maze: panels::maze::View,
    /// Whether the further settings are open.
    pub more: bool,
    /// Whether the about box is open.
    pub about: bool,
    /// Pictures that were drawn before.
    pub images: paint::Images,
}

/// Seconds that a notice stays.
const NOTICE_SECONDS: f64 = 8.0;

impl App {
    /// An application over a lab that may still have to settle.
    #[must_use]
    pub fn new(ctx: &egui::Context, lab: Lab, options: Options) -> Self {
        theme::install_fonts(ctx);
        let theme = Theme::of(options.theme, ctx.system_theme());
        theme.apply(ctx);
        // What a link got wrong is said at once.
        let notices = lab
            .messages()
            .iter()
            .map(|text| Notice {
                text: text.clone(),
                until: f64::INFINITY,
            })
            .collect();
        let waker = ctx.clone();
        let mut app = Self {
            lab,
            tiers: Tiers::new(options.backend, move || waker.request_repaint()),
            options,
            theme,
            view: View::default(),
            pace: Pace::default(),
            files: Files::default(),
            notices,
            events: Vec::new(),
            frames: 0,
            spoken: String::new(),
            ctx: ctx.clone(),
        };
        if !app.options.autoplay {
            app.lab.hold();
        }
        app
    }

    /// Asks the lab for a change.
    ///
    /// # Errors
    /// When the command cannot be carried out; the lab is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        if let Command::Backend(backend) = command {
            self.tiers.choose(backend);
            return Ok(());
        }
        self.view.caching.scrub = None;
        if matches!(command, Command::Scene(_) | Command::Reset) {
            self.view.maze.forget();
        }
        self.lab.dispatch(command)
    }

    /// The lab.
    #[must_use]
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// The lab, to be changed.
    pub fn lab_mut(&mut self) -> &mut Lab {
        &mut self.lab
    }

    /// Which machine computes, and why.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.tiers.verdict(&self.lab)
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// What it draws with; to ask for a repaint from outside.
    #[must_use]
    pub fn context(&self) -> egui::Context {
        self.ctx.clone()
    }

    /// Frames drawn.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// One sentence on what has just happened, for a screen reader.
    #[must_use]
    pub fn spoken(&self) -> &str {
        &self.spoken
    }

    fn say(&mut self, text: String, now: f64) {
        while self.notices.len() >= 3 {
            self.notices.pop_front();
        }
        self.notices.push_back(Notice {
            text,
            until: now + NOTICE_SECONDS,
        });
    }

    fn hear(&mut self, now: f64) {
        for event in self.lab.take_events() {
            match &event {
                Event::Cached { place, .. } => {
                    self.spoken = format!("A seed is cached at place {place}.")
                }
                Event::Recalled {
                    place,
                    seed_ratio,
                    peak,
                    found,
                } => {
                    let whether = if *found {
                        "a seed is here"
                    } else {
                        "no seed here"
                    };
                    let toward = peak.map_or(String::new(), |p| {
                        format!(", memory points to place {p:.0}")
                    });
                    self.spoken =
                        format!("Place {place}: {whether}, seed output {seed_ratio:.2}{toward}.");
                }
                Event::Overflow { step } => {
                    self.spoken = format!("Activity overflowed after step {step}.")
                }
                Event::Rewarded { state, memories } => {
                    let maze = self.lab.maze().map(|session| &session.activity().task.maze);
                    let place = maze.map_or(String::new(), |maze| where_is(maze, *state));
                    self.spoken = format!("Rewarded at {place}, after {memories} memories.")
                }
                // The message that comes with it says so.
                Event::Degraded { .. } => {}
                Event::Cleared => self.spoken = "All memories are forgotten.".to_owned(),
                Event::Message { text } => {
                    self.spoken.clone_from(text);
                    self.say(text.clone(), now);
                }
            }
            if self.events.len() < 10_000 {
                self.events.push(event);
            }
        }
    }

    /// Takes what was dropped on the window: a checkpoint or a maze.
    fn receive(&mut self, file: File) -> Result<(), String> {
        let name = file.name;
        let bytes = file.bytes.map_err(|error| format!("{name}: {error}"))?;
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let maze = match ending.to_ascii_lowercase().as_str() {
            "safetensors" => None,
            "txt" | "json" => {
                let text = String::from_utf8(bytes.clone());
                Some(text.map_err(|_| format!("{name} is not text"))?)
            }
            _ => {
                return Err(format!(
                    "{name} is neither a checkpoint (.safetensors) nor a maze (.txt or .json)"
                ));
            }
        };
        if self.lab.maze().is_none() {
            let scene = MAZE_SCENES[0].name.to_owned();
            let opened = self.dispatch(Command::Scene(scene));
            opened.map_err(|error| error.to_string())?;
        }
        match (maze, self.lab.maze_mut()) {
            (Some(text), _) => {
                let drawn = self.dispatch(Command::Maze(MazeCommand::Draw(text)));
                drawn.map_err(|error| format!("{name}: {error}"))
            }
            (None, Some(session)) => session.open_model(&name, &bytes),
            (None, None) => Ok(()),
        }
    }

    /// Carries out what a panel asks for.
    fn fulfil(&mut self, request: panels::Request, now: f64) {
        match request {
            panels::Request::Theme(choice) => self.options.theme = choice,
            panels::Request::Examine => self.tiers.examine(),
            panels::Request::Dismiss => self.notices.clear(),
            panels::Request::Say(text) => self.say(text, now),
            panels::Request::CloseModel => {
                if let Some(session) = self.lab.maze_mut() {
                    session.close_model();
                }
            }
            #[cfg(target_arch = "wasm32")]
            panels::Request::ChooseFile => self.files.choose(&self.ctx),
            panels::Request::Draw(text) => {
                match self.dispatch(Command::Maze(MazeCommand::Draw(text))) {
                    Ok(()) => self.view.maze.drawing = None,
                    Err(error) => {
                        self.spoken = error.to_string();
                        if let Some(drawing) = &mut self.view.maze.drawing {
                            drawing.error = error.to_string();
                        }
                    }
                }
            }
        }
    }
}

/// A state of a maze in words; rows, columns and layers count from 1.
pub(crate) fn where_is(maze: &Maze, state: usize) -> String {
    let (first, second) = maze.position(state);
    match maze.topology() {
        Topology::Grid { .. } => format!("row {}, column {}", first + 1, second + 1),
        Topology::Tree { .. } if first == 0 => "the root".to_owned(),
        Topology::Tree { .. } => format!("layer {}, position {}", first + 1, second + 1),
    }
}

impl eframe::App for App {
    #[cfg(target_arch = "wasm32")]
    fn as_any_mut(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }

    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        // First the choice: what the lab computes next is computed there.
        if self.tiers.advance(&mut self.lab) {
            ctx.request_repaint();
        }
        self.pace.advance(&mut self.lab);
        let now = ctx.input(|input| input.time);
        if let Some(sentence) = self.tiers.take_examination() {
            self.spoken.clone_from(&sentence);
            self.say(sentence, now);
        }
        self.hear(now);
        if self.lab.is_live() {
            ctx.request_repaint();
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.frames += 1;
        let ctx = ui.ctx().clone();
        let theme = Theme::of(self.options.theme, ctx.system_theme());
        if theme != self.theme {
            theme.apply(&ctx);
            self.theme = theme;
        }
        let now = ctx.input(|input| input.time);
        self.notices
            .retain(|notice| notice.until > now || notice.until.is_infinite());
        self.files.read(&ctx);
        for file in self.files.take() {
            if let Err(error) = self.receive(file) {
                self.spoken.clone_from(&error);
                self.say(error, now);
            }
            ctx.request_repaint();
        }
        let mut commands = Vec::new();
        let mut requests = Vec::new();
        keyboard::read(&ctx, &self.lab, &mut commands);
        let shell = Shell {
            lab: &self.lab,
            theme: &self.theme,
            options: &self.options,
            step_ms: self.pace.step_ms(),
            verdict: self.tiers.verdict(&self.lab),
            examining: self.tiers.is_examining(),
            notice: self.notices.back().map(|notice| notice.text.as_str()),
            commands: &mut commands,
            requests: &mut requests,
        };
        layout::show(ui, shell, &mut self.view);
        files::invite(&ctx, &self.theme);
        for command in commands {
            if let Err(error) = self.dispatch(command) {
                self.spoken = error.to_string();
                self.say(error.to_string(), now);
            }
            ctx.request_repaint();
        }
        for request in requests {
            self.fulfil(request, now);
            ctx.request_repaint();
        }
        if let Some(next) = self
            .notices
            .iter()
            .map(|n| n.until)
            .filter(|t| t.is_finite())
            .reduce(f64::min)
        {
            ctx.request_repaint_after_secs((next - now).max(0.0) as f32);
        }
    }
}
