use super::theme::Choice;
use crate::{session::processor::Backend, texts};

/// How much is shown around the lab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chrome {
    /// Everything.
    #[default]
    Full,
    /// Panels and settings, no top bar.
    Min,
    /// Panels alone.
    None,
}

/// What shapes the page and not the lab: the query of an address, or the attributes of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Colours.
    pub theme: Choice,
    /// How much is shown around the lab.
    pub chrome: Chrome,
    /// Whether things move from place to place, or jump.
    pub motion: bool,
    /// Whether time passes from the start.
    pub autoplay: bool,
    /// Where models run.
    pub backend: Backend,
    /// Panels and controls that are not shown, by their [names](super::views::names).
    pub hide: Vec<String>,
    /// Panels and controls that are shown and cannot be used, by their names; `all` locks everything.
    pub lock: Vec<String>,
    /// Where the page lives, for links that can be passed on; empty in a window.
    pub address: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            theme: Choice::System,
            chrome: Chrome::Full,
            motion: true,
            autoplay: true,
            backend: Backend::Auto,
            hide: Vec::new(),
            lock: Vec::new(),
            address: String::new(),
        }
    }
}

impl Options {
    /// Reads one option; says what is wrong with it.
    ///
    /// # Errors
    /// One sentence.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let wrong = |expected: &str| {
            Err(texts::shell::OptionIgnored {
                key,
                value,
                expected,
            }
            .to_string())
        };
        let list = || {
            value
                .split(',')
                .map(str::trim)
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .collect()
        };
        match (key, value) {
            ("theme", "light") => self.theme = Choice::Light,
            ("theme", "dark") => self.theme = Choice::Dark,
            ("theme", "projector") => self.theme = Choice::Projector,
            ("theme", "system") => self.theme = Choice::System,
            ("theme", _) => return wrong(texts::shell::expects_theme()),
            ("ui", "full") => self.chrome = Chrome::Full,
            ("ui", "min") => self.chrome = Chrome::Min,
            ("ui", "none") => self.chrome = Chrome::None,
            ("ui", _) => return wrong(texts::shell::expects_chrome()),
            ("motion", "on" | "1") => self.motion = true,
            ("motion", "off" | "0") => self.motion = false,
            ("motion", _) => return wrong(texts::shell::expects_switch()),
            ("autoplay", "on" | "1") => self.autoplay = true,
            ("autoplay", "off" | "0") => self.autoplay = false,
            ("autoplay", _) => return wrong(texts::shell::expects_switch()),
            ("backend", _) => match value.parse() {
                Ok(backend) => self.backend = backend,
                Err(_) => return wrong(texts::shell::expects_backend()),
            },
            ("hide", _) => self.hide = list(),
            ("lock", _) => self.lock = list(),
            _ => {
                return Err(texts::shell::OptionUnknown { key }.to_string());
            }
        }
        Ok(())
    }

    /// Whether a panel or control is not hidden by its own name.
    #[must_use]
    pub fn shows(&self, name: &str) -> bool {
        !self.hide.iter().any(|hidden| hidden == name)
    }

    /// Whether a panel or control is not locked by its own name.
    #[must_use]
    pub fn unlocks(&self, name: &str) -> bool {
        !self
            .lock
            .iter()
            .any(|locked| locked == name || locked == "all")
    }
}
