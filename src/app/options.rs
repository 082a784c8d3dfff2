//! Options of the page: how a lab is shown, as opposed to what it computes.
//!
//! [`OPTIONS`] is the one list of them. The query of the page's address (`?theme=dark&ui=min`), the attributes of
//! `<chickadee-lab>` and the options of `mount()` are all read by it; the module gives it to JavaScript, and
//! `tests/embedding.rs` holds `web/chickadee.d.ts` against it. A new option is a field of [`Options`] and a row here.

use serde_json::{Map, Value};

use super::theme::Choice;
use crate::{
    session::{device::Backend, shortened},
    texts::{self, Language},
};

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

/// Interface that a page draws with. Models do not run on it: that is the [`Backend`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renderer {
    /// WebGPU where the browser has it, else WebGL2.
    #[default]
    WebGpu,
    /// WebGL2.
    WebGl,
}

/// Shape of the page, not of the lab: the query of an address, or the attributes of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// State to start from, without a leading `#`; empty for the first scene. Windows are given their lab directly.
    pub link: String,
    /// How much is shown around the lab.
    pub chrome: Chrome,
    /// Colours.
    pub theme: Choice,
    /// Language of all texts of the program: the last lab that is opened says.
    pub lang: Language,
    /// True if things move from place to place; otherwise they jump.
    pub motion: bool,
    /// True if bird, agent and scene move by themselves from the start.
    pub autoplay: bool,
    /// Where models run.
    pub backend: Backend,
    /// Workers of a page that compute beside it, shared by its labs; `None` is as many as there are cores, 0 none.
    pub workers: Option<usize>,
    /// Interface that a page draws with.
    pub renderer: Renderer,
    /// Panels and controls that are not shown, by their [names](super::views::names()).
    pub hide: Vec<String>,
    /// Panels and controls that are shown and cannot be used, by their names; `all` locks everything.
    pub lock: Vec<String>,
    /// True if the lab keeps its link in the address bar.
    pub page: bool,
    /// Address of the page that links to be passed on lead to; empty where there is none, as in a window.
    pub share: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            link: String::new(),
            chrome: Chrome::Full,
            theme: Choice::System,
            lang: Language::ALL[0],
            motion: true,
            autoplay: true,
            backend: Backend::Auto,
            workers: None,
            renderer: Renderer::WebGpu,
            hide: Vec::new(),
            lock: Vec::new(),
            page: false,
            share: String::new(),
        }
    }
}

/// One option.
pub struct OptionInfo {
    /// Its name in queries, attributes and JavaScript.
    pub key: &'static str,
    /// Its effect, in one or two sentences.
    pub help: &'static str,
    /// The values that it takes, and its field.
    pub kind: OptionKind,
}

/// Values that an option takes, and the field that it sets.
pub enum OptionKind {
    /// The state of a lab, as in the address bar; a leading `#` is dropped.
    Link(fn(&mut Options) -> &mut String),
    /// Address of a page, from `http` on.
    Address(fn(&mut Options) -> &mut String),
    /// `on` or `off`, also `1` or `0`; in JavaScript also `true` or `false`.
    Switch(fn(&mut Options) -> &mut bool),
    /// Names with commas between them; in JavaScript also a list.
    Names(fn(&mut Options) -> &mut Vec<String>),
    /// `auto`, or a whole number up to 64; in JavaScript also as a number.
    Count(fn(&mut Options) -> &mut Option<usize>),
    /// One of some words; what is set is known by its number among them.
    Choice(&'static [&'static str], fn(&mut Options, usize)),
}

impl OptionKind {
    /// One word for the kind, as JavaScript is told it: `link`, `address`, `switch`, `names`, `count` or `choice`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Link(_) => "link",
            Self::Address(_) => "address",
            Self::Switch(_) => "switch",
            Self::Names(_) => "names",
            Self::Count(_) => "count",
            Self::Choice(..) => "choice",
        }
    }

    /// The words to choose from; none unless it is a choice.
    #[must_use]
    pub fn values(&self) -> &'static [&'static str] {
        match self {
            Self::Choice(values, _) => values,
            _ => &[],
        }
    }
}

