//! Anything at all, to all labs on one workbench, as a page's script or a visitor's links send it: nothing panics, refusals are one
//! sentence and change nothing. Ten thousand commands and links in all.

use chickadee::session::{Command, Workbench};
use proptest::{collection::vec, prelude::*};

use crate::cases;

/// Labs that are small enough to be opened again and again.
const SMALL: [&str; 7] = [
    "lab=caching&units=100&places=16",
    "lab=caching&units=121&places=16&world=arena&caches=3,9&forage=on",
    "lab=maze&size=3&t=9",
    "lab=maze&task=tree&size=3&t=9&pattern=on&compare=on",
    "lab=bridge&units=100&places=16&caches=3,9",
    "lab=bridge&units=121&places=16&world=arena&capacity=on&caches=3",
    "lab=figures&figure=4e&seeds=1&units=200",
];

/// What is sent: a command or a link.
#[derive(Clone, Debug)]
enum Sent {
    Command(String),
    Link(String),
}

/// A verb of some lab with an argument that may be one.
fn command() -> impl Strategy<Value = String> {
    let verbs = "(fly|move|cache|check|weight|remove|without|replay|forage|act|goto|walk|home|goal|place|look|ask|restore|delete|unreward|corrupt|hide|shift|attribute|draw|play|pause|step|speed|reset|undo|redo|set|backend|recompute|stop)";
    let argument = prop_oneof![
        3 => "[0-9]{1,2}",
        1 => "[0-9]{1,2}(-|=|,|\\.|@)[0-9]{1,2}",
        1 => "(all|goal|path|query|before|end|agent|on|off)(@[1-3])?",
        1 => "[S.#|G]{1,12}",
        1 => "(gain|search|seed|places|world|size|layer|head|temp|lookup|softmax|damage|clean|dt|figure|seeds|published)=(-?[0-9]{1,3}(\\.[0-9])?|on|off|arena|ring|tree|mean|NaN|inf)",
        1 => ".{0,12}",
    ];
    (verbs, argument).prop_map(|(verb, argument)| format!("{verb}:{argument}"))
}

/// A small lab with more in its link, or anything.
fn link() -> impl Strategy<Value = String> {
    let small = prop::sample::select(SMALL.to_vec());
    let more = "(&(caches|log|at|t|doing|look|ask|goal|start|removed|maze|scene|seed|gain|search|lookup|task|colour|run|figure|seeds)=[-0-9a-z,;=.%|S#G]{0,16}){0,3}";
    prop_oneof![
        4 => (small, more).prop_map(|(small, more)| format!("{small}{more}&units=100&t=3")),
        1 => ".{0,40}",
    ]
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn any_commands_and_links_are_survived(
        sent in vec(prop_oneof![3 => command().prop_map(Sent::Command), 1 => link().prop_map(Sent::Link)], 100),
        first in 0..SMALL.len(),
    ) {
        let mut bench = Workbench::from_link(SMALL[first]).unwrap();
        for sent in sent {
            let before = bench.link();
            let refusal = match &sent {
                Sent::Command(text) => text
                    .parse::<Command>()
                    .and_then(|command| bench.dispatch(command))
                    .map_err(|error| error.to_string()),
                Sent::Link(text) => bench.open_link(text).map(|_| ()).map_err(|error| error.to_string()),
            };
            if let Err(sentence) = refusal {
                prop_assert_eq!(sentence.lines().count(), 1, "{}", sentence);
                prop_assert!(sentence.chars().count() < 600, "{}", sentence);
                prop_assert_eq!(bench.link(), before, "{:?}", sent);
            }
            let mut slices = 0;
            bench.advance(2, &mut || { slices += 1; slices < 6 });
            let one_line = |text: &String| text.lines().count() == 1;
            prop_assert!(bench.messages().iter().all(one_line), "{:?}", bench.messages());
        }
        // The run is intact: it can be told, and its link is one that it would write again.
        prop_assert!(bench.report()["link"].is_string());
        let link = bench.link();
        prop_assert_eq!(Workbench::from_link(&link).unwrap().link(), link);
    }
}
