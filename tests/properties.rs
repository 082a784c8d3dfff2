//! Whatever a stranger does: nothing panics, what is wrong is one line, and a lab always comes to rest.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee::session::{Command, KNOBS, Knob, Lab, Session, Settings};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value};

/// So many cases, or as many as `PROPTEST_CASES` says where there is time for more.
fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    // Found cases become tests of their own; no files are left behind.
    ProptestConfig {
        cases: asked.and_then(|text| text.parse().ok()).unwrap_or(cases),
        max_shrink_iters: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Small enough to be quick, and every knob anywhere in its range.
fn any_settings() -> impl Strategy<Value = String> {
    let knobs: Vec<_> = KNOBS
        .iter()
        .map(|info| {
            let (min, max) = match info.knob {
                Knob::Units => (100.0, 200.0),
                Knob::InputUnits => (0.0, 200.0),
                Knob::Places => (4.0, 40.0),
                Knob::SettleSteps => (1.0, 60.0),
                _ => (info.min, info.max),
            };
            let value = (min..=max).prop_map(move |v| if info.whole { v.round() } else { v });
            let always = matches!(info.knob, Knob::Units | Knob::Places);
            let text = value.prop_map(move |v| format!("&{}={v}", info.key));
            if always {
                text.boxed()
            } else {
                prop_oneof![3 => Just(String::new()), 1 => text].boxed()
            }
        })
        .collect();
    let words = "(&euler=(safe|reference))?(&wiring=(identity|gaussian))?(&barcodes=(on|off))?(&placefields=(on|off))?";
    let world = prop_oneof![
        Just(""),
        Just("&world=ring"),
        Just("&world=arena"),
        Just("&world=gaussian")
    ];
    (world, words, knobs)
        .prop_map(|(world, words, knobs)| format!("lab=caching{world}{words}{}", knobs.concat()))
}

fn any_command() -> impl Strategy<Value = String> {
    let knob = (0..KNOBS.len(), 0.0..=1.0_f64).prop_filter_map("keeps it small", |(index, at)| {
        let info = &KNOBS[index];
        let (min, max) = match info.knob {
            Knob::Units | Knob::InputUnits => (100.0, 200.0),
            Knob::Places => (4.0, 40.0),
            Knob::SettleSteps => (1.0, 60.0),
            _ => (info.min, info.max),
        };
        Some(format!("set:{}={}", info.key, min + at * (max - min)))
    });
    prop_oneof![
        3 => (0..40_usize).prop_map(|place| format!("fly:{place}")),
        3 => Just("cache".to_owned()),
        2 => Just("check".to_owned()),
        3 => knob,
        1 => "set:(world=(ring|arena|gaussian)|euler=(safe|reference)|barcodes=(on|off)|placefields=(on|off))",
        1 => (-3..4_i32, -3..4_i32).prop_map(|(right, down)| format!("move:{right},{down}")),
        1 => (0..3_usize, 0.0..3.0_f64).prop_map(|(memory, weight)| format!("weight:{memory}={weight}")),
        1 => "(remove|without):[0-3]",
        2 => "undo|redo|replay|reset|play|pause|forage:on|forage:off",
        1 => (1..80_usize).prop_map(|steps| format!("step:{steps}")),
    ]
}

fn within_ranges(settings: &Settings) -> Result<(), TestCaseError> {
    for info in &KNOBS {
        let value = settings.get(info.knob);
        prop_assert!(
            (info.min..=info.max).contains(&value),
            "{}={value}",
            info.key
        );
        prop_assert!(
            !info.whole || value == value.round(),
            "{}={value}",
            info.key
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(24))]

    /// Any settings, any commands, cut into any slices.
    #[test]
    fn any_session_comes_to_rest_and_its_link_brings_it_back(
        settings in any_settings(),
        commands in vec((any_command(), 0..60_usize), 1..14),
    ) {
        let mut session = Session::from_link(&settings).unwrap();
        for (command, steps) in &commands {
            let parsed: Command = command.parse().unwrap();
            prop_assert_eq!(&parsed.to_string().parse::<Command>().unwrap(), &parsed);
            if let Err(error) = session.dispatch(parsed) {
                prop_assert_eq!(error.to_string().lines().count(), 1);
            }
            session.advance(*steps, &mut || true);
            within_ranges(session.activity().settings)?;
        }
        session.settle();
        prop_assert!(!session.is_busy());
        prop_assert!(session.messages().iter().all(|message| message.lines().count() == 1));
        let report = session.report();
        prop_assert!(serde_json::to_string(&report).is_ok());
        prop_assert_eq!(report.seed_output.len(), report.places);

        let link = session.link();
        let mut again = Session::from_link(&link).unwrap();
        again.settle();
        prop_assert_eq!(again.link(), link.clone());
        // A seed that overflowed while it was being cached is no memory and in no link; the visit is another then.
        if !session.trace().iter().any(|entry| matches!(entry.event, chickadee::session::Event::Overflow { .. })) {
            prop_assert_eq!(again.state_hash(), session.state_hash(), "{}", link);
            if session.report().overflow.is_none() {
                prop_assert_eq!(again.shown_hash(), session.shown_hash(), "{}", link);
            }
        }
    }

    /// Safe mode with settings around the authors' stays finite, however close three seeds are. (Five or six at one place
    /// are too many for any step: see `a_seed_cached_over_and_over_grows_without_bound` in `lab.rs`.)
    #[test]
    fn safe_mode_is_finite(
        (units, seed, eta, sigma, search) in (100..200_usize, 0..1000_u32, 20.0..60.0_f64, 5.0..9.0_f64, 0.0..2.0_f64),
        caches in vec(0..36_usize, 1..=3),
        world in "ring|arena|gaussian",
    ) {
        let caches = caches.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let mut session = Session::from_link(&format!(
            "world={world}&places=36&units={units}&seed={seed}&eta={eta}&sigma={sigma}&search={search}&caches={caches}"
        )).unwrap();
        session.settle();
        let report = session.report();
        prop_assert_eq!(report.overflow, None);
        prop_assert!(report.seed_output.iter().all(|ratio| ratio.is_some_and(f64::is_finite)));
        prop_assert_eq!(report.caches.len(), caches.split(',').count());
        prop_assert!(session.activity().tuning.unwrap().activity.values().iter().all(|a| a.is_finite() && *a >= 0.0));
    }

    /// Every world, with input units of its own: N_inp ≠ N means Gaussian input weights.
    #[test]
    fn every_world_runs_with_any_number_of_input_units(
        world in "ring|arena|gaussian",
        (units, inputs, places) in (100..200_usize, 4..200_usize, 4..60_usize),
    ) {
        let mut session =
            Session::from_link(&format!("world={world}&units={units}&inputs={inputs}&places={places}&caches=1")).unwrap();
        session.settle();
        let activity = session.activity();
        let network = activity.network.unwrap();
        prop_assert_eq!(network.inputs.units(), activity.settings.input_units());
        prop_assert_eq!(network.drive.rates.columns(), activity.settings.count(Knob::Units));
        prop_assert_eq!(network.inputs.places(), activity.settings.count(Knob::Places));
        prop_assert_eq!(activity.memories[0].value.len(), network.inputs.units());
        prop_assert!(activity.recall.unwrap().is_done());
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "fly|cache|set|weight|move|step|speed|forage|scene|undo".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let key = prop_oneof!["do|to|key|value|memory|steps|name|on|right|down", ".{0,8}"];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key, inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(cases(500))]

    /// `from_link` begins a small network and computes nothing yet.
    #[test]
    fn any_text_as_a_link_is_read_or_refused_in_one_line(
        text in prop_oneof![
            ".{0,80}",
            "[a-z]{1,8}=[^&]{0,20}(&[a-z]{1,8}=.{0,20}){0,4}",
            "(caches|log|at|t|doing|forage|search|gain|scene|lab|world)=[-0-9a-z,;=.%]{0,30}",
        ],
    ) {
        match Session::from_link(&format!("units=100&places=4&{text}")) {
            Ok(session) => {
                within_ranges(session.activity().settings)?;
                for message in session.messages() {
                    prop_assert_eq!(message.lines().count(), 1, "{}", message);
                }
                let link = session.link();
                prop_assert_eq!(Session::from_link(&link).unwrap().link(), link);
            }
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1, "{}", error),
        }
        if let Err(error) = Session::from_link(&text) {
            prop_assert_eq!(error.to_string().lines().count(), 1, "{}", error);
        }
    }

    #[test]
    fn any_text_as_a_command_is_read_or_refused_in_one_line(
        text in prop_oneof![".{0,60}", "(fly|move|set|weight|remove|without|step|speed|forage|scene):.{0,20}"],
    ) {
        match text.parse::<Command>() {
            Ok(command) => prop_assert_eq!(command.to_string().parse::<Command>().unwrap(), command),
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1, "{}", error),
        }
    }

    #[test]
    fn any_json_as_a_command_is_read_or_refused_in_one_line(json in any_json()) {
        if let Err(error) = Command::from_json(&json) {
            prop_assert_eq!(error.to_string().lines().count(), 1, "{}", error);
        }
    }

    #[test]
    fn any_number_ends_up_in_range_or_is_refused(index in 0..KNOBS.len(), value in any::<f64>()) {
        let mut settings = Settings::default();
        let note = settings.set_text(KNOBS[index].key, &value.to_string());
        prop_assert_eq!(note.is_err(), value.is_nan());
        within_ranges(&settings)?;
    }
}