const CHROMES: [(&str, Chrome); 3] = [
    ("full", Chrome::Full),
    ("min", Chrome::Min),
    ("none", Chrome::None),
];
const THEMES: [(&str, Choice); 4] = [
    ("system", Choice::System),
    ("light", Choice::Light),
    ("dark", Choice::Dark),
    ("projector", Choice::Projector),
];
const BACKENDS: [(&str, Backend); 3] = [
    ("auto", Backend::Auto),
    ("gpu", Backend::Gpu),
    ("cpu", Backend::Cpu),
];
const LANGUAGES: [(&str, Language); Language::ALL.len()] = {
    let mut all = [("", Language::ALL[0]); Language::ALL.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = (Language::ALL[i].tag(), Language::ALL[i]);
        i += 1;
    }
    all
};
const RENDERERS: [(&str, Renderer); 2] = [("webgpu", Renderer::WebGpu), ("webgl", Renderer::WebGl)];

/// The words of a list of choices.
const fn words<T: Copy, const N: usize>(choices: [(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut i = 0;
    while i < N {
        words[i] = choices[i].0;
        i += 1;
    }
    words
}

/// The most workers of a page.
const MOST_WORKERS: usize = 64;

/// Every option, in the order in which they are explained.
pub const OPTIONS: [OptionInfo; 13] = [
    OptionInfo {
        key: "link",
        help: "State to start from, as in the address bar: `\"lab=caching&seed=42&units=1000\"`; a leading `#` is allowed.",
        kind: OptionKind::Link(|options| &mut options.link),
    },
    OptionInfo {
        key: "ui",
        help: "How much is around the picture: everything, no top bar, or panels alone.",
        kind: OptionKind::Choice(&words(CHROMES), |options, i| options.chrome = CHROMES[i].1),
    },
    OptionInfo {
        key: "theme",
        help: "Colours; dark when the system is dark, unless said.",
        kind: OptionKind::Choice(&words(THEMES), |options, i| options.theme = THEMES[i].1),
    },
    OptionInfo {
        key: "lang",
        help: "Language of the texts, by its tag; one that there is not is reported.",
        kind: OptionKind::Choice(&words(LANGUAGES), |options, i| {
            options.lang = LANGUAGES[i].1
        }),
    },
    OptionInfo {
        key: "motion",
        help: "Off: things jump instead of moving.",
        kind: OptionKind::Switch(|options| &mut options.motion),
    },
    OptionInfo {
        key: "autoplay",
        help: "Off: bird, agent and scene do not move by themselves.",
        kind: OptionKind::Switch(|options| &mut options.autoplay),
    },
    OptionInfo {
        key: "backend",
        help: "What the models run on: whichever is faster, unless said.",
        kind: OptionKind::Choice(&words(BACKENDS), |options, i| {
            options.backend = BACKENDS[i].1;
        }),
    },
    OptionInfo {
        key: "workers",
        help: "Workers that compute beside the page, shared by all its labs: as many as there are cores, unless said; 0 for none.",
        kind: OptionKind::Count(|options| &mut options.workers),
    },
    OptionInfo {
        key: "renderer",
        help: "What the picture is drawn with; best left to the lab.",
        kind: OptionKind::Choice(&words(RENDERERS), |options, i| {
            options.renderer = RENDERERS[i].1;
        }),
    },
    OptionInfo {
        key: "hide",
        help: "Panels, settings and buttons that are not shown, by name: `attention`, `gain`, `copy-link`.",
        kind: OptionKind::Names(|options| &mut options.hide),
    },
    OptionInfo {
        key: "lock",
        help: "Panels, settings and buttons that are shown but cannot be used, by name; `all` locks everything.",
        kind: OptionKind::Names(|options| &mut options.lock),
    },
    OptionInfo {
        key: "share",
        help: "Address of the page that copied links lead to: Chickadee's own, unless said.",
        kind: OptionKind::Address(|options| &mut options.share),
    },
    OptionInfo {
        key: "page",
        help: "On: the lab is the page and keeps its link in the address bar. Leave it off when embedding.",
        kind: OptionKind::Switch(|options| &mut options.page),
    },
];

/// Why an option was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// No such option. The page goes on without it.
    #[error("{}", unknown(.0))]
    Unknown(String),
    /// A text that is none of those expected. The page goes on without it.
    #[error("{}", texts::shell::OptionIgnored { key, value: found, expected })]
    Value {
        /// The option.
        key: &'static str,
        /// The value that it was given.
        found: String,
        /// The values that it takes.
        expected: String,
    },
    /// Not even text: a mistake in a script, not of a visitor.
    #[error("{}", texts::shell::OptionType { key, expected, found })]
    Type {
        /// The option.
        key: &'static str,
        /// The values that it takes.
        expected: &'static str,
        /// The value that it was given.
        found: &'static str,
    },
}

impl Options {
    /// Reads one option from text, as queries and attributes have it.
    ///
    /// # Errors
    /// When there is no such option, or it takes something else; all is then as it was.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), OptionError> {
        let Some(info) = OPTIONS.iter().find(|info| info.key == key) else {
            return Err(OptionError::Unknown(shortened(key)));
        };
        let wrong = |expected: String| OptionError::Value {
            key: info.key,
            found: shortened(text),
            expected,
        };
        match &info.kind {
            OptionKind::Link(field) => text.trim_start_matches('#').clone_into(field(self)),
            OptionKind::Address(field) => {
                let is_address = text.is_empty()
                    || ["http://", "https://"]
                        .iter()
                        .any(|start| text.starts_with(start));
                if !is_address {
                    return Err(wrong(texts::shell::expects_address().to_owned()));
                }
                text.clone_into(field(self));
            }
            OptionKind::Switch(field) => {
                *field(self) = match text {
                    "on" | "1" => true,
                    "off" | "0" => false,
                    _ => return Err(wrong(texts::shell::expects_switch().to_owned())),
                }
            }
            OptionKind::Names(field) => {
                let names = text
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                *field(self) = names.map(str::to_owned).collect();
            }
            OptionKind::Count(field) => {
                let count = text.parse().ok().filter(|&count| count <= MOST_WORKERS);
                if count.is_none() && text != "auto" {
                    let most = MOST_WORKERS;
                    return Err(wrong(texts::shell::ExpectsCount { most }.to_string()));
                }
                *field(self) = count;
            }
            OptionKind::Choice(values, choose) => {
                let found = values.iter().position(|value| *value == text);
                choose(self, found.ok_or_else(|| wrong(one_of(values)))?);
            }
        }
        Ok(())
    }

    /// Reads one option from JSON, as scripts give it: text as above, a truth value for a switch, a list for names.
    ///
    /// # Errors
    /// As [`Options::set`], and when the value is of a type that the option never takes.
    pub fn set_json(&mut self, key: &str, value: &Value) -> Result<(), OptionError> {
        let info = OPTIONS.iter().find(|info| info.key == key);
        match (value, info) {
            (_, None) => Err(OptionError::Unknown(shortened(key))),
            (Value::String(text), _) => self.set(key, text),
            (Value::Bool(on), Some(info)) => match &info.kind {
                OptionKind::Switch(field) => {
                    *field(self) = *on;
                    Ok(())
                }
                _ => Err(wrong_type(info, value)),
            },
            (Value::Number(number), Some(info)) => match &info.kind {
                OptionKind::Count(_) => self.set(key, &number.to_string()),
                _ => Err(wrong_type(info, value)),
            },
            (Value::Array(list), Some(info)) => {
                let names: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
                match (&info.kind, names) {
                    (OptionKind::Names(_), Some(names)) => self.set(key, &names.join(",")),
                    _ => Err(wrong_type(info, value)),
                }
            }
            (_, Some(info)) => Err(wrong_type(info, value)),
        }
    }

    /// Reads all options that a script or a query gave; a null is an option that was not given. The second value says which were
    /// ignored, one sentence each.
    ///
    /// # Errors
    /// When a value is of a type that its option never takes.
    pub fn read(given: &Map<String, Value>) -> Result<(Self, Vec<OptionError>), OptionError> {
        let mut options = Self::default();
        let mut ignored = Vec::new();
        for (key, value) in given.iter().filter(|(_, value)| !value.is_null()) {
            match options.set_json(key, value) {
                Ok(()) => {}
                Err(error @ OptionError::Type { .. }) => return Err(error),
                Err(error) => ignored.push(error),
            }
        }
        Ok((options, ignored))
    }

    /// The options of a link that was passed on, for a window that it is opened in: those in its query, and its address as the page that
    /// links lead to, if it has one. The second value says which were ignored, one sentence each.
    #[must_use]
    pub fn of_link(link: &str) -> (Self, Vec<OptionError>) {
        let mut options = Self::default();
        let link = link.trim().replace("&amp;", "&");
        let Some((before, _)) = link.rsplit_once('#') else {
            return (options, Vec::new());
        };
        let (address, query) = before.split_once('?').unwrap_or((before, ""));
        // An address of no page is no mistake: `#lab=maze` has none.
        let _ = options.set("share", address);
        let pairs = form_urlencoded::parse(query.as_bytes());
        // The state is in the fragment, and a window is no page.
        let pairs =
            pairs.filter(|(key, _)| !["link", "page", "renderer", "workers"].contains(&&**key));
        let ignored = pairs.filter_map(|(key, value)| options.set(&key, &value).err());
        let ignored = ignored.collect();
        (options, ignored)
    }

    /// A link that can be passed on: the page that it leads to, how the lab is shown here, and the state.
    #[must_use]
    pub fn share_link(&self, link: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let plain = Self::default();
        if self.chrome != plain.chrome
            && let Some((word, _)) = CHROMES.iter().find(|(_, chrome)| *chrome == self.chrome)
        {
            query.append_pair("ui", word);
        }
        if self.theme != plain.theme
            && let Some((word, _)) = THEMES.iter().find(|(_, theme)| *theme == self.theme)
        {
            query.append_pair("theme", word);
        }
        if self.lang != plain.lang {
            query.append_pair("lang", self.lang.tag());
        }
        for (key, names) in [("hide", &self.hide), ("lock", &self.lock)] {
            if !names.is_empty() {
                query.append_pair(key, &names.join(","));
            }
        }
        let query = query.finish().replace("%2C", ",");
        let (share, fragment) = (&self.share, link);
        match query.as_str() {
            "" => format!("{share}#{fragment}"),
            query => {
                let joint = if share.contains('?') { '&' } else { '?' };
                format!("{share}{joint}{query}#{fragment}")
            }
        }
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

fn wrong_type(info: &OptionInfo, value: &Value) -> OptionError {
    OptionError::Type {
        key: info.key,
        expected: match info.kind {
            OptionKind::Link(_) | OptionKind::Address(_) | OptionKind::Choice(..) => "text",
            OptionKind::Switch(_) => "true, false, “on” or “off”",
            OptionKind::Names(_) => "text or a list of names",
            OptionKind::Count(_) => "“auto” or a whole number",
        },
        found: match value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        },
    }
}

fn unknown(key: &str) -> String {
    texts::shell::OptionUnknown { key }.to_string()
}

/// `a, b or c`.
fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(given: &Value) -> Result<(Options, Vec<OptionError>), OptionError> {
        Options::read(given.as_object().unwrap())
    }

    #[test]
    fn each_kind_is_read_from_text_and_from_json() {
        let text = json!({"link": "#lab=caching&seed=7", "ui": "min", "theme": "dark", "motion": "off", "autoplay": "0",
            "backend": "cpu", "workers": "2", "renderer": "webgl", "hide": "gain, search,", "lock": "all", "page": "1", "share": "https://lab.example/memory/", "lang": "en"});
        let (options, ignored) = read(&text).unwrap();
        assert_eq!(ignored, []);
        let expected = Options {
            link: "lab=caching&seed=7".to_owned(),
            chrome: Chrome::Min,
            theme: Choice::Dark,
            lang: Language::En,
            motion: false,
            autoplay: false,
            backend: Backend::Cpu,
            workers: Some(2),
            renderer: Renderer::WebGl,
            hide: vec!["gain".to_owned(), "search".to_owned()],
            lock: vec!["all".to_owned()],
            page: true,
            share: "https://lab.example/memory/".to_owned(),
        };
        assert_eq!(options, expected);
        let script = json!({"motion": false, "page": true, "workers": 0, "hide": ["gain", "search"], "theme": null});
        let (options, ignored) = read(&script).unwrap();
        assert_eq!((ignored, options.workers), (vec![], Some(0)));
        for wrong in [json!(-1), json!(1.5), json!(65), json!("many")] {
            let (options, ignored) = read(&json!({"workers": wrong})).unwrap();
            assert_eq!((options.workers, ignored.len()), (None, 1), "{wrong}");
        }
        assert!(!options.motion && options.page);
        assert_eq!(options.hide, expected.hide);
        assert_eq!(options.theme, Choice::System);
    }

    #[test]
    fn what_is_passed_on_is_shown_as_here() {
        let mut options = Options::default();
        assert_eq!(options.share_link("lab=maze"), "#lab=maze");
        options.share = "https://lab.example/a/".to_owned();
        assert_eq!(
            options.share_link("lab=maze"),
            "https://lab.example/a/#lab=maze"
        );
        for (key, value) in [
            ("theme", "dark"),
            ("hide", "gain,search"),
            ("lock", "all"),
            ("ui", "min"),
        ] {
            options.set(key, value).unwrap();
        }
        let link = options.share_link("lab=maze&t=7");
        assert_eq!(
            link,
            "https://lab.example/a/?ui=min&theme=dark&hide=gain,search&lock=all#lab=maze&t=7"
        );
        options.share = "https://lab.example/a?course=3".to_owned();
        assert!(
            options
                .share_link("t=7")
                .starts_with("https://lab.example/a?course=3&ui=min&")
        );
        // Opened in a window, it looks as it did; and so does one without an address.
        for link in [
            &*link,
            "?ui=min&theme=dark&hide=gain,search&lock=all#lab=maze&t=7",
        ] {
            let (mut opened, ignored) = Options::of_link(link);
            assert_eq!(
                (ignored, &*opened.share_link("lab=maze&t=7")),
                (vec![], link)
            );
            opened.share = options.share.clone();
            assert_eq!(opened, options);
        }
        assert_eq!(
            Options::of_link("lab=maze&t=7"),
            (Options::default(), vec![])
        );
        assert_eq!(Options::of_link("?colour=red#t=7").1.len(), 1);
        let error = options.set("share", "javascript:alert(1)").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("share=javascript:alert(1) was ignored")
        );
    }

    #[test]
    fn every_word_of_a_choice_is_taken_and_another_is_reported() {
        for info in &OPTIONS {
            for value in info.kind.values() {
                assert_eq!(Options::default().set(info.key, value), Ok(()));
            }
            if !info.kind.values().is_empty() {
                let error = Options::default().set(info.key, "mauve").unwrap_err();
                let sentence = error.to_string();
                assert!(sentence.starts_with(&format!("{}=mauve was ignored", info.key)));
                assert!(sentence.contains(info.kind.values()[0]), "{sentence}");
            }
        }
    }

    #[test]
    fn an_unknown_option_is_a_message_and_the_others_count() {
        let (options, ignored) =
            read(&json!({"lang": "de", "tour": "x", "motion": "maybe", "ui": "none"})).unwrap();
        assert_eq!(options.chrome, Chrome::None);
        let mut sentences: Vec<String> = ignored.iter().map(ToString::to_string).collect();
        sentences.sort_unstable();
        assert_eq!(
            sentences,
            [
                "lang=de was ignored; it should be en",
                "motion=maybe was ignored; it should be on or off",
                "“tour” is not an option of the page; it was ignored",
            ]
        );
    }

    #[test]
    fn a_value_of_another_type_is_an_error() {
        for (given, sentence) in [
            (
                json!({"theme": {}}),
                "the option “theme” must be text, not an object",
            ),
            (
                json!({"link": 7}),
                "the option “link” must be text, not a number",
            ),
            (
                json!({"autoplay": 0}),
                "the option “autoplay” must be true, false, “on” or “off”, not a number",
            ),
            (
                json!({"hide": [1]}),
                "the option “hide” must be text or a list of names, not a list",
            ),
        ] {
            assert_eq!(read(&given).unwrap_err().to_string(), sentence);
        }
    }
}
