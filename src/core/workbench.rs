use std::ops::{Deref, DerefMut};

use super::{
    AnySession, Command, CommandError, Lab, LinkError, LinkPairs, LoadReport, Session, registry,
    text::shortened,
};

/// Whichever lab is open. A scene or a link of another lab replaces the session inside.
pub struct Workbench(Box<dyn AnySession>);

impl Default for Workbench {
    fn default() -> Self {
        let lab = registry::first();
        let nothing = LinkPairs {
            lab,
            pairs: Vec::new(),
            scene: None,
            messages: Vec::new(),
        };
        Self((lab.open)(&nothing))
    }
}

impl Workbench {
    /// A session as a link or the name of a scene says, not yet settled.
    ///
    /// # Errors
    /// When the link cannot be read at all.
    pub fn from_link(text: &str) -> Result<Self, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        Ok(Self((pairs.lab.open)(&pairs)))
    }

    /// Makes this the lab of a link. Where the lab stays, the state before can be brought back by undo.
    ///
    /// # Errors
    /// When the link cannot be read at all; the session is as it was.
    pub fn open_link(&mut self, text: &str) -> Result<LoadReport, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        Ok(self.open(&pairs, "open link"))
    }

    fn open(&mut self, pairs: &LinkPairs, label: &str) -> LoadReport {
        if pairs.lab.name == self.info().name {
            return self.0.open_pairs(pairs, label);
        }
        self.0 = (pairs.lab.open)(pairs);
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
            self.open(&LinkPairs::parse(scene.name).map_err(refused)?, "scene");
            return Ok(());
        }
        self.0.dispatch(command)
    }

    /// The session of a lab, if that is open.
    #[must_use]
    pub fn get<L: Lab>(&self) -> Option<&Session<L>> {
        self.0.as_any().downcast_ref()
    }

    /// The session of a lab, if that is open, to be changed.
    pub fn get_mut<L: Lab>(&mut self) -> Option<&mut Session<L>> {
        self.0.as_any_mut().downcast_mut()
    }
}

impl Deref for Workbench {
    type Target = dyn AnySession;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl DerefMut for Workbench {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.0
    }
}
