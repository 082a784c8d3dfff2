//! The picture: one egui application for the window and the page.
//!
//! [`App::logic`](eframe::App::logic) moves time: it gives the [`Session`] some milliseconds a frame. `ui` only draws:
//! panels get the read-only [`Activity`](crate::session::Activity) and return [`Command`]s, which are dispatched when
//! the drawing is done. Nothing is repainted while nothing runs.

mod keyboard;
mod layout;
mod options;
mod pace;
mod paint;
mod panels;
mod theme;
mod widgets;
#[cfg(not(target_arch = "wasm32"))]
mod window;

use std::collections::VecDeque;

use eframe::egui;

pub use options::{Chrome, Options};
pub use theme::Choice;
#[cfg(not(target_arch = "wasm32"))]
pub use window::open_window;

use self::{pace::Pace, panels::Ctx, theme::Theme};
use crate::session::{Command, CommandError, Event, Session};

/// The application.
pub struct App {
    session: Session,
    options: Options,
    theme: Theme,
    view: View,
    pace: Pace,
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
    /// The place under the pointer, in whatever panel.
    pub hovered: Option<usize>,
    /// The step that is looked at; the latest if none.
    pub scrub: Option<usize>,
    /// A pattern kept to compare with.
    pub pinned: Option<Pinned>,
    /// The panel shown on a narrow screen.
    pub tab: panels::Tab,
    /// Whether the further settings are open.
    pub more: bool,
    /// Whether the about box is open.
    pub about: bool,
    /// Pictures that were drawn before.
    pub images: paint::Images,
}

/// A pattern of activity to compare with.
pub(crate) struct Pinned {
    pub label: String,
    pub activity: Vec<f32>,
}

/// Seconds that a notice stays.
const NOTICE_SECONDS: f64 = 8.0;

impl App {
    /// An application over a lab that may still have to settle.
    #[must_use]
    pub fn new(ctx: &egui::Context, session: Session, options: Options) -> Self {
        theme::install_fonts(ctx);
        let theme = Theme::of(options.theme, ctx.system_theme());
        theme.apply(ctx);
        // What a link got wrong is said at once.
        let notices = session
            .messages()
            .iter()
            .map(|text| Notice {
                text: text.clone(),
                until: f64::INFINITY,
            })
            .collect();
        let mut app = Self {
            session,
            options,
            theme,
            view: View::default(),
            pace: Pace::default(),
            notices,
            events: Vec::new(),
            frames: 0,
            spoken: String::new(),
            ctx: ctx.clone(),
        };
        if !app.options.autoplay {
            app.session.hold();
        }
        app
    }

    /// Asks the lab for a change.
    ///
    /// # Errors
    /// When the command cannot be carried out; the lab is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        self.view.scrub = None;
        self.session.dispatch(command)
    }

    /// The lab.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The lab, to be changed.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
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
        for event in self.session.take_events() {
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
}

impl eframe::App for App {
    #[cfg(target_arch = "wasm32")]
    fn as_any_mut(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }

    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.pace.advance(&mut self.session);
        let now = ctx.input(|input| input.time);
        self.hear(now);
        if self.session.is_live() {
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
        let mut commands = Vec::new();
        let mut requests = Vec::new();
        keyboard::read(&ctx, &self.session, &mut commands);
        {
            let mut context = Ctx {
                activity: self.session.activity(),
                session: &self.session,
                theme: &self.theme,
                options: &self.options,
                step_ms: self.pace.step_ms(),
                notice: self.notices.back().map(|notice| notice.text.as_str()),
                commands: &mut commands,
                requests: &mut requests,
            };
            layout::show(ui, &mut context, &mut self.view);
        }
        for command in commands {
            if let Err(error) = self.dispatch(command) {
                self.spoken = error.to_string();
                self.say(error.to_string(), now);
            }
            ctx.request_repaint();
        }
        for request in requests {
            match request {
                panels::Request::Theme(choice) => self.options.theme = choice,
                panels::Request::Dismiss => self.notices.clear(),
                panels::Request::Say(text) => self.say(text, now),
            }
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
