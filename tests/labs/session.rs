//! What every lab has from its session: commands, links, the registry, and the workbench that any of them lies on.

use std::collections::BTreeSet;

use chickadee::session::{
    COMMON_EVENTS, Command, CommandError, LinkError, LinkPairs, Workbench,
    command::{self, COMMON},
    device::Backend,
    registry,
};
use serde_json::json;

fn open(link: &str) -> Workbench {
    let mut bench = Workbench::from_link(link).unwrap();
    bench.settle();
    bench
}

fn tell(bench: &mut Workbench, command: &str) -> Result<(), CommandError> {
    bench.dispatch(command.parse()?)?;
    bench.settle();
    Ok(())
}

const CACHING: &str = "lab=caching&units=150&places=24&seed=5&gain=0";
const MAZE: &str = "lab=maze&size=4&seed=4&t=10";

#[test]
fn text_and_command_are_the_same_thing() {
    for (text, expected) in [
        ("set:gain=0.5", Command::Set("gain".into(), "0.5".into())),
        ("play", Command::Play),
        ("pause", Command::Pause),
        ("step:5", Command::Step(5)),
        ("speed:2", Command::Speed(2.0)),
        ("reset", Command::Reset),
        ("undo", Command::Undo),
        ("redo", Command::Redo),
        ("scene:one-cache", Command::Scene("one-cache".into())),
        ("backend:gpu", Command::Backend(Backend::Gpu)),
        ("fly:20", Command::Lab("fly:20".into())),
    ] {
        let command: Command = text.parse().unwrap();
        assert_eq!(command, expected);
        assert_eq!(command.to_string(), text);
    }
    assert_eq!("step".parse(), Ok(Command::Step(1)));
}

#[test]
fn every_verb_is_read_as_text_and_as_an_object() {
    let labs = registry::labs();
    let verbs: Vec<_> = COMMON
        .iter()
        .chain(labs.iter().flat_map(|lab| lab.verbs))
        .collect();
    let names: BTreeSet<_> = verbs.iter().map(|verb| verb.name()).collect();
    assert!(names.len() > 20, "{names:?}");
    for verb in verbs {
        let command: Command = verb.example.parse().unwrap();
        let (name, argument) = command::split(verb.example);
        let mut object = json!({"do": name});
        match verb.fields {
            [] => object["to"] = argument.into(),
            fields => {
                let parts = argument.split(verb.joined_by);
                assert_eq!(parts.clone().count(), fields.len(), "{}", verb.example);
                parts
                    .zip(fields)
                    .for_each(|(part, field)| object[field] = part.into());
            }
        }
        assert_eq!(Command::from_json(&object), Ok(command), "{object}");
    }
}

