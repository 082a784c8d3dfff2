//! The types in `web/chickadee.d.ts`, held against the program.
#![cfg(feature = "app")]

use chickadee::{
    app::{OPTIONS, OptionKind, events},
    session::Workbench,
};

const TYPES: &str = include_str!("../web/chickadee.d.ts");

/// The options as TypeScript.
fn options() -> String {
    let mut text = String::from(
        "/** How a lab is shown. The same words work in the query of the page, `?theme=light&ui=min`, and as attributes of\n \
         * `<chickadee-lab>`. One line for each row of src/app/options.rs. */\nexport interface LabOptions {\n",
    );
    for info in &OPTIONS {
        let takes = match info.kind {
            OptionKind::Link(_) | OptionKind::Address(_) => "string".to_owned(),
            OptionKind::Switch(_) => "boolean | 'on' | 'off' | '1' | '0'".to_owned(),
            OptionKind::Names(_) => "string | string[]".to_owned(),
            OptionKind::Count(_) => "'auto' | number | `${number}`".to_owned(),
            OptionKind::Choice(values, _) => {
                let quoted: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
                quoted.join(" | ")
            }
        };
        text += &format!("  /** {} */\n  {}?: {takes};\n", info.help, info.key);
    }
    text + "}\n"
}

/// The types of events as TypeScript.
fn event_types() -> String {
    let mut text = String::from(
        "/** Events of a lab. One line for each row of src/app/page_events.rs. */\nexport type EventType =",
    );
    for info in events() {
        text += &format!("\n  /** {} */\n  | '{}'", info.help, info.name);
    }
    text + ";\n"
}

#[test]
fn options_and_events_are_those_of_the_program() {
    for expected in [options(), event_types()] {
        assert!(
            TYPES.contains(&expected),
            "web/chickadee.d.ts should contain:\n\n{expected}"
        );
    }
}

/// The names of the fields of an interface.
fn fields(interface: &str) -> Vec<&'static str> {
    let start = TYPES
        .find(&format!("interface {interface} "))
        .unwrap_or_else(|| panic!("no interface {interface}"));
    let end = TYPES[start..].find("\n}").expect("an end") + start;
    let lines = TYPES[start..end].lines().skip(1);
    lines
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.trim_end_matches('?'))
        .collect()
}

#[test]
fn states_have_the_fields_that_are_promised() {
    for (link, interface) in [
        ("lab=caching&units=100&places=24", "CachingState"),
        ("lab=maze&task=gridworld&t=3", "MazeState"),
        ("lab=bridge&units=100&places=24", "BridgeState"),
        ("lab=figures&figure=4e&units=200", "FiguresState"),
    ] {
        let report = Workbench::from_link(link).expect("a lab").report();
        let mut given: Vec<&str> = report
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        given.push("backend"); // the page adds it
        let mut promised = [fields("CommonState"), fields(interface)].concat();
        given.sort_unstable();
        promised.sort_unstable();
        assert_eq!(promised, given, "{interface}");
    }
}

/// The attributes of `<chickadee-lab>` are every option but the one that is not for elements, and where the files are.
#[test]
fn every_option_is_an_attribute() {
    let script = include_str!("../web/options.js");
    let (_, list) = script.split_once("ATTRIBUTES = [").expect("a list");
    let (list, _) = list.split_once(']').expect("an end");
    let mut attributes: Vec<&str> = list.split('\'').skip(1).step_by(2).collect();
    let mut expected: Vec<&str> = OPTIONS.iter().map(|info| info.key).collect();
    expected.retain(|key| *key != "page");
    expected.push("assets");
    attributes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(attributes, expected);
}

/// Every checkpoint that comes with Chickadee has its address in the one form that bundlers find.
#[test]
fn every_checkpoint_has_an_address() {
    let script = include_str!("../web/assets.js");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/models");
    for entry in std::fs::read_dir(folder).expect("the checkpoints") {
        let name = entry.expect("a file").file_name();
        let name = name.to_string_lossy();
        let line = format!("'{name}': new URL('../assets/models/{name}', import.meta.url)");
        assert!(script.contains(&line), "web/assets.js lacks {line}");
    }
}
