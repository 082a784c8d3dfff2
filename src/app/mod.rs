//! The picture: one egui application for the window and the page.
//!
//! [`App::logic`](eframe::App::logic) moves time: it gives the [`Workbench`] some milliseconds a frame. `ui` only draws:
//! panels get the read-only activity of the session and return [`Command`]s, which are dispatched when
//! the drawing is done. Nothing is repainted while nothing runs.
//!
//! What a lab looks like is one value, its [`LabView`](views::LabView): panels, layout, keys, controls. Those of the labs that
//! come with Chickadee are in `labs/`, a folder each, a file a panel; everything else here serves any lab.

mod files;
mod keyboard;
mod labs;
mod layout;
mod options;
mod pace;
mod page_events;
mod paint;
mod panels;
mod shell;
mod theme;
pub mod views;
pub mod widgets;
#[cfg(not(target_arch = "wasm32"))]
mod window;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use eframe::egui;

pub use options::{Chrome, OPTIONS, OptionError, OptionInfo, OptionKind, Options, Renderer};
pub use page_events::{PageEvent, events};
pub use theme::Choice;
#[cfg(not(target_arch = "wasm32"))]
pub use window::open_window;

use self::{
    files::{File, Files},
    pace::Pace,
    shell::{Request, Shell, Windows},
    theme::Theme,
    views::States,
};
use crate::{
    devices::{DeviceSelector, Verdict, Workers},
    session::{Command, CommandError, LinkError, ToldEvent, Workbench},
    texts,
};

/// The application.
pub struct App {
    lab: Workbench,
    tiers: DeviceSelector,
    options: Options,
    theme: Theme,
    windows: Windows,
    states: States,
    pace: Pace,
    files: Files,
    notices: VecDeque<Notice>,
    events: Vec<ToldEvent>,
    frames: u64,
    spoken: Option<String>,
    /// A text that is to be copied, where that takes a script.
    copied: Option<String>,
    /// Whether a file is to be chosen, where that takes a script.
    chooses: bool,
    /// Texts that are to be saved as files of these names, where that takes a script.
    #[cfg(target_arch = "wasm32")]
    saves: Vec<(String, String)>,
    /// Scenes, labs and links that were opened.
    steps: u64,
    /// Another one after the picture has moved to another canvas.
    ctx: Arc<Mutex<egui::Context>>,
}

/// A line that is shown for a while.
struct Notice {
    text: String,
    until: f64,
}

fn locked(ctx: &Mutex<egui::Context>) -> MutexGuard<'_, egui::Context> {
    ctx.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds that a notice stays.
const NOTICE_SECONDS: f64 = 8.0;

impl App {
    /// An application over a lab that may still have to settle.
    #[must_use]
    pub fn new(ctx: &egui::Context, mut lab: Workbench, options: Options) -> Self {
        texts::set_language(options.lang);
        theme::install_fonts(ctx);
        let theme = Theme::of(options.theme, ctx.system_theme());
        theme.apply(ctx);
        for sentence in views::unknown(&options) {
            lab.message(sentence);
        }
        // What a link or an option got wrong is said at once.
        let notices = lab
            .messages()
            .iter()
            .map(|text| Notice {
                text: text.clone(),
                until: f64::INFINITY,
            })
            .collect();
        let shared = Arc::new(Mutex::new(ctx.clone()));
        let waker = Arc::clone(&shared);
        let mut app = Self {
            lab,
            tiers: DeviceSelector::new(options.backend, move || locked(&waker).request_repaint()),
            options,
            theme,
            windows: Windows::default(),
            states: States::default(),
            pace: Pace::default(),
            files: Files::default(),
            notices,
            events: Vec::new(),
            frames: 0,
            spoken: None,
            copied: None,
            chooses: false,
            #[cfg(target_arch = "wasm32")]
            saves: Vec::new(),
            steps: 0,
            ctx: shared,
        };
        if !app.options.autoplay {
            app.lab.release_control();
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
        if matches!(command, Command::Scene(_)) {
            self.steps += 1;
        }
        for view in views::all() {
            (view.dispatched)(&command, &mut self.states);
        }
        self.lab.dispatch(command)
    }

    /// The lab.
    #[must_use]
    pub fn lab(&self) -> &Workbench {
        &self.lab
    }

    /// The lab, to be changed.
    pub fn lab_mut(&mut self) -> &mut Workbench {
        &mut self.lab
    }

    /// Which machine computes, and why.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.tiers.verdict(&*self.lab)
    }

