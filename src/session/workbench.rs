use std::{
    any::Any,
    collections::BTreeMap,
    ops::{Deref, DerefMut},
};

use super::{
    AnySession, Command, CommandError, FileKind, Lab, LabInfo, LinkError, LinkPairs, LoadReport,
    Session, ToldEvent, registry, text::shortened,
};
use crate::texts;

/// Whichever lab is open. A scene or a link of another lab replaces the session inside.
pub struct Workbench {
    session: Box<dyn AnySession>,
    /// Labs that were open before, by their names.
    left: BTreeMap<&'static str, Left>,
    /// Events that happened there and that nobody has taken yet.
    untaken: Vec<ToldEvent>,
}

/// A lab that is not open any more.
struct Left {
    /// Its link as it was then.
    link: String,
    /// What it [keeps](AnySession::leave) beside that for when it is opened again.
    kept: Box<dyn Any>,
}

/// The name of a checkpoint.
pub const MODEL: &str = "model.safetensors";

impl Default for Workbench {
    fn default() -> Self {
        let lab = registry::first();
        let nothing = LinkPairs {
            lab,
            pairs: Vec::new(),
            scene: None,
            messages: Vec::new(),
        };
        Self::with((lab.open)(&nothing))
    }
}

impl Workbench {
    /// A session as a link or the name of a scene says, not yet settled.
    ///
    /// # Errors
    /// When the link cannot be read at all.
    pub fn from_link(text: &str) -> Result<Self, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        Ok(Self::with((pairs.lab.open)(&pairs)))
    }

    fn with(session: Box<dyn AnySession>) -> Self {
        Self {
            session,
            left: BTreeMap::new(),
            untaken: Vec::new(),
        }
    }

    /// A session as a link says, not yet settled; the first scene where the link says nothing, and where it cannot be read,
    /// with the error.
    #[must_use]
    pub fn from_link_or_first(text: &str) -> (Self, Option<LinkError>) {
        let first = || {
            registry::first()
                .scenes
                .first()
                .map_or("", |scene| scene.name)
        };
        let text = if text.is_empty() { first() } else { text };
        match Self::from_link(text) {
            Ok(session) => (session, None),
            Err(error) => (Self::from_link(first()).unwrap_or_default(), Some(error)),
        }
    }

    /// Makes this the lab of a link. Where the lab stays, the state before can be brought back by undo.
    ///
    /// # Errors
    /// When the link cannot be read at all; the session is as it was.
    pub fn open_link(&mut self, text: &str) -> Result<LoadReport, LinkError> {
        let label = texts::session::undo_link();
        match LinkPairs::parse(text) {
            Ok(pairs) => Ok(self.open(&pairs, label)),
            Err(error) => self.come_back_by_undo(text, label).ok_or(error),
        }
    }

    /// Opens a lab as it was left where the link that says so is longer than a link may be: by another link and an undo of that.
    fn come_back_by_undo(&mut self, text: &str, label: &str) -> Option<LoadReport> {
        let (name, _) = self.left.iter().find(|(_, left)| left.link == text)?;
        let scene = registry::lab(name)?.scenes.first()?;
        let report = self.open(&LinkPairs::parse(scene.name).ok()?, label);
        self.session.dispatch(Command::Undo).ok()?;
        Some(report)
    }

    /// What opens a lab: its link as it was when it was last left, else its first scene.
    #[must_use]
    pub fn way_to(&self, lab: &LabInfo) -> Option<&str> {
        let link = self.left.get(lab.name).map(|left| left.link.as_str());
        link.or_else(|| lab.scenes.first().map(|scene| scene.name))
    }

    fn open(&mut self, pairs: &LinkPairs, label: &str) -> LoadReport {
        if pairs.lab.name == self.info().name {
            return self.session.open_pairs(pairs, label);
        }
        let left = Left {
            link: self.session.link(),
            kept: self.session.leave(),
        };
        self.left.insert(self.session.info().name, left);
        self.untaken.extend(self.session.take_events());
        self.session = (pairs.lab.open)(pairs);
        let left = self.left.remove(pairs.lab.name);
        if let Some(Left { link, kept }) = left {
            let is_as_left = self.session.link() == link;
            self.session.come_back(kept, (!is_as_left).then_some(label));
        }
        LoadReport {
            messages: self.messages().to_vec(),
        }
    }

    /// Asks for a change. A scene of another lab opens that lab.
    ///
    /// # Errors
    /// When the command cannot be carried out; the session is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        if let Command::Scene(name) = &command {
            let (_, scene) =
                registry::scene(name).ok_or_else(|| CommandError::NoScene(shortened(name)))?;
            let refused = |error: LinkError| CommandError::Refused(error.to_string());
            let pairs = LinkPairs::parse(scene.name).map_err(refused)?;
            self.open(&pairs, texts::session::undo_scene());
            return Ok(());
        }
        self.session.dispatch(command)
    }

    /// Takes a file of the user's own: a file for another lab opens that lab.
    ///
    /// # Errors
    /// When no lab reads such files, or it cannot be used: one sentence.
    pub fn open_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.open_as(name, (name, bytes))
    }

    /// Takes a checkpoint of the user's own, whatever its name is.
    ///
    /// # Errors
    /// As [`open_file`](Self::open_file).
    pub fn open_model(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        self.open_as(MODEL, (name, bytes))
    }

    /// Takes a file as one of the name `like`. One that is refused leaves the lab open that was.
    fn open_as(&mut self, like: &str, file: (&str, &[u8])) -> Result<(), String> {
        let before = (self.info().name, self.session.link());
        let kind = self.show_reader_of(like)?;
        let opened = self.session.open_file(kind, file);
        if opened.is_err() && self.info().name != before.0 {
            let _ = self.open_link(&before.1);
        }
        opened
    }

    /// Opens the first lab that reads files of this name, if the one that is open does not; the kind of such files.
    fn show_reader_of(&mut self, name: &str) -> Result<&'static FileKind, String> {
        if let Some(kind) = self.info().kind_of(name) {
            return Ok(kind);
        }
        let labs = registry::labs();
        let mut found = labs
            .iter()
            .filter_map(|lab| Some((lab, lab.kind_of(name)?)));
        let (lab, kind) = found.next().ok_or_else(|| registry::no_lab_opens(name))?;
        if let Some(way) = self.way_to(lab).map(str::to_owned) {
            let opened = self.open_link(&way);
            opened.map_err(|error| error.to_string())?;
        }
        Ok(kind)
    }

    /// Events since the last call.
    pub fn take_events(&mut self) -> Vec<ToldEvent> {
        let mut events = std::mem::take(&mut self.untaken);
        events.extend(self.session.take_events());
        events
    }

    /// The session of a lab, if that is open.
    #[must_use]
    pub fn get<L: Lab>(&self) -> Option<&Session<L>> {
        self.session.as_any().downcast_ref()
    }

    /// The session of a lab, if that is open, to be changed.
    pub fn get_mut<L: Lab>(&mut self) -> Option<&mut Session<L>> {
        self.session.as_any_mut().downcast_mut()
    }
}

impl Deref for Workbench {
    type Target = dyn AnySession;

    fn deref(&self) -> &Self::Target {
        &*self.session
    }
}

impl DerefMut for Workbench {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.session
    }
}
