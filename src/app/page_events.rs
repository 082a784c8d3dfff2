//! Events of a page, for the scripts around it.
//!
//! [`EVENTS`] is the one list of types. The module gives it to JavaScript, where `on()` is checked against it, and
//! `tests/embedding.rs` holds `web/chickadee.d.ts` against it.

use serde::{Serialize, Serializer};

use crate::session::Event;

/// One type of event.
pub struct EventInfo {
    /// Its name: `type` of the event, and the first argument of `on()`.
    pub name: &'static str,
    /// When it comes and what is in it, in one sentence.
    pub help: &'static str,
}

/// Every type: first those of the page itself, then those of the labs.
pub const EVENTS: [EventInfo; 11] = [
    EventInfo {
        name: "ready",
        help: "The first frame is drawn; a later listener is called at once.",
    },
    EventInfo {
        name: "changed",
        help: "Something was asked for, or begins to be computed.",
    },
    EventInfo {
        name: "settled",
        help: "Nothing that was asked for is still being computed.",
    },
    EventInfo {
        name: "error",
        help: "The simulator has stopped: `message`. Nothing comes after it.",
    },
    EventInfo {
        name: "cached",
        help: "A seed was cached: `place`, and the number of the memory, `index`, from 0.",
    },
    EventInfo {
        name: "recalled",
        help: "A place was checked: `place`, `seed_ratio` (of the largest seed output), `peak` (a place, or null), `found`.",
    },
    EventInfo {
        name: "overflow",
        help: "Activity was no longer finite after `step`.",
    },
    EventInfo {
        name: "rewarded",
        help: "The agent was rewarded: `state`, and how many `memories` there were by then.",
    },
    EventInfo {
        name: "cleared",
        help: "All memories were forgotten.",
    },
    EventInfo {
        name: "degraded",
        help: "The lab goes on with the CPU: `reason`.",
    },
    EventInfo {
        name: "message",
        help: "Something to read, `text`: what was clamped, ignored or refused.",
    },
];

/// Something that scripts are told. In JSON an object with the name as `type`; `error`, which comes when nothing in here
/// runs any more, is sent by the script itself.
#[derive(Clone, Debug, PartialEq)]
pub enum PageEvent {
    /// The first frame is drawn.
    Ready,
    /// Something was asked for, or begins to be computed.
    Changed,
    /// Nothing that was asked for is still being computed.
    Settled,
    /// Something happened in the lab.
    Lab(Event),
}

impl Serialize for PageEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "lowercase")]
        enum Own {
            Ready,
            Changed,
            Settled,
        }
        match self {
            Self::Ready => Own::Ready.serialize(serializer),
            Self::Changed => Own::Changed.serialize(serializer),
            Self::Settled => Own::Settled.serialize(serializer),
            Self::Lab(event) => event.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One event of each type. A new type does not compile until it is named here.
    fn examples() -> Vec<PageEvent> {
        let all = vec![
            Event::Cached { place: 3, index: 0 },
            Event::Recalled {
                place: 3,
                seed_ratio: 1.0,
                peak: None,
                found: true,
            },
            Event::Overflow { step: 7 },
            Event::Rewarded {
                state: 1,
                memories: 2,
            },
            Event::Cleared,
            Event::Degraded {
                reason: String::new(),
            },
            Event::Message {
                text: String::new(),
            },
        ];
        for event in &all {
            match event {
                Event::Cached { .. }
                | Event::Recalled { .. }
                | Event::Overflow { .. }
                | Event::Rewarded { .. }
                | Event::Cleared
                | Event::Degraded { .. }
                | Event::Message { .. } => {}
            }
        }
        let page = [PageEvent::Ready, PageEvent::Changed, PageEvent::Settled];
        page.into_iter()
            .chain(all.into_iter().map(PageEvent::Lab))
            .collect()
    }

    #[test]
    fn every_event_that_is_sent_is_in_the_list_with_its_fields() {
        let mut sent: Vec<String> = Vec::new();
        for event in examples() {
            let json = serde_json::to_value(&event).unwrap();
            let fields = json.as_object().unwrap();
            let name = fields["type"].as_str().unwrap();
            let info = EVENTS.iter().find(|info| info.name == name);
            let info = info.unwrap_or_else(|| panic!("{name} is not in the list"));
            for field in fields.keys().filter(|key| *key != "type") {
                assert!(
                    info.help.contains(&format!("`{field}`")),
                    "the help of {name} does not say {field}"
                );
            }
            sent.push(name.to_owned());
        }
        sent.push("error".to_owned());
        sent.sort_unstable();
        let mut listed: Vec<_> = EVENTS.iter().map(|info| info.name.to_owned()).collect();
        listed.sort_unstable();
        assert_eq!(listed, sent);
    }
}