/// What somebody might do to a maze lab, sense or nonsense.
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
            "draw:S.#|..G", "set:corr=0.6", "set:branching=0.8",
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
        let mut lab = Lab::from_link("lab=maze&size=5&t=12&seed=4").unwrap();
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
        let session = lab.maze().unwrap();
        let insight = session.activity().insight.unwrap();
        for row in &insight.attention {
            let sum: f32 = row.iter().sum();
            prop_assert!(row.iter().all(|v| v.is_finite()) && sum < 1.0001);
        }
        let mut again = Lab::from_link(&lab.link()).unwrap();
        again.settle();
        prop_assert_eq!(again.messages(), &[] as &[String], "{}", lab.link());
        prop_assert_eq!(again.state_hash(), lab.state_hash(), "{}", lab.link());
        // A walk of the transformer, and an attribution that was asked for, are in no link.
        if !commands.iter().any(|command| command == "attribute") {
            prop_assert_eq!(again.shown_hash(), lab.shown_hash(), "{}", lab.link());
        }
    }

    /// Everything was shown, then memories are edited, most of all the newest: what is shown is what the link gives.
    #[test]
    fn edits_after_everything_was_shown_are_shown_as_reopened(
        length in prop_oneof![3 => (1..4_usize).prop_map(|n| 20 * n), 1 => 1..60_usize],
        edits in prop::collection::vec((0..5_usize, 0.0..1.0_f64, any::<bool>()), 1..4),
    ) {
        let mut lab = Lab::from_link(&format!("lab=maze&size=4&seed=4&t={length}")).unwrap();
        lab.settle();
        for (verb, from, newest) in edits {
            let verb = ["delete", "delete", "corrupt", "unreward", "hide"][verb];
            let from = (from * length as f64) as usize;
            let last = if newest { length - 1 } else { from };
            lab.dispatch(format!("{verb}:{from}-{last}").parse().unwrap()).unwrap();
            lab.settle();
            let mut again = Lab::from_link(&lab.link()).unwrap();
            again.settle();
            prop_assert_eq!(again.state_hash(), lab.state_hash(), "{}", lab.link());
            prop_assert_eq!(again.shown_hash(), lab.shown_hash(), "{}", lab.link());
        }
    }

    /// Links from strangers.
    #[test]
    fn any_text_after_lab_maze_is_survived(text in "[a-z0-9=&;.|@#%S-]{0,80}") {
        if let Ok(mut lab) = Lab::from_link(&format!("lab=maze&t=3&{text}")) {
            lab.settle();
            prop_assert!(lab.messages().iter().all(|m| m.lines().count() == 1));
        }
    }
}
