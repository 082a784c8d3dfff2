//! The bridge lab with the transformer: its memories as the slots of one head.

use chickadee::session::{Command, Received, Workbench};
use proptest::prelude::*;
use serde_json::Value;

use crate::{
    cases,
    reopening::{BEFORE, try_edit},
};

/// Small, where the network beside it does not matter.
const SMALL: &str = "lab=bridge&units=100&places=16&transformer=on";

fn settled(link: &str) -> Workbench {
    let mut lab = Workbench::from_link(link).unwrap();
    lab.settle();
    assert!(!lab.is_busy(), "{link}");
    lab
}

fn transformer(settings: &str) -> Value {
    settled(&format!("{SMALL}{settings}")).report()["transformer"].clone()
}

fn reading(transformer: &Value, keys: usize) -> &Value {
    &transformer["readings"][keys]
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

/// What the scene says, in numbers.
#[test]
fn the_scene_shows_what_its_sentence_says() {
    let mut lab = settled("lab=bridge&scene=transformers-slots");
    let found = lab.report()["transformer"].clone();
    let returned = |found: &Value, keys| reading(found, keys)["return_greedy"].as_f64().unwrap();
    let memories = found["memories"].as_array().unwrap();
    assert_eq!(memories.len(), 40);
    assert_eq!(found["query"], found["goal"]);
    // It reads the two rewarded steps that ended at the goal, and stays.
    let learned = reading(&found, 0);
    let rewarded: f64 = numbers(&learned["weights"])
        .iter()
        .zip(memories)
        .filter(|(_, memory)| memory["reward"].as_f64().unwrap() > 0.0)
        .inspect(|(_, memory)| assert_eq!(memory["next"], found["goal"]))
        .map(|(weight, _)| weight)
        .sum();
    assert!(rewarded > 0.95, "{rewarded}");
    let effective = learned["effective"].as_f64().unwrap();
    assert!((1.9..2.6).contains(&effective), "{effective}");
    assert_eq!(
        found["actions"][learned["action"].as_u64().unwrap() as usize],
        "stay"
    );
    assert_eq!(returned(&found, 0), 1.0);
    // Keys of where steps began find others: the agent goes away, and the return halves.
    for keys in [1, 2] {
        assert_ne!(reading(&found, keys)["action"], learned["action"]);
        assert!((0.4..0.55).contains(&returned(&found, keys)), "{found:#}");
        assert!(reading(&found, keys)["cosine"].as_f64().unwrap() < 0.3);
    }
    // A barcode finds one memory.
    assert!(reading(&found, 1)["effective"].as_f64().unwrap() < 1.1);
    // Keys of where they ended restore it.
    lab.dispatch("set:match=ended".parse().unwrap()).unwrap();
    lab.settle();
    let found = lab.report()["transformer"].clone();
    for keys in [1, 2] {
        assert_eq!(returned(&found, keys), 1.0);
        assert_eq!(
            reading(&found, keys)["action"],
            reading(&found, 0)["action"]
        );
    }
}

/// With learned keys it is the network of the maze lab, whatever head is looked at.
#[test]
fn learned_keys_are_the_maze_lab() {
    let maze = settled("lab=maze&seed=13&t=40&temp=1").report();
    let greedy = settled("lab=maze&seed=13&t=40").report();
    for (layer, head, query) in [(1, 2, 12), (2, 4, 0), (3, 1, 24)] {
        let found = transformer(&format!("&layer={layer}&head={head}&query={query}"));
        let learned = reading(&found, 0);
        assert_eq!(
            numbers(&learned["policy"]),
            numbers(&maze["policy"][query]),
            "{layer} {head}"
        );
        assert_eq!(learned["return_drawn"], maze["return"]);
        assert_eq!(learned["return_greedy"], greedy["return"]);
        assert_eq!(found["goal"], maze["goal"]);
        let pairs = found["memories"].as_array().unwrap().iter();
        for (slot, memory) in pairs.zip(maze["memories"].as_array().unwrap()) {
            for key in ["state", "action", "next", "reward"] {
                assert_eq!(slot[key], memory[key]);
            }
        }
        let link = format!("lab=maze&seed=13&t=40&layer={layer}&head={head}&ask={query}");
        let attention = settled(&link).report()["attention"]["row"].clone();
        let weights = numbers(&learned["weights"]);
        for (weight, attention) in weights.iter().zip(numbers(&attention)) {
            assert!((weight - attention).abs() < 1e-6, "{layer} {head} {query}");
        }
    }
}

/// A memory does not know those behind it: without the last one everything is as if it had never been.
#[test]
fn a_memory_that_is_not_there_was_never_stored() {
    let mut lab = settled(&format!("{SMALL}&memories=41"));
    let before = lab.report()["transformer"].clone();
    lab.dispatch("set:memories=40".parse::<Command>().unwrap())
        .unwrap();
    lab.settle();
    let never = settled(&format!("{SMALL}&memories=40"));
    assert_eq!(lab.report()["transformer"], never.report()["transformer"]);
    assert_eq!(lab.shown_hash(), never.shown_hash());
    let never = never.report()["transformer"].clone();
    for what in ["keys", "values", "memories"] {
        let kept = &before[what].as_array().unwrap()[..40];
        assert_eq!(kept, never[what].as_array().unwrap().as_slice(), "{what}");
    }
}

/// Nothing of it is there while it is not asked for.
#[test]
fn without_the_transformer_nothing_is_as_it_was_not() {
    let lab = settled("lab=bridge&units=100&places=16&caches=3&at=3");
    assert_eq!(lab.report()["transformer"], Value::Null);
    assert_eq!(lab.wanted_file(), None);
    let mut with = settled(&format!("{SMALL}&caches=3&at=3"));
    assert_ne!(with.shown_hash(), lab.shown_hash());
    with.dispatch("set:transformer=off".parse().unwrap())
        .unwrap();
    with.settle();
    assert_eq!(with.shown_hash(), lab.shown_hash());
    assert_eq!(with.report()["transformer"], Value::Null);
}

/// A page has to fetch the weights: until they have come the lab wants them, and is busy.
#[test]
fn weights_that_are_brought_are_those_that_are_built_in() {
    let mut lab = Workbench::from_link(SMALL).unwrap();
    assert_eq!(lab.wanted_file(), Some("gridworld-small"));
    assert!(lab.is_busy());
    lab.receive(Received::Fraction(0.5)).unwrap();
    let error = lab.receive(Received::All(b"no checkpoint")).unwrap_err();
    assert_eq!(error.lines().count(), 1);
    assert_eq!(lab.wanted_file(), Some("gridworld-small"));
    let bytes = std::fs::read("assets/models/gridworld-small.safetensors").unwrap();
    lab.receive(Received::All(&bytes)).unwrap();
    assert_eq!(lab.wanted_file(), None);
    lab.settle();
    assert_eq!(lab.shown_hash(), settled(SMALL).shown_hash());
    // Where they cannot be had the lab says so, and waits no longer.
    let mut lab = Workbench::from_link(SMALL).unwrap();
    lab.receive(Received::Failed("there is no network"))
        .unwrap();
    assert_eq!(lab.messages(), ["there is no network"]);
}

/// Hashes of links from before the transformer joined in.
#[test]
fn links_from_before_keep_their_hash() {
    for (link, state, shown) in [
        (
            "lab=bridge&units=300&caches=20,35,70&at=35",
            "a1be5ecadcb917fa",
            "1aa9d44d813e86fd",
        ),
        (
            "lab=bridge&search=0.4&keygain=0.5&damage=0.2&clean=on&units=200&caches=20,35&removed=1&at=7",
            "b1de4f04e4944302",
            "70ce0c633f918c00",
        ),
        (
            "lab=bridge&lookup=network&softmax=4&capacity=on&units=200&places=30&seed=3&at=0",
            "494411ac1b05e7b1",
            "936dc9f35a205b6c",
        ),
    ] {
        let report = settled(link).report();
        assert_eq!(report["state_hash"], state, "{link}");
        assert_eq!(report["shown_hash"], shown, "{link}");
    }
}

#[test]
fn what_is_shown_follows_from_what_is_there() {
    for before in BEFORE {
        for command in [
            "set:layer=3",
            "set:head=4",
            "set:query=7",
            "set:task=2",
            "set:memories=5",
            "set:memories=50",
            "set:match=ended",
            "set:softmax=4",
            "set:transformer=off",
            "fly:3",
        ] {
            try_edit(&format!("{SMALL}&caches=3"), before, &[command], &[]);
        }
    }
}

proptest! {
    #![proptest_config(cases(16))]

    /// Weights sum to one, and replaced keys leave the query's own share as it was.
    #[test]
    fn weights_sum_to_one_with_any_keys(
        task in 0..200_u32,
        memories in 1..90_usize,
        layer in 1..4_usize,
        head in 1..5_usize,
        query in 0..25_usize,
        beta in 0.0..60.0_f64,
        ended in any::<bool>(),
    ) {
        let by = if ended { "ended" } else { "began" };
        let found = transformer(&format!(
            "&task={task}&memories={memories}&layer={layer}&head={head}&query={query}&softmax={beta}&match={by}"
        ));
        let own = reading(&found, 0)["own"].as_f64().unwrap();
        for keys in 0..3 {
            let reading = reading(&found, keys);
            let weights = numbers(&reading["weights"]);
            prop_assert_eq!(weights.len(), memories);
            let total: f64 = weights.iter().sum::<f64>() + reading["own"].as_f64().unwrap();
            prop_assert!((total - 1.0).abs() < 1e-4, "{}", total);
            prop_assert!((reading["own"].as_f64().unwrap() - own).abs() < 1e-4);
            let effective = reading["effective"].as_f64().unwrap();
            prop_assert!(effective > 0.999 && effective < memories as f64 + 1e-3);
            let policy: f64 = numbers(&reading["policy"]).iter().sum();
            prop_assert!((policy - 1.0).abs() < 1e-5);
        }
        // Without a memory of the state the barcode query is silent, and a soft-max reads all alike.
        let state = if ended { "next" } else { "state" };
        let there = found["memories"].as_array().unwrap().iter();
        if there.filter(|memory| memory[state] == query as u64).count() == 0 {
            let effective = reading(&found, 1)["effective"].as_f64().unwrap();
            prop_assert!((effective - memories as f64).abs() < 1e-3 * memories as f64);
        }
    }
}
