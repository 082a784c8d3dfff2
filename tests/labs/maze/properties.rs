//! Any commands and links: nothing panics, refusals are one line, and the lab comes to rest.

use proptest::prelude::*;

use super::Session;
use crate::cases;

/// A command to a maze lab, sense or nonsense.
fn maze_command() -> impl Strategy<Value = String> {
    let state = 0..40_usize;
    let memory = 0..60_usize;
    let which = prop_oneof![
        (memory.clone(), 0..9_usize).prop_map(|(first, more)| format!("{first}-{}", first + more)),
        prop::sample::select(vec!["query", "goal", "path", "before", "all"]).prop_map(String::from),
    ];
    prop_oneof![
        4 => (1..9_usize).prop_map(|n| format!("step:{n}")),
        2 => (0..6_usize).prop_map(|n| format!("act:{n}")),
        1 => state.clone().prop_map(|n| format!("goto:{n}")),
        1 => state.clone().prop_map(|n| format!("goal:{n}")),
        1 => state.clone().prop_map(|n| format!("place:{n}")),
        1 => state.prop_map(|n| format!("ask:{n}")),
        1 => (0..90_usize).prop_map(|n| format!("look:{n}")),
        1 => (prop::sample::select(vec!["delete", "unreward", "corrupt", "restore", "hide"]), which)
            .prop_map(|(verb, which)| format!("{verb}:{which}")),
        1 => (memory.clone(), memory).prop_map(|(a, b)| format!("shift:{a}={b}")),
        1 => prop::sample::select(vec![
            "home", "undo", "redo", "reset", "look:end", "ask:agent", "attribute", "walk:0.1.6.5", "play", "pause",
            "set:walker=model", "set:walker=explorer", "set:rewards=off", "set:head=rollout", "set:head=2", "set:layer=3",
            "set:compare=on", "set:pattern=on", "set:decode=on", "set:temp=1", "set:size=4", "set:seed=3", "set:task=tree",
            "draw:S.#|..G", "move:1,0", "move:0,-1", "set:corr=0.6", "set:branching=0.8",
        ])
        .prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(cases(48))]

    /// Whatever is done to it, the lab goes on, its attention sums to one at most, and its link brings it back.
    #[test]
    fn a_maze_lab_survives_anything(
        commands in prop::collection::vec(maze_command(), 1..25),
        cut in 1..40_usize,
    ) {
        let mut lab = Session::from_link("lab=maze&size=5&t=12&seed=4").unwrap();
        for command in &commands {
            // Refusals are one sentence and change nothing.
            let before = lab.link();
            if let Err(error) = lab.dispatch(command.parse().unwrap()) {
                prop_assert_eq!(error.to_string().lines().count(), 1);
                prop_assert_eq!(lab.link(), before);
            }
            // Sometimes the next command comes before everything is computed.
            let mut slices = 0;
            lab.advance(3, &mut || { slices += 1; slices < cut });
        }
        lab.settle();
        prop_assert!(!lab.is_busy());
        let activity = lab.activity();
        let insight = activity.insight.unwrap();
        for row in &insight.attention {
            let sum: f32 = row.iter().sum();
            prop_assert!(row.iter().all(|v| v.is_finite()) && sum < 1.0001);
        }
        let mut again = Session::from_link(&lab.link()).unwrap();
        again.settle();
        prop_assert_eq!(again.messages(), &[] as &[String], "{}", lab.link());
        prop_assert_eq!(again.state_hash(), lab.state_hash(), "{}", lab.link());
        prop_assert_eq!(again.shown_hash(), lab.shown_hash(), "{}", lab.link());
    }

    /// Everything was shown, then memories are edited, most of all the newest: what is shown is what the link gives.
    #[test]
    fn edits_after_everything_was_shown_are_shown_as_reopened(
        length in prop_oneof![3 => (1..4_usize).prop_map(|n| 20 * n), 1 => 1..60_usize],
        edits in prop::collection::vec((0..5_usize, 0.0..1.0_f64, any::<bool>()), 1..4),
    ) {
        let mut lab = Session::from_link(&format!("lab=maze&size=4&seed=4&t={length}")).unwrap();
        lab.settle();
        for (verb, from, newest) in edits {
            let verb = ["delete", "delete", "corrupt", "unreward", "hide"][verb];
            let from = (from * length as f64) as usize;
            let last = if newest { length - 1 } else { from };
            lab.dispatch(format!("{verb}:{from}-{last}").parse().unwrap()).unwrap();
            lab.settle();
            let mut again = Session::from_link(&lab.link()).unwrap();
            again.settle();
            prop_assert_eq!(again.state_hash(), lab.state_hash(), "{}", lab.link());
            prop_assert_eq!(again.shown_hash(), lab.shown_hash(), "{}", lab.link());
        }
    }

    /// Any text as a link.
    #[test]
    fn any_text_after_lab_maze_is_survived(text in "[a-z0-9=&;.|@#%S-]{0,80}") {
        if let Ok(mut lab) = Session::from_link(&format!("lab=maze&t=3&{text}")) {
            lab.settle();
            prop_assert!(lab.messages().iter().all(|m| m.lines().count() == 1));
        }
    }
}
