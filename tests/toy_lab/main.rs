//! A lab from outside, in the window, on the command line, and as a page's script holds it. Nothing but its own file knows it.
#![cfg(all(not(target_arch = "wasm32"), feature = "app"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod tally;

use std::{env, process};

use chickadee::{
    app::{App, Options, PageEvent, views},
    cli,
    session::{Command, Workbench, registry},
};
use clap::Parser as _;
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use serde_json::{Value, json};

/// A page or a window with these options, as `mount()` takes them: every step as in `src/web/handle.rs`.
fn mount(options: &Value) -> Harness<'static, App> {
    registry::register(&tally::TALLY);
    views::register(&tally::VIEW);
    let (options, ignored) = Options::read(options.as_object().unwrap()).unwrap();
    let (lab, refused) = Workbench::from_link_or_first(&options.link);
    assert!(ignored.is_empty() && refused.is_none());
    let builder = Harness::builder().with_size([1200.0, 800.0]);
    let mut page = builder.build_eframe(move |cc| App::new(&cc.egui_ctx, lab, options));
    page.run_steps(5);
    page
}

/// Tally and sum.
fn state(page: &Harness<'_, App>) -> (Value, Value) {
    let report = page.state().lab().report();
    (report["n"].clone(), report["sum"].clone())
}

#[test]
fn a_script_holds_it() {
    let link = "#lab=tally&by=3&squares=maybe&by=2&colour=red";
    let mut page = mount(&json!({"link": link, "backend": "cpu"}));
    assert_eq!(page.state().lab().messages().len(), 2);
    for (command, n, sum) in [
        (json!("stroke"), 2, 3),
        (json!({"do": "set", "key": "by", "value": 4}), 2, 3),
        (json!({"do": "stroke"}), 6, 21),
        (json!({"do": "set", "key": "squares", "value": true}), 6, 91),
        (json!("undo"), 6, 21),
        (json!("undo"), 2, 3),
        (json!("undo"), 2, 3),
        (json!({"do": "redo"}), 2, 3),
        (json!("redo"), 6, 21),
        (json!("reset"), 0, 0),
        (json!("undo"), 6, 21),
    ] {
        let asked = Command::from_json(&command).unwrap();
        page.state_mut().dispatch(asked).unwrap();
        page.run_steps(2);
        assert_eq!(state(&page), (n.into(), sum.into()), "{command}");
        // Its link is the saved run.
        let mut again = Workbench::from_link(&page.state().lab().link()).unwrap();
        again.settle();
        assert_eq!(again.report(), page.state().lab().report(), "{command}");
        assert_eq!(again.shown_hash(), page.state().lab().shown_hash());
    }
    let events = page.state_mut().take_events().into_iter();
    let events: Vec<Value> = events
        .map(|event| serde_json::to_value(PageEvent::Lab(event)).unwrap())
        .collect();
    for expected in [
        json!({"type": "stroke", "to": 6}),
        json!({"type": "cleared"}),
    ] {
        assert!(events.contains(&expected), "{events:?}");
    }
    page.state_mut().lab_mut().open_link("three").unwrap();
    page.run_steps(2);
    let csv = page.state().lab().csv("").unwrap();
    assert!(csv.contains("\nsum,6\n"), "{csv}");
}

#[test]
fn the_window_has_its_button_its_panel_and_its_scenes() {
    let mut page = mount(&json!({"link": "lab=maze&t=3", "backend": "cpu"}));
    // Its button in the bar opens its first scene.
    for (label, n) in [("Tally", 3), ("stroke", 4), ("by", 4), ("stroke", 8)] {
        page.get_by_label(label).click();
        page.run_steps(3);
        assert_eq!(state(&page).0, n, "{label}");
    }
    assert!(page.query_by_label("8 strokes, 36").is_some());
    assert_eq!(page.state_mut().take_spoken().as_deref(), Some("8"));
    page.get_by_label("Undo: stroke").click();
    page.run_steps(3);
    assert!(page.query_by_label("4 strokes, 10").is_some());
    // The other plays by itself.
    let mut page = mount(&json!({"link": "scene=up", "backend": "cpu"}));
    for _ in 0..1000 {
        page.step();
        if state(&page).0.as_u64() > Some(9) {
            return;
        }
    }
    panic!("{:?}", state(&page));
}

#[test]
fn its_panel_and_its_controls_are_hidden_and_locked_by_name() {
    for (hide, lock, expected) in [
        (json!([]), json!(["by"]), [Some(true), Some(false)]),
        (json!("stroke,squares"), json!([]), [None, Some(true)]),
        (json!("strokes"), json!([]), [None, None]),
        (json!([]), json!("strokes"), [Some(false), Some(false)]),
    ] {
        let options = json!({"link": "three", "backend": "cpu", "hide": hide, "lock": lock});
        let page = mount(&options);
        let usable = |label| Some(!page.query_by_label(label)?.accesskit_node().is_disabled());
        assert_eq!(["stroke", "by"].map(usable), expected, "{options}");
        assert!(page.state().lab().messages().is_empty());
    }
}

/// `chickadee run`, in a process of its own whose output can be read.
#[test]
fn the_command_line_runs_it() {
    if let Ok(arguments) = env::var("TALLY") {
        registry::register(&tally::TALLY);
        let line = ["chickadee", "run"].into_iter().chain(arguments.split(' '));
        let task = cli::Arguments::parse_from(line).task.unwrap();
        assert_eq!(cli::perform(&task), process::ExitCode::SUCCESS);
        return;
    }
    let run = |arguments: &str| {
        let mut this = process::Command::new(env::current_exe().unwrap());
        let this = this.args(["--exact", "--nocapture", "the_command_line_runs_it"]);
        let output = this.env("TALLY", arguments).output().unwrap();
        assert!(output.status.success(), "{arguments}");
        String::from_utf8(output.stdout).unwrap()
    };
    let printed = run("up --steps 5 --json");
    let json = &printed[printed.find('{').unwrap()..=printed.rfind('}').unwrap()];
    let report: Value = serde_json::from_str(json).unwrap();
    assert_eq!((&report["n"], &report["sum"]), (&json!(2), &json!(3)));
    assert_eq!(report["link"], "lab=tally&n=2");
    let (table, csv) = (run("lab=tally&n=4"), run("three --csv"));
    assert!(
        table
            .lines()
            .any(|line| line.split_whitespace().eq(["sum", "10"]))
    );
    assert!(csv.contains("\nsum,6\n"), "{csv}");
}

#[test]
fn nothing_but_its_own_file_knows_it() {
    fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .flat_map(|path| match path.is_dir() {
                true => files(&path),
                false => vec![path],
            })
            .collect()
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "texts/languages", "web"] {
        let all = files(&root.join(folder));
        assert!(!all.is_empty());
        for file in all {
            let text = std::fs::read(&file).unwrap();
            let text = String::from_utf8_lossy(&text).to_lowercase();
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            assert!(words.all(|word| word != "tally"), "{}", file.display());
        }
    }
}
