//! The maze lab in the page.

use std::process::Command;

use chickadee::built_in;
use chickadee::labs::maze::SCENES;
use serde_json::{Value, json};

use super::page::{Page, Tier, is_one_sentence};

in_both_tiers!(
    the_maze_has_the_hash_of_the_command_line,
    every_scene_of_the_maze_plays,
    the_context_is_scrubbed_and_memories_are_edited,
    own_checkpoints_are_opened_and_broken_ones_explained,
    the_maze_on_a_phone,
);

/// Without a walker: what happens is what the test does.
const STILL: &str = "?autoplay=0&backend=cpu";

/// The state of a link as the command line has it.
pub fn native(link: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_chickadee"))
        .args(["run", link, "--json"])
        .output()
        .expect("the program starts");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The same with every number as one: JavaScript writes 1 for 1.0.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(list) => list.iter().map(plain).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| (key.clone(), plain(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// Bit for bit: state hash, policy field and attention row.
fn the_maze_has_the_hash_of_the_command_line(tier: Tier) {
    let page = Page::open(tier, STILL);
    page.ready();
    for link in [
        "lab=maze&task=gridworld&seed=7&t=120",
        "lab=maze&task=tree&seed=3&t=300&ask=0",
        "lab=maze&task=tree&seed=3&t=300&decode=on&pattern=on&compare=on",
        // Weights that a page has to fetch once they are chosen: what was there before is of another task.
        "lab=maze&task=gridworld&seed=7&weights=faithful&t=60",
    ] {
        page.run(&format!(
            "chickadee.setState('{link}'); await chickadee.settled();"
        ));
        let (state, native) = (page.state(), native(link));
        for key in [
            "state_hash",
            "link",
            "policy",
            "attention",
            "correct",
            "return",
            "alignment",
        ] {
            assert_eq!(plain(&state[key]), plain(&native[key]), "{key} of {link}");
        }
    }
    page.shows_a_picture("maze");
    page.quiet();
}

fn every_scene_of_the_maze_plays(tier: Tier) {
    let page = Page::open(tier, "");
    page.ready();
    for scene in &SCENES {
        let name = scene.name;
        page.run(&format!("chickadee.command('scene:{name}');"));
        page.wait_for(
            name,
            &format!("chickadee.state().scene === '{name}' && chickadee.state().policy.length > 0"),
        );
        // The script is at work: something changes by itself.
        page.run("window.before = chickadee.state().state_hash;");
        page.wait_for(name, "chickadee.state().state_hash !== before");
        page.run("chickadee.command('pause')");
        page.shows_a_picture(&format!("scene-{name}"));
    }
    page.quiet();
}

fn the_context_is_scrubbed_and_memories_are_edited(tier: Tier) {
    let link = "lab=maze&task=gridworld&seed=50&t=23&ask=20";
    let page = Page::open(tier, &format!("{STILL}#{link}"));
    page.ready();
    page.run("await chickadee.settled(); chickadee.canvas.focus();");
    let begin = page.state();
    assert!(begin["return"].as_f64() > Some(0.9), "{}", begin["return"]);
    let told = |command: &str| {
        page.run(&format!(
            "chickadee.command('{command}'); await chickadee.settled();"
        ));
        page.state()
    };
    let before = told("look:22");
    assert!(
        before["return"].as_f64() < Some(0.5),
        "{}",
        before["return"]
    );
    assert_eq!(told("look:end")["state_hash"], begin["state_hash"]);
    let masked = told("hide:goal@1.2.3");
    assert_ne!(masked["policy"], begin["policy"]);
    let restored = told("restore:all");
    assert_eq!(restored["policy"], begin["policy"]);
    let walked = {
        page.press("ArrowUp");
        page.run("await chickadee.settled();");
        page.state()
    };
    assert_eq!(walked["t"], json!(24), "an arrow key is a step");
    assert_eq!(told("undo")["t"], json!(23));
    page.shows_a_picture("maze-edited");
    page.quiet();
}

fn own_checkpoints_are_opened_and_broken_ones_explained(tier: Tier) {
    let page = Page::open(
        tier,
        &format!("{STILL}#lab=maze&task=gridworld&seed=7&t=40"),
    );
    page.ready();
    page.run("await chickadee.settled();");
    let hash = page.state()["state_hash"].clone();
    for call in [
        "await chickadee.openModel(new Uint8Array(7))",
        "await chickadee.openModel(new Uint8Array(1 << 16).fill(255))",
        "await chickadee.openModel('assets/models/nosuch.safetensors')",
        "await chickadee.openModel('index.html')",
    ] {
        let error = page.js(&format!("return {call}")).expect_err(call);
        is_one_sentence(call, &error);
        assert_eq!(page.state()["state_hash"], hash, "intact after {call}");
    }
    page.run(
        "await chickadee.openModel('assets/models/tree-small.safetensors', 'mine');
         await chickadee.settled();",
    );
    let state = page.state();
    assert_eq!(
        (&state["task"], &state["model"]["own"]),
        (&json!("tree"), &json!(true))
    );
    assert!(built_in::TREE.len() > 1_000_000);
    page.shows_a_picture("maze-own");
    // The one failed address is an error on the console, and the only one.
    assert!(
        page.console().iter().all(|line| line.contains("404")),
        "{:?}",
        page.console()
    );
}

fn the_maze_on_a_phone(tier: Tier) {
    let page = Page::open_sized(
        tier,
        &format!("{STILL}#lab=maze&task=tree&seed=3&t=200"),
        390,
        844,
    );
    page.ready();
    page.run("await chickadee.settled();");
    page.shows_a_picture("maze-phone");
    page.quiet();
}
