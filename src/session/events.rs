//! Events: all that a session tells the outside, in order. Small; big arrays are in a lab's activity.

use serde::Serialize;

use crate::texts;

/// An event of any lab. `E` holds those that only one lab has.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event<E> {
    /// All memories were forgotten.
    Cleared,
    /// A change was taken back; what it had led to is still among the events before.
    Undone {
        /// The change, as the button for it says.
        change: String,
    },
    /// A change that had been taken back was made again.
    Redone {
        /// The change.
        change: String,
    },
    /// The session goes on with the CPU: the device that it ran on cannot be trusted any more.
    Degraded {
        /// One sentence.
        reason: String,
    },
    /// Something to read: a value that was clamped, ignored or refused.
    Message {
        /// One sentence.
        text: String,
    },
    /// An event of this lab alone.
    #[serde(untagged)]
    Lab(E),
}

/// The events that only one lab has. They serialise as objects with a `type`.
pub trait LabEvent: Clone + Serialize {
    /// A sentence for a screen reader, if the event deserves one.
    fn spoken(&self) -> Option<String>;
}

/// One type of event, for the README and the types for JavaScript.
#[derive(Clone, Copy, Debug)]
pub struct EventInfo {
    /// `type` of the event, and the first argument of `on()`.
    pub name: &'static str,
    /// When it comes and what is in it, in one sentence.
    pub help: &'static str,
}

impl<E: LabEvent> Event<E> {
    /// A sentence for a screen reader, if the event deserves one. A device that was given up is told by the message that comes
    /// with it.
    #[must_use]
    pub fn spoken(&self) -> Option<String> {
        match self {
            Self::Cleared => Some(texts::shell::spoken_reset().to_owned()),
            Self::Undone { change } => Some(texts::shell::SpokenUndone { change }.to_string()),
            Self::Redone { change } => Some(texts::shell::SpokenRedone { change }.to_string()),
            Self::Degraded { .. } => None,
            Self::Message { text } => Some(text.clone()),
            Self::Lab(event) => event.spoken(),
        }
    }
}

/// An event and the time when it happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timed<E> {
    /// Steps since the link was read.
    pub tick: u64,
    /// The event.
    #[serde(flatten)]
    pub event: E,
}

/// Events of a session: those since the last call, and all of them, with the messages, since the last link.
pub struct EventLog<E> {
    trace: Vec<Timed<Event<E>>>,
    new: Vec<Event<E>>,
    messages: Vec<String>,
    /// Messages about the link that is being read, if one is.
    of_link: Option<usize>,
}

/// Entries kept of each.
const KEPT: usize = 10_000;

/// Messages about one link: a long one may hold thousands of mistakes, which are shown and spoken one by one.
const OF_LINK: usize = 50;

impl<E> Default for EventLog<E> {
    fn default() -> Self {
        Self {
            trace: Vec::new(),
            new: Vec::new(),
            messages: Vec::new(),
            of_link: None,
        }
    }
}

impl<E: Clone> EventLog<E> {
    /// Something happened at a step.
    pub fn emit(&mut self, tick: u64, event: Event<E>) {
        if self.trace.len() < KEPT {
            self.trace.push(Timed {
                tick,
                event: event.clone(),
            });
        }
        if self.new.len() < KEPT {
            self.new.push(event);
        }
    }

    /// Something to read.
    pub fn message(&mut self, tick: u64, text: String) {
        if let Some(count) = &mut self.of_link {
            *count += 1;
            if *count > OF_LINK {
                return;
            }
        }
        if self.messages.len() < KEPT {
            self.messages.push(text.clone());
        }
        self.emit(tick, Event::Message { text });
    }

    /// Takes a message back that is no longer true.
    pub fn take_back(&mut self, text: &str) {
        self.messages.retain(|message| message != text);
        self.new
            .retain(|event| !matches!(event, Event::Message { text: told } if told == text));
    }

    /// Events since the last call.
    pub fn take(&mut self) -> Vec<Event<E>> {
        std::mem::take(&mut self.new)
    }

    /// All events since the last link was read, in order.
    #[must_use]
    pub fn trace(&self) -> &[Timed<Event<E>>] {
        &self.trace
    }

    /// Messages since the last link was read.
    #[must_use]
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Another link begins to be read.
    pub fn begin_link(&mut self) {
        self.messages.clear();
        self.trace.clear();
        self.of_link = Some(0);
    }

    /// The link was read. What there was to say beyond the first messages becomes one.
    pub fn end_link(&mut self, tick: u64) {
        let count = self.of_link.take().unwrap_or(0);
        if let Some(more) = count.checked_sub(OF_LINK).filter(|more| *more > 0) {
            self.message(tick, texts::session::MoreMessages { more }.to_string());
        }
    }
}
