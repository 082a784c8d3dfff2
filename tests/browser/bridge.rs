//! The bridge lab in the page.

use chickadee::labs::bridge::SCENES;
use serde_json::json;

use super::{
    maze::native,
    page::{Page, Tier, is_one_sentence},
};

in_both_tiers!(
    the_bridge_has_the_hash_of_the_command_line,
    every_scene_of_the_bridge_plays,
    the_keyboard_alone_asks_stores_and_chooses,
    memories_are_taken_out_and_keys_are_chosen,
    the_bridge_on_a_phone,
);

/// Everything on the CPU: the same bits as on the command line.
const STILL: &str = "?autoplay=0&backend=cpu";

/// Bit for bit: memories, answers, and every experiment.
fn the_bridge_has_the_hash_of_the_command_line(tier: Tier) {
    let page = Page::open(tier, STILL);
    page.ready();
    for link in [
        "lab=bridge&units=300&places=50&capacity=on&search=0.4&caches=10,25&at=12",
        "lab=bridge&units=256&places=49&world=arena&study=near&caches=10,31&removed=0&at=11",
        "lab=bridge&units=200&places=32&keys=random&keysize=64&correlation=0.8&study=keys&caches=5,6&at=5",
        "lab=bridge&units=150&places=24&study=map&caches=5,15&at=5",
    ] {
        page.run(&format!(
            "chickadee.setState('{link}'); await chickadee.settled();"
        ));
        let (state, native) = (page.state(), native(link));
        for key in ["state_hash", "shown_hash", "link", "messages"] {
            assert_eq!(state[key], native[key], "{key} of {link}");
        }
        assert_eq!(state["lookups"].as_array().map(Vec::len), Some(5));
    }
    page.shows_a_picture("bridge");
    page.quiet();
}

fn every_scene_of_the_bridge_plays(tier: Tier) {
    let page = Page::open(tier, "?backend=cpu");
    page.ready();
    for scene in &SCENES {
        let name = scene.name;
        page.run(&format!("chickadee.command('scene:{name}');"));
        // The table stands before experiments are through, which take longer than a test should.
        page.wait_for(
            name,
            &format!(
                "chickadee.state().scene === '{name}' && chickadee.state().table.length === 5"
            ),
        );
        page.shows_a_picture(&format!("scene-{name}"));
    }
    page.quiet();
}

fn the_keyboard_alone_asks_stores_and_chooses(tier: Tier) {
    let link = "lab=bridge&units=200&places=40&caches=20&at=20";
    let page = Page::open(tier, &format!("{STILL}#{link}"));
    page.ready();
    page.run("await chickadee.settled(); chickadee.canvas.focus();");
    for (key, expected) in [
        ("ArrowRight", json!([21, 1, "capacity"])),
        ("d", json!([22, 1, "capacity"])),
        ("c", json!([22, 2, "capacity"])),
        ("e", json!([22, 2, "keys"])),
    ] {
        page.press(key);
        page.run("await chickadee.settled();");
        let state = page.state();
        let slots = state["slots"].as_array().map_or(0, Vec::len);
        let found = json!([state["at"], slots, state["study"]]);
        assert_eq!(found, expected, "after {key}");
    }
    page.press("l");
    page.run("await chickadee.settled();");
    let link = page.state()["link"].as_str().unwrap_or_default().to_owned();
    assert!(link.contains("lookup=content-softmax"), "{link}");
    assert_eq!(page.state()["gains"].as_array().map(Vec::len), Some(13));
    page.shows_a_picture("bridge-keyboard");
    page.quiet();
}

fn memories_are_taken_out_and_keys_are_chosen(tier: Tier) {
    let link = "lab=bridge&units=200&places=40&clean=on&caches=10,20,30&at=20";
    let page = Page::open(tier, &format!("{STILL}#{link}"));
    page.ready();
    page.run("await chickadee.settled();");
    let begin = page.state();
    let told = |command: &str| {
        page.run(&format!(
            "chickadee.command('{command}'); await chickadee.settled();"
        ));
        page.state()
    };
    let without = told("remove:1");
    assert_eq!(without["lookups"][4]["weights"][1], json!(0));
    assert_eq!(told("undo")["shown_hash"], begin["shown_hash"]);
    let random = told("set:keys=random");
    assert_eq!(random["keys"]["kind"], "random");
    // A random key is its own query.
    let own = random["lookups"][2]["weights"][1].as_f64();
    assert!(own.is_some_and(|own| (own - 1.0).abs() < 1e-6), "{own:?}");
    assert_eq!(random["lookups"][4], begin["lookups"][4], "the network");
    for call in [
        "chickadee.command('remove:9')",
        "chickadee.command('fly:40')",
        "chickadee.command('set:keys=learned')",
    ] {
        let error = page.js(&format!("return {call}")).expect_err(call);
        is_one_sentence(call, &error);
    }
    assert!(page.js("return chickadee.exportCsv()").is_ok_and(|csv| {
        csv.as_str()
            .is_some_and(|csv| csv.contains("lookup,place,total_weight,answer_place,weight_0"))
    }));
    page.shows_a_picture("bridge-random-keys");
    page.quiet();
}

fn the_bridge_on_a_phone(tier: Tier) {
    let link = "lab=bridge&units=300&lookup=network&caches=20,35,70&at=39";
    let page = Page::open_sized(tier, &format!("{STILL}#{link}"), 390, 844);
    page.ready();
    page.run("await chickadee.settled();");
    page.shows_a_picture("bridge-phone");
    page.quiet();
}
