use super::{Event, TraceEntry};

/// What a session tells: to whoever asks next, and for good.
#[derive(Default)]
pub(super) struct Diary {
    trace: Vec<TraceEntry>,
    events: Vec<Event>,
    messages: Vec<String>,
}

/// Entries kept of each.
const KEPT: usize = 10_000;

impl Diary {
    /// Something happened at a step.
    pub fn tell(&mut self, tick: u64, event: Event) {
        if self.trace.len() < KEPT {
            self.trace.push(TraceEntry {
                tick,
                event: event.clone(),
            });
        }
        if self.events.len() < KEPT {
            self.events.push(event);
        }
    }

    /// Something to read.
    pub fn say(&mut self, tick: u64, text: String) {
        if self.messages.len() < KEPT {
            self.messages.push(text.clone());
        }
        self.tell(tick, Event::Message { text });
    }

    /// What happened since the last call.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// All that happened, in order.
    pub fn trace(&self) -> &[TraceEntry] {
        &self.trace
    }

    /// What was clamped, ignored or refused.
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Another link is read.
    pub fn forget_messages(&mut self) {
        self.messages.clear();
    }
}
