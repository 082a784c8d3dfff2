use std::rc::Rc;

use serde::Serialize;

use super::{Command, CommandError, Event, Loaded, Report, Session, maze, processor::Processor};
use crate::share::{
    link::{self, LinkError, LinkPairs},
    scenes::{self, Scene},
};

/// Whichever lab is open: what the window, the page, the command line and JavaScript drive.
pub enum Lab {
    /// The caching lab.
    Caching(Box<Session>),
    /// The maze lab.
    Maze(Box<maze::Session>),
}

/// The state of a lab in numbers.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum LabReport {
    /// The caching lab's.
    Caching(Box<Report>),
    /// The maze lab's.
    Maze(Box<maze::Report>),
}

/// Asks whichever session is inside.
macro_rules! either {
    ($lab:expr, $session:ident => $what:expr) => {
        match $lab {
            Lab::Caching($session) => $what,
            Lab::Maze($session) => $what,
        }
    };
}

impl Lab {
    /// A lab as a link or the name of a scene says, not yet settled.
    ///
    /// # Errors
    /// When the link cannot be read at all.
    pub fn from_link(text: &str) -> Result<Self, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        Ok(match pairs.lab {
            link::LabName::Caching => Self::Caching(Box::new(Session::from_link(text)?)),
            link::LabName::Maze => Self::Maze(Box::new(maze::Session::from_pairs(&pairs))),
        })
    }

    /// Makes this the lab of a link. Where the lab stays, the state before can be brought back by undo.
    ///
    /// # Errors
    /// When the link cannot be read at all; the lab is as it was.
    pub fn open_link(&mut self, text: &str) -> Result<Loaded, LinkError> {
        let pairs = LinkPairs::parse(text)?;
        match (&mut *self, pairs.lab) {
            (Self::Caching(session), link::LabName::Caching) => session.open_link(text),
            (Self::Maze(session), link::LabName::Maze) => session.open_pairs(&pairs),
            _ => {
                *self = Self::from_link(text)?;
                Ok(Loaded {
                    messages: self.messages().to_vec(),
                })
            }
        }
    }

    /// Asks for a change. A scene of the other lab opens that lab.
    ///
    /// # Errors
    /// When the command cannot be carried out; the lab is as it was.
    pub fn dispatch(&mut self, command: Command) -> Result<(), CommandError> {
        if let Command::Scene(name) = &command {
            let scene =
                scenes::find(name).ok_or_else(|| CommandError::NoScene(super::shortened(name)))?;
            let caching = matches!(self, Self::Caching(_));
            if !(caching && scene.lab() == link::LabName::Caching) {
                return self
                    .open_link(scene.name)
                    .map(|_| ())
                    .map_err(|error| CommandError::Maze(error.to_string()));
            }
        }
        either!(self, session => session.dispatch(command))
    }

    /// The caching session, if that is open.
    #[must_use]
    pub fn caching(&self) -> Option<&Session> {
        match self {
            Self::Caching(session) => Some(session),
            Self::Maze(_) => None,
        }
    }

    /// The maze session, if that is open.
    #[must_use]
    pub fn maze(&self) -> Option<&maze::Session> {
        match self {
            Self::Maze(session) => Some(session),
            Self::Caching(_) => None,
        }
    }

    /// The maze session, to be given a model.
    pub fn maze_mut(&mut self) -> Option<&mut maze::Session> {
        match self {
            Self::Maze(session) => Some(session),
            Self::Caching(_) => None,
        }
    }

    /// Steps a second at normal pace: Euler steps, or steps through a maze.
    #[must_use]
    pub fn steps_per_second(&self) -> f64 {
        match self {
            // A seed is cached in under two seconds.
            Self::Caching(_) => 60.0,
            Self::Maze(_) => 20.0,
        }
    }

    /// Computes on `processor` from now on, or on the CPU again. The run goes on.
    pub fn set_processor(&mut self, processor: Option<Rc<dyn Processor>>) {
        either!(self, session => session.set_processor(processor));
    }

    /// Whether it computes on a processor, or is about to.
    #[must_use]
    pub fn has_processor(&self) -> bool {
        either!(self, session => session.has_processor())
    }

    /// Whether the lab as it is set can be computed by a processor.
    #[must_use]
    pub fn suits_processor(&self) -> bool {
        either!(self, session => session.suits_processor())
    }

    /// Lets the processor go if something went wrong on it. A lab that moves does that by itself.
    pub fn check_processor(&mut self) {
        either!(self, session => session.check_processor());
    }

    /// Why the processor was let go, if it was since the last call. The lab has gone on with the CPU.
    pub fn take_trouble(&mut self) -> Option<String> {
        either!(self, session => session.take_trouble())
    }

    /// Moves on; see the sessions.
    pub fn advance(&mut self, steps: usize, more: &mut dyn FnMut() -> bool) -> usize {
        either!(self, session => session.advance(steps, more))
    }

    /// Finishes everything that is under way, without letting time pass.
    pub fn settle(&mut self) {
        either!(self, session => session.settle());
    }

    /// Lets `steps` steps pass and pauses there, with all else settled.
    pub fn run(&mut self, steps: usize) {
        either!(self, session => session.run(steps));
    }

    /// Takes the controls from whoever has them.
    pub fn hold(&mut self) {
        either!(self, session => session.hold());
    }

    /// Says something to whoever watches.
    pub fn note(&mut self, text: String) {
        either!(self, session => session.note(text));
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        either!(self, session => session.take_events())
    }

    /// What was clamped, ignored or refused since the link was read.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        either!(self, session => session.messages())
    }

    /// The state in numbers.
    #[must_use]
    pub fn report(&self) -> LabReport {
        match self {
            Self::Caching(session) => LabReport::Caching(Box::new(session.report())),
            Self::Maze(session) => LabReport::Maze(Box::new(session.report())),
        }
    }

    /// The readouts as CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        either!(self, session => session.csv())
    }

    /// Equal exactly when the state is (CPU path).
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        either!(self, session => session.state_hash())
    }

    /// Equal exactly when everything that is shown is (CPU path); `None` while any of it is still being computed.
    #[must_use]
    pub fn shown_hash(&self) -> Option<u64> {
        either!(self, session => session.shown_hash())
    }

    /// The link that brings this lab back.
    #[must_use]
    pub fn link(&self) -> String {
        either!(self, session => session.link())
    }

    /// The scene, if one was opened.
    #[must_use]
    pub fn scene(&self) -> Option<&'static Scene> {
        match self {
            Self::Caching(session) => session.activity().scene,
            Self::Maze(session) => session.scene(),
        }
    }

    /// What undo would take back.
    #[must_use]
    pub fn undoable(&self) -> Option<&str> {
        either!(self, session => session.undoable())
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        either!(self, session => session.can_redo())
    }

    /// Whether time passes.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        either!(self, session => session.is_playing())
    }

    /// Whether what is under way goes at its pace; a step that was asked for is taken at once.
    #[must_use]
    pub fn is_paced(&self) -> bool {
        match self {
            Self::Caching(session) => session.is_playing(),
            Self::Maze(session) => session.is_walking(),
        }
    }

    /// Whether a scene's script is at the controls.
    #[must_use]
    pub fn is_scripted(&self) -> bool {
        either!(self, session => session.is_scripted())
    }

    /// Times the normal pace.
    #[must_use]
    pub fn speed(&self) -> f64 {
        either!(self, session => session.speed())
    }

    /// Steps since the lab began.
    #[must_use]
    pub fn tick(&self) -> u64 {
        either!(self, session => session.tick())
    }

    /// Whether something is still being computed.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        either!(self, session => session.is_busy())
    }

    /// Whether the next frame will differ from this one.
    #[must_use]
    pub fn is_live(&self) -> bool {
        either!(self, session => session.is_live())
    }
}