    /// Milliseconds of the longest slice of the lab's work since the last call.
    #[cfg(target_arch = "wasm32")]
    pub fn take_longest_slice_ms(&mut self) -> f64 {
        self.pace.take_longest_slice_ms()
    }

    /// Goes on with what workers have answered, between two frames; a frame is asked for at once when there is more to do than that.
    #[cfg(target_arch = "wasm32")]
    pub fn advance_between(&mut self) {
        if self.lab.is_live() && self.pace.advance_between(&mut self.lab) {
            self.context().request_repaint();
        }
    }

    /// What the CPU computes is shared out among these from now on, if the [options](Options::workers) want any.
    pub fn set_workers(&mut self, workers: Workers) {
        self.tiers.set_workers(match self.options.workers {
            Some(0) => Workers::None,
            _ => workers,
        });
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<ToldEvent> {
        std::mem::take(&mut self.events)
    }

    /// Goes to the state of a link; gives what was clamped or ignored, one sentence each.
    ///
    /// # Errors
    /// When it is no link; the lab is as it was.
    pub fn open_link(&mut self, link: &str) -> Result<Vec<String>, LinkError> {
        let loaded = self.lab.open_link(link)?;
        // What the first link got wrong stays until it is read; another link is another matter.
        self.notices.retain(|notice| notice.until.is_finite());
        self.steps += 1;
        Ok(loaded.messages)
    }

    /// Scenes, labs and links that were opened since the beginning.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// How the lab is shown.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Shows the lab in another way from now on. Where models run is asked of a running lab by a command.
    pub fn set_options(&mut self, options: Options) {
        texts::set_language(options.lang);
        if options.backend != self.options.backend {
            self.tiers.choose(options.backend);
        }
        for sentence in views::unknown(&options) {
            self.lab.message(sentence);
        }
        self.options = options;
    }

    /// Draws with another context from now on. What is known only to the one before (pictures that it holds, what is open) is made anew.
    pub fn move_to(&mut self, ctx: &egui::Context) {
        theme::install_fonts(ctx);
        self.theme.apply(ctx);
        self.windows = Windows::default();
        self.states = States::default();
        *locked(&self.ctx) = ctx.clone();
    }

    /// What it draws with; to ask for a repaint from outside.
    #[must_use]
    pub fn context(&self) -> egui::Context {
        locked(&self.ctx).clone()
    }

    /// Frames drawn.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// One sentence on what has just happened, for a screen reader, if there is a new one.
    pub fn take_spoken(&mut self) -> Option<String> {
        self.spoken.take()
    }

    /// A text that is to be copied, if there is one.
    pub fn take_copied(&mut self) -> Option<String> {
        self.copied.take()
    }

    /// True once, if a file is to be chosen, where that takes a script.
    pub fn take_chooses(&mut self) -> bool {
        std::mem::take(&mut self.chooses)
    }

    /// Texts that are to be saved as files of these names; a drawing whose name ends in `.png` is to become that image.
    #[cfg(target_arch = "wasm32")]
    pub fn take_saves(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.saves)
    }

    /// Takes a file of the user's own, or the reason why it could not be read.
    pub fn receive_file(&mut self, name: String, bytes: Result<Vec<u8>, String>) {
        self.files.add(name, bytes);
    }

    /// Says that a text was copied, if it was.
    pub fn copied(&mut self, link: &str, done: bool) {
        if done {
            let sentence = if link.starts_with("http") {
                texts::shell::Copied { link }.to_string()
            } else {
                // Where there is no address, as in a window, it is no more than the state.
                texts::shell::CopiedState { link }.to_string()
            };
            self.tell(sentence);
        }
    }

    /// Whether something at a pixel of the picture can be scrolled by this much, downwards where positive.
    #[must_use]
    pub fn scrolls(&self, [x, y]: [f32; 2], down: f32) -> bool {
        let ctx = self.context();
        let at = egui::pos2(x, y) / ctx.pixels_per_point();
        widgets::scrolls(&ctx, at, down)
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

    /// Says a sentence, on the screen and to a screen reader.
    fn tell(&mut self, sentence: String) {
        let now = self.context().input(|input| input.time);
        self.spoken = Some(sentence.clone());
        self.say(sentence, now);
    }

    fn hear(&mut self, now: f64) {
        for event in self.lab.take_events() {
            if let Some(sentence) = &event.spoken {
                self.spoken = Some(sentence.clone());
            }
            if let Some(text) = &event.message {
                self.say(text.clone(), now);
            }
            if self.events.len() < 10_000 {
                self.events.push(event);
            }
        }
    }

    /// Takes what was dropped on the window: a file for one of the labs, which is opened for it.
    fn receive(&mut self, file: File) -> Result<(), String> {
        let name = file.name;
        let bytes = file.bytes.map_err(|error| format!("{name}: {error}"))?;
        self.open(|lab| lab.open_file(&name, &bytes))
    }

    /// Works with a transformer of the user's own.
    ///
    /// # Errors
    /// When it cannot be used: one sentence.
    pub fn open_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.open(|lab| lab.open_model(name, bytes))
    }