#[test]
fn nonsense_gets_one_sentence() {
    for text in [
        "",
        "set:gain",
        "step:0",
        "step:1000001",
        "speed:inf",
        "speed:0",
        "backend:abacus",
        "two\nlines",
    ] {
        let error = text.parse::<Command>().unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    for json in [
        json!(42),
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!({"do": 7}),
        json!({"do": "step", "steps": "many"}),
    ] {
        let error = Command::from_json(&json).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{json}: {error}");
    }
}

#[test]
fn labs_and_scenes_have_names_of_their_own() {
    let unique = |names: Vec<&str>| {
        let found: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(found.len(), names.len(), "{names:?}");
    };
    let labs = registry::labs();
    assert_eq!(registry::first().name, "caching");
    unique(labs.iter().map(|lab| lab.name).collect());
    let scenes = registry::scenes();
    unique(scenes.iter().map(|(_, scene)| scene.name).collect());
    for lab in labs {
        assert_eq!(lab.settings.lab, lab.name);
        unique(lab.settings.rows.iter().map(|row| row.key).collect());
        for scene in lab.scenes {
            let pairs = LinkPairs::parse(scene.name).unwrap();
            assert_eq!((pairs.lab.name, pairs.messages.len()), (lab.name, 0));
            assert_eq!(pairs.scene.unwrap().name, scene.name);
            let verbs = scene.script.iter();
            verbs.for_each(|(_, text)| assert!(text.parse::<Command>().is_ok(), "{text}"));
        }
    }
    // Figures are made of many networks, of seeds from 1 on.
    let seeds = ["seed", "seeds"].map(|key| registry::settings(key).len());
    assert_eq!(seeds, [registry::labs().len() - 1, 1]);
    assert!(registry::settings("colour").is_empty());
}

#[test]
fn links_are_read_or_refused_with_one_sentence() {
    for (link, lab, messages) in [
        ("", "caching", 0),
        ("?lab=maze", "maze", 0),
        ("https://example.org/?x=1#lab=maze&t=3", "maze", 0),
        (" scene=shortcut ", "maze", 0),
        ("scene=nothing", "caching", 1),
        ("scene=%0Anothing&lab=maze", "maze", 1),
    ] {
        let pairs = LinkPairs::parse(link).unwrap();
        assert_eq!(pairs.lab.name, lab, "{link}");
        assert_eq!(pairs.messages.len(), messages, "{link}");
        assert!(pairs.messages.iter().all(|m| m.lines().count() == 1));
        assert_eq!(open(link).messages().len(), messages, "{link}");
    }
    let long = "a=1&".repeat(300_000);
    for (link, expected) in [
        ("lab=ocean", LinkError::UnknownLab("ocean".into())),
        ("hello", LinkError::NotALink("hello".into())),
        ("seed=%ff%fe", LinkError::Damaged("seed=��".into())),
        (&long, LinkError::TooLong(1_200_000)),
    ] {
        assert_eq!(expected.to_string().lines().count(), 1, "{expected}");
        assert_eq!(LinkPairs::parse(link).unwrap_err(), expected);
    }
    assert!(
        LinkError::UnknownLab("ocean".into())
            .to_string()
            .contains(&registry::names())
    );
}

/// A link of the same lab is a step of undo; one of another lab begins anew.
#[test]
fn links_and_scenes_open_their_labs() {
    let mut bench = open(CACHING);
    let before = bench.state_hash();
    assert_eq!(bench.undoable(), None);
    bench.open_link(&format!("{CACHING}&caches=7")).unwrap();
    bench.settle();
    assert_ne!(bench.state_hash(), before);
    tell(&mut bench, "undo").unwrap();
    assert_eq!(bench.state_hash(), before);

    let report = bench.open_link(&format!("{MAZE}&colour=red")).unwrap();
    assert_eq!(
        (bench.info().name, report.messages.len()),
        ("maze", 1),
        "{report:?}"
    );
    assert_eq!((bench.undoable(), bench.can_redo()), (None, false));
    for (scene, lab) in [("one-cache", "caching"), ("shortcut", "maze")] {
        tell(&mut bench, &format!("scene:{scene}")).unwrap();
        assert_eq!(
            (bench.info().name, bench.scene().unwrap().name),
            (lab, scene)
        );
    }
    // What cannot be read leaves everything as it is.
    let before = (bench.link(), bench.state_hash());
    for link in ["lab=ocean", "hello", "seed=%ff"] {
        assert!(bench.open_link(link).is_err());
    }
    let refused = tell(&mut bench, "scene:none").unwrap_err();
    assert_eq!(refused, CommandError::NoScene("none".into()));
    assert_eq!((bench.link(), bench.state_hash()), before);
}

#[test]
fn commands_that_are_not_the_labs_are_refused() {
    for (link, command, sentence) in [
        (CACHING, "goal:3", "the caching lab has no “goal:3”"),
        (MAZE, "fly:3", "the maze lab has no “fly:3”"),
        (MAZE, "scene:none", "there is no scene “none”"),
        (
            MAZE,
            "set:gain=1",
            "“gain” is not a setting of the maze lab",
        ),
        (CACHING, "backend:cpu", "a backend is chosen by a window"),
    ] {
        let mut bench = open(link);
        let before = (bench.link(), bench.state_hash());
        let error = tell(&mut bench, command).unwrap_err().to_string();
        assert!(error.starts_with(sentence), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert_eq!((bench.link(), bench.state_hash()), before);
        assert_eq!((bench.undoable(), bench.messages().len()), (None, 0));
    }
}

#[test]
fn files_open_the_lab_that_reads_them() {
    let mut bench = open(CACHING);
    let before = bench.link();
    for name in ["picture.png", "maze", "a\nb.txt.gz"] {
        let error = bench.open_file(name, b"S..").unwrap_err();
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains("safetensors") && error.contains("txt"));
    }
    assert_eq!(bench.link(), before);
    bench.open_file("own.TXT", b"S.#\n..G\n").unwrap();
    bench.settle();
    assert_eq!(bench.info().name, "maze");
    assert_eq!(bench.report()["states"], 5);
    let link = bench.link();
    assert!(bench.open_file("own.json", b"{}").is_err());
    assert!(bench.open_file("own.txt", b"\xff").is_err());
    assert!(bench.open_model("anything", b"nothing").is_err());
    assert_eq!(bench.link(), link);
    // A checkpoint is one whatever its name is, and a file that is refused changes nothing.
    let checkpoint = chickadee::built_in::checkpoint("gridworld-best").unwrap();
    bench.open_link(&before).unwrap();
    for name in ["own.txt", "own.json"] {
        assert!(bench.open_file(name, checkpoint).is_err());
        assert_eq!(
            (bench.info().name, bench.link()),
            ("caching", before.clone())
        );
        bench.open_model(name, checkpoint).unwrap();
        assert_eq!(bench.report()["model"]["own"], true);
        bench.open_link(&before).unwrap();
    }
}

/// What happened just before another lab was opened is told.
#[test]
fn events_are_told_after_another_lab_was_opened() {
    let mut bench = open(CACHING);
    tell(&mut bench, "reset").unwrap();
    bench.open_link(MAZE).unwrap();
    tell(&mut bench, "undo").unwrap();
    tell(&mut bench, "reset").unwrap();
    let events = bench.take_events();
    let cleared = events.iter().filter(|e| e.json["type"] == "cleared");
    assert_eq!(cleared.count(), 2, "{events:?}");
}

/// A lab whose link is longer than links may be is found as it was left all the same.
#[test]
fn a_lab_with_too_long_a_link_is_found_as_it_was_left() {
    let mut bench = open("lab=maze&size=4&seed=4&t=1600");
    let odd = (0..1600).step_by(2).map(|n| n.to_string());
    let odd = odd.collect::<Vec<_>>().join(".");
    for edit in ["unreward", "corrupt"] {
        for _ in 0..10 {
            tell(&mut bench, &format!("{edit}:{odd}")).unwrap();
            tell(&mut bench, &format!("restore:{odd}")).unwrap();
        }
    }
    let left = bench.link();
    assert!(Workbench::from_link(&left).is_err(), "{}", left.len());
    bench.open_link(CACHING).unwrap();
    let maze = registry::lab("maze").unwrap();
    let way = bench.way_to(maze).unwrap().to_owned();
    bench.open_link(&way).unwrap();
    assert!(bench.link() == left, "{}", bench.link().len());
}

/// Every event has a type that is in the lists, which the README and the types for JavaScript are made from.
#[test]
fn events_are_of_the_types_in_the_lists() {
    for (link, commands, expected) in [
        (
            CACHING,
            [
                "fly:3",
                "cache",
                "check",
                "set:div=1000",
                "reset",
                "undo",
                "redo",
            ],
            [
                "cached", "recalled", "message", "cleared", "undone", "redone",
            ]
            .as_slice(),
        ),
        (
            MAZE,
            [
                "step:200",
                "goal:2",
                "step:30",
                "set:size=1000",
                "reset",
                "undo",
                "redo",
            ],
            &["rewarded", "message", "cleared", "undone", "redone"],
        ),
    ] {
        let mut bench = open(link);
        for command in commands {
            tell(&mut bench, command).unwrap();
        }
        let known: Vec<&str> = COMMON_EVENTS
            .iter()
            .chain(bench.info().events)
            .map(|event| event.name)
            .collect();
        let events = bench.take_events();
        let types: Vec<&str> = events
            .iter()
            .map(|event| event.json["type"].as_str().unwrap())
            .collect();
        assert!(types.iter().all(|name| known.contains(name)), "{types:?}");
        assert!(
            expected.iter().all(|name| types.contains(name)),
            "{types:?}"
        );
        let messages: Vec<_> = events.iter().filter_map(|e| e.message.clone()).collect();
        assert_eq!(messages, bench.messages());
        assert!(bench.take_events().is_empty());
    }
}

/// A scene acts by itself until a command changes the lab.
#[test]
fn a_command_takes_the_controls_from_a_scene() {
    let scripted: Vec<&str> = registry::scenes()
        .into_iter()
        .filter(|(_, scene)| !scene.script.is_empty())
        .map(|(_, scene)| scene.name)
        .collect();
    assert!(scripted.len() > 2, "{scripted:?}");
    for name in scripted {
        let mut bench = Workbench::from_link(name).unwrap();
        assert!(bench.is_scripted() && bench.is_playing(), "{name}");
        for harmless in [Command::Pause, Command::Speed(2.0), Command::Play] {
            bench.dispatch(harmless).unwrap();
            assert!(bench.is_scripted(), "{name}");
        }
        let mut released = Workbench::from_link(name).unwrap();
        released.release_control();
        assert!(!released.is_scripted(), "{name}");
        let key = bench.info().settings.rows[0].key;
        let value = bench.values().text(0);
        bench.dispatch(Command::Set(key.to_owned(), value)).unwrap();
        assert!(!bench.is_scripted(), "{name}");
    }
}

/// A look at another lab costs nothing: the way back leads to what was there, bit for bit, also after a file that another lab reads.
#[test]
fn labs_are_found_as_they_were_left() {
    let mut bench = open(CACHING);
    tell(&mut bench, "cache").unwrap();
    tell(&mut bench, "fly:7").unwrap();
    let caching = (bench.link(), bench.state_hash());
    let way = |bench: &Workbench, name: &str| {
        let lab = registry::lab(name).unwrap();
        bench.way_to(lab).unwrap().to_owned()
    };
    // Never seen: its first scene.
    let first = registry::lab("maze").unwrap().scenes[0].name;
    assert_eq!(way(&bench, "maze"), first);
    bench.open_link(MAZE).unwrap();
    bench.settle();
    tell(&mut bench, "goto:3").unwrap();
    let maze = (bench.link(), bench.state_hash());
    for (name, (link, hash)) in [("caching", &caching), ("maze", &maze)] {
        assert_eq!(&way(&bench, name), link);
        bench.open_link(&way(&bench, name)).unwrap();
        bench.settle();
        assert_eq!((&bench.link(), bench.state_hash()), (link, *hash));
    }
    bench.open_link(&way(&bench, "caching")).unwrap();
    bench.settle();
    // A file for another lab.
    let drawn = b"S.#\n...\n#.G\n";
    bench.open_file("mine.txt", drawn).unwrap();
    bench.settle();
    assert_eq!(bench.info().name, "maze");
    assert_eq!(way(&bench, "caching"), caching.0);
}

/// Undo goes on where it was before another lab was looked at; of a lab that another link leads back to, it leads to that first.
#[test]
fn undo_is_still_there_after_another_lab() {
    let mut bench = open(CACHING);
    tell(&mut bench, "set:search=0.3").unwrap();
    let one = bench.state_hash();
    tell(&mut bench, "set:gain=0.5").unwrap();
    let (two, left) = (bench.state_hash(), bench.link());
    let undoable = bench.undoable().unwrap().to_owned();
    bench.open_link(MAZE).unwrap();
    bench.open_link(&left).unwrap();
    bench.settle();
    assert_eq!(bench.undoable(), Some(&*undoable));
    let other = "lab=caching&units=150&places=24&seed=9&gain=0";
    bench.open_link(MAZE).unwrap();
    bench.open_link(other).unwrap();
    tell(&mut bench, "undo").unwrap();
    assert_eq!((bench.state_hash(), bench.link()), (two, left));
    while bench.state_hash() != one {
        assert!(bench.undoable().is_some());
        tell(&mut bench, "undo").unwrap();
    }
    while bench.can_redo() {
        tell(&mut bench, "redo").unwrap();
    }
    assert_eq!(bench.state_hash(), open(other).state_hash());
}

/// What was taken back is still among the events, and so is the taking back.
#[test]
fn undo_and_redo_are_events() {
    let mut bench = open(CACHING);
    tell(&mut bench, "cache").unwrap();
    let change = bench.undoable().unwrap().to_owned();
    for command in ["undo", "redo", "redo"] {
        tell(&mut bench, command).unwrap();
    }
    let events = bench.take_events();
    let told = events.iter().map(|event| &event.json);
    let told: Vec<_> = told.filter(|json| json["change"] == *change).collect();
    assert_eq!(told.len(), 2, "{events:?}");
    assert_eq!(
        (&told[0]["type"], &told[1]["type"]),
        (&"undone".into(), &"redone".into())
    );
    let table = bench.csv("events").unwrap();
    assert!(table.contains(",undone,"), "{table}");
}

/// The table of events belongs to its link: what another link did is not in it.
#[test]
fn events_are_those_since_the_link() {
    let links = [
        format!("{CACHING}&caches=3,9"),
        "lab=caching&units=150&places=24&seed=3&gain=0&caches=12".to_owned(),
    ];
    let mut bench = open(&links[0]);
    bench.open_link(&links[1]).unwrap();
    bench.settle();
    let fresh = open(&links[1]);
    assert_eq!(bench.csv("events"), fresh.csv("events"));
    assert!(fresh.csv("events").unwrap().lines().count() > 1);
    assert_eq!(bench.tick(), fresh.tick());
}

/// Time passes in steps, as many as were asked for and no more, and stands still otherwise.
#[test]
fn steps_are_counted() {
    let visit = CACHING.replace("gain=0", "gain=1&at=9&t=0");
    for link in [&visit, MAZE] {
        let mut bench = open(link);
        bench.dispatch(Command::Pause).unwrap();
        let start = bench.tick();
        assert_eq!(bench.advance(100, &mut || true), 0, "{link}");
        for steps in [1, 7] {
            let before = bench.tick();
            bench.dispatch(Command::Step(steps)).unwrap();
            assert!(bench.is_busy(), "{link}");
            assert_eq!(bench.advance(3, &mut || true), steps.min(3), "{link}");
            bench.settle();
            assert_eq!(bench.tick(), before + steps as u64, "{link}");
            assert!(!bench.is_playing() && !bench.is_busy(), "{link}");
        }
        assert_eq!(bench.tick(), start + 8, "{link}");
    }
}

/// Without autoplay nothing acts by itself, and what is asked for happens all the same.
#[test]
fn a_lab_that_was_taken_over_does_what_it_is_asked() {
    let forages = format!("{CACHING}&forage=on");
    for (link, commands) in [(&*forages, ["fly:9", "cache"]), (MAZE, ["act:1", "step:3"])] {
        let mut bench = Workbench::from_link(link).unwrap();
        bench.dispatch(Command::Play).unwrap();
        bench.release_control();
        bench.settle();
        assert!(!bench.is_live(), "{link}");
        // What the link asked for is kept, and waits for Play.
        assert_eq!(bench.link().contains("forage=on"), link == forages);
        let before = (bench.link(), bench.state_hash());
        bench.advance(500, &mut || true);
        assert_eq!((bench.link(), bench.state_hash()), before);
        for command in commands {
            let before = bench.state_hash();
            bench.dispatch(command.parse().unwrap()).unwrap();
            bench.advance(500, &mut || true);
            assert!(!bench.is_live(), "{command}");
            assert_ne!(bench.state_hash(), before, "{command}");
        }
    }
}
