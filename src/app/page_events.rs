//! Events of a page, for the scripts around it.
//!
//! [`events`] is the one list of types. The module gives it to JavaScript, where `on()` is checked against it, and
//! `tests/embedding.rs` holds `web/chickadee.d.ts` against it.

use serde::{Serialize, Serializer};

use crate::session::{COMMON_EVENTS, EventInfo, ToldEvent, registry};

/// The types of the page itself.
const OWN: [EventInfo; 4] = [
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
];

/// Every type: first those of the page itself, then those of the labs, each lab's own and those that all have.
#[must_use]
pub fn events() -> Vec<EventInfo> {
    let labs = registry::labs().into_iter().flat_map(|lab| lab.events);
    let labs = labs.chain(COMMON_EVENTS);
    OWN.iter().chain(labs).copied().collect()
}

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
    Lab(ToldEvent),
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
            Self::Lab(event) => event.json.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        labs::{caching, figures, maze},
        session::Event,
    };

    /// One event of each type that some lab sends, as scripts get it.
    fn examples() -> Vec<Value> {
        let caching = [
            caching::Event::Cached { place: 3, index: 0 },
            caching::Event::Recalled {
                place: 3,
                seed_ratio: 1.0,
                peak: None,
                found: true,
            },
            caching::Event::Overflow { step: 7 },
        ];
        // A new type does not compile until it is named here.
        for event in &caching {
            match event {
                caching::Event::Cached { .. }
                | caching::Event::Recalled { .. }
                | caching::Event::Overflow { .. } => {}
            }
        }
        let maze::MazeEvent::Rewarded { .. } = &REWARDED;
        let common = [
            Event::Cleared,
            Event::Undone {
                change: String::new(),
            },
            Event::Redone {
                change: String::new(),
            },
            Event::Degraded {
                reason: String::new(),
            },
            Event::Message {
                text: String::new(),
            },
            Event::Lab(REWARDED),
        ];
        for event in &common {
            match event {
                Event::Cleared
                | Event::Undone { .. }
                | Event::Redone { .. }
                | Event::Degraded { .. }
                | Event::Message { .. }
                | Event::Lab(_) => {}
            }
        }
        let figures::FiguresEvent::Recomputed { .. } = &RECOMPUTED;
        let told = caching.map(|event| ToldEvent::from(Event::Lab(event)));
        let told = told.into_iter().chain(common.map(ToldEvent::from));
        let told = told.chain([ToldEvent::from(Event::Lab(RECOMPUTED))]);
        let page = [PageEvent::Ready, PageEvent::Changed, PageEvent::Settled];
        let all = page.into_iter().chain(told.map(PageEvent::Lab));
        all.map(|event| serde_json::to_value(&event).unwrap())
            .collect()
    }

    const REWARDED: maze::MazeEvent = maze::MazeEvent::Rewarded {
        state: 1,
        memories: 2,
        place: String::new(),
    };

    const RECOMPUTED: figures::FiguresEvent = figures::FiguresEvent::Recomputed {
        figure: "4e",
        seeds: 5,
        units: 1000,
        agree: 1,
        values: 2,
    };

    #[test]
    fn every_event_that_is_sent_is_in_the_list_with_its_fields() {
        let mut sent: Vec<String> = Vec::new();
        let list = events();
        for json in examples() {
            let fields = json.as_object().unwrap();
            let name = fields["type"].as_str().unwrap();
            let info = list.iter().find(|info| info.name == name);
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
        let mut listed: Vec<_> = list.iter().map(|info| info.name.to_owned()).collect();
        listed.sort_unstable();
        assert_eq!(listed, sent);
    }
}
