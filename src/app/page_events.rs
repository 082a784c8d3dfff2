//! Events of a page, for the scripts around it.
//!
//! [`EVENTS`] is the one list of types. The module gives it to JavaScript, where `on()` is checked against it, and
//! `tests/embedding.rs` holds `web/chickadee.d.ts` against it.

use serde::{Serialize, Serializer};

use crate::{session::Event, texts};

/// One type of event.
pub struct EventInfo {
    /// Its name: `type` of the event, and the first argument of `on()`.
    pub name: &'static str,
    /// When it comes and what is in it, in one sentence.
    pub help: texts::Text,
}

/// Every type: first those of the page itself, then those of the labs.
pub const EVENTS: [EventInfo; 11] = [
    EventInfo {
        name: "ready",
        help: texts::shell::the_first_frame,
    },
    EventInfo {
        name: "changed",
        help: texts::shell::something_was_asked,
    },
    EventInfo {
        name: "settled",
        help: texts::shell::nothing_that_was_asked,
    },
    EventInfo {
        name: "error",
        help: texts::shell::the_simulator_has_stopped,
    },
    EventInfo {
        name: "cached",
        help: texts::shell::a_seed_was_cached,
    },
    EventInfo {
        name: "recalled",
        help: texts::shell::a_place_was_checked,
    },
    EventInfo {
        name: "overflow",
        help: texts::shell::activity_was_no_longer,
    },
    EventInfo {
        name: "rewarded",
        help: texts::shell::the_agent_was_rewarded,
    },
    EventInfo {
        name: "cleared",
        help: texts::shell::all_memories_were_forgotten,
    },
    EventInfo {
        name: "degraded",
        help: texts::shell::the_lab_goes_on,
    },
    EventInfo {
        name: "message",
        help: texts::shell::something_to_read_text,
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