    /// Opens a file, and the lab for it where that is another: a step of the history, as any lab that is opened.
    fn open(
        &mut self,
        file: impl FnOnce(&mut Workbench) -> Result<(), String>,
    ) -> Result<(), String> {
        let before = self.lab.info().name;
        let opened = file(&mut self.lab);
        if self.lab.info().name != before {
            self.states = States::default();
            self.steps += 1;
        }
        opened
    }

    /// Carries out what a panel asks for.
    fn fulfil(&mut self, request: Request) {
        match request {
            Request::Theme(choice) => self.options.theme = choice,
            Request::Examine => self.tiers.examine(),
            Request::Dismiss => self.notices.clear(),
            Request::Copy(text) if cfg!(target_arch = "wasm32") => self.copied = Some(text),
            Request::Copy(text) => {
                self.context().copy_text(text.clone());
                self.copied(&text, true);
            }
            Request::Change(change) => change(&mut self.lab),
            Request::Open(link) => {
                if let Err(error) = self.open_link(&link) {
                    self.tell(error.to_string());
                }
            }
            #[cfg(target_arch = "wasm32")]
            Request::Save(name, text) => self.saves.push((name, text)),
            #[cfg(not(target_arch = "wasm32"))]
            Request::Save(name, text) => {
                let sentence = files::save(&name, text);
                self.tell(sentence);
            }
            Request::Say(sentence) => self.tell(sentence),
            #[cfg(target_arch = "wasm32")]
            Request::ChooseFile => self.chooses = true,
            Request::Submit(window, command) => match self.dispatch(command) {
                Ok(()) => self.windows.close(window),
                Err(error) => {
                    self.spoken = Some(error.to_string());
                    self.windows.set_error(window, error.to_string());
                }
            },
        }
    }
}

impl eframe::App for App {
    #[cfg(target_arch = "wasm32")]
    fn as_any_mut(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }

    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        // First the choice: what the lab computes next is computed there.
        if self.tiers.advance(&mut *self.lab) {
            ctx.request_repaint();
        }
        self.pace.advance(&mut self.lab);
        let now = ctx.input(|input| input.time);
        if let Some(sentence) = self.tiers.take_examination() {
            self.spoken = Some(sentence.clone());
            self.say(sentence, now);
        }
        self.hear(now);
        if self.lab.is_live() {
            ctx.request_repaint_after(self.pace.until_next_frame());
        } else if self.tiers.is_waiting() {
            // A GPU that never answers gives no sign.
            ctx.request_repaint_after_secs(1.0);
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
        #[cfg(not(target_arch = "wasm32"))]
        self.files.read(&ctx);
        for file in self.files.take() {
            if let Err(error) = self.receive(file) {
                self.lab.message(error);
            }
            ctx.request_repaint();
        }
        let mut commands = Vec::new();
        let mut requests = Vec::new();
        let verdict = self.tiers.verdict(&*self.lab);
        let mut shell = Shell {
            lab: &self.lab,
            view: views::of(&self.lab),
            theme: &self.theme,
            options: &self.options,
            narrow: false,
            step_ms: self.pace.step_ms(),
            verdict: &verdict,
            examining: self.tiers.is_examining(),
            notice: self.notices.back().map(|notice| notice.text.as_str()),
            windows: &mut self.windows,
            commands: &mut commands,
            requests: &mut requests,
        };
        keyboard::read(&ctx, &mut shell);
        layout::show(ui, &mut shell, &mut self.states);
        files::invite(&ctx, &self.theme);
        for command in commands {
            if let Err(error) = self.dispatch(command) {
                self.spoken = Some(error.to_string());
                self.say(error.to_string(), now);
            }
            ctx.request_repaint();
        }
        for request in requests {
            self.fulfil(request);
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
