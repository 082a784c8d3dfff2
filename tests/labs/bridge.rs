//! The bridge lab: five ways to read the same memories.

use chickadee::{
    labs::bridge::Bridge,
    session::{Command, Workbench},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::{
    cases,
    reopening::{BEFORE, try_edit},
};

const THREE: &str = "lab=bridge&units=500&caches=20,35,70&at=35";

fn settled(link: &str) -> Workbench {
    let mut lab = Workbench::from_link(link).unwrap();
    lab.settle();
    lab
}

fn tell(lab: &mut Workbench, command: &str) {
    lab.dispatch(command.parse::<Command>().unwrap()).unwrap();
    lab.settle();
}

fn row(report: &Value, lookup: &str) -> Value {
    let table = report["table"].as_array().unwrap();
    let found = table.iter().find(|row| row["lookup"] == lookup);
    found.unwrap().clone()
}

/// The reference's measurements at N = 5,000; the ring's content does not depend on N.
#[test]
fn the_table_shows_what_each_way_can_and_cannot_do() {
    let report = settled("lab=bridge&caches=20,35,70&at=35").report();
    let number = |lookup: &str, name: &str| row(&report, lookup)[name].as_f64().unwrap();
    let near = |found: f64, wanted: f64, what: &str| {
        assert!(
            (found - wanted).abs() < 0.03,
            "{what}: {found}, not {wanted}"
        );
    };
    near(number("content", "own"), 1.0, "own");
    let beside = row(&report, "content")["beside"].clone();
    for (index, wanted) in [0.95, 0.81, 0.62].into_iter().enumerate() {
        near(beside[index].as_f64().unwrap(), wanted, "beside");
    }
    near(number("content", "midpoint"), 0.92, "midpoint");
    near(number("content", "far"), -0.54, "far");
    // Soft-max can never say no; the network can.
    for lookup in ["content-softmax", "barcode-softmax"] {
        near(number(lookup, "far"), 1.0, lookup);
    }
    assert!(number("network", "far") < 0.1, "{report:#}");
    assert!(number("network", "midpoint") < 0.2);
    assert!(number("network", "own") > 0.8);
    // The search strength widens the radius.
    let wide = settled("lab=bridge&search=1&caches=20,35,70&at=35").report();
    let beside = |report: &Value| row(report, "network")["beside"][2].as_f64().unwrap();
    assert!(beside(&report) < 0.3 && beside(&wide) > 0.7);
    // The readout of the synapses is linear attention.
    let (readout, attention) = (&report["readout"], &report["attention"]);
    let (readout, attention) = (readout.as_f64().unwrap(), attention.as_f64().unwrap());
    assert!((readout - attention).abs() < 1e-9 * attention);
}

#[test]
fn keys_without_history_find_themselves_and_can_be_lost() {
    // The similarity of a barcode key with the barcode of its own place.
    let own = |settings: &str| {
        let link = format!("lab=bridge&caches=20,35,70&at=35{settings}");
        let report = settled(&link).report();
        report["lookups"][2]["weights"][1].as_f64().unwrap()
    };
    let (whole, history, broken) = (own("&clean=on"), own(""), own("&clean=on&damage=1"));
    assert!(whole > 0.5, "{whole}");
    assert!(history < 0.8 * whole, "{history} of {whole}");
    assert!(broken < 0.5 * whole, "{broken} of {whole}");
}

#[test]
fn a_memory_that_is_taken_out_was_never_stored() {
    let mut lab = settled(&format!("{THREE}&clean=on"));
    tell(&mut lab, "remove:1");
    let without = settled("lab=bridge&units=500&clean=on&caches=20,70&at=35").report();
    let report = lab.report();
    for lookup in 0..5 {
        let weights = &report["lookups"][lookup]["weights"];
        let expected = &without["lookups"][lookup]["weights"];
        assert_eq!(weights[1], 0.0);
        assert_eq!(weights[0], expected[0], "{lookup}");
        assert_eq!(weights[2], expected[1], "{lookup}");
    }
    tell(&mut lab, "remove:1");
    assert_eq!(
        lab.shown_hash(),
        settled(&format!("{THREE}&clean=on")).shown_hash()
    );
}

/// Events near each other strengthen each other until activity overflows. Those are told and left out of the synapses; everything else
/// stays finite.
#[test]
fn what_overflows_is_told_and_not_stored() {
    let places: Vec<String> = (0..16).map(|i| (7 * i % 98).to_string()).collect();
    let caches = places.join(",");
    let mut lab = settled(&format!("lab=bridge&units=500&caches={caches}&at=91"));
    let report = lab.report();
    let slots = report["slots"].as_array().unwrap();
    let lost: Vec<usize> = (0..16)
        .filter(|i| slots[*i]["overflowed"] == true)
        .collect();
    assert!(!lost.is_empty() && !lost.contains(&0), "{lost:?}");
    let told = |number: usize| format!("Memory {number} (place {})", places[number - 1]);
    let messages = lab.messages();
    for slot in &lost {
        assert_eq!(
            messages
                .iter()
                .filter(|m| m.contains(&told(slot + 1)))
                .count(),
            1,
            "{messages:?}"
        );
    }
    let mut silent = 0;
    for place in 0..100 {
        tell(&mut lab, &format!("fly:{place}"));
        for found in lab.report()["lookups"].as_array().unwrap() {
            assert!(found["total"].is_number(), "{place}: {found}");
            let weights = found["weights"].as_array().unwrap();
            assert!(weights.iter().all(Value::is_number), "{place}: {found}");
            let bridge = lab.get::<Bridge>().unwrap().lab();
            if found["lookup"] == "network" && bridge.overflows_here() {
                assert!(
                    found["place"].is_null() && found["total"] == 0.0,
                    "{place}: {found}"
                );
                silent += 1;
            }
            if found["lookup"] == "network" {
                let of_lost = lost.iter().map(|slot| &weights[*slot]);
                assert!(of_lost.into_iter().all(|weight| weight == 0.0), "{found}");
            }
        }
    }
    assert!(silent > 0, "at some places recall overflows, too");
    // Messages are those of the link, also where all of it is known already.
    let link = lab.link();
    lab.open_link(&link).unwrap();
    lab.settle();
    assert_eq!(lab.messages(), settled(&link).messages());
    // Without history nothing strengthens anything.
    tell(&mut lab, "set:clean=on");
    let report = lab.report();
    let slots = report["slots"].as_array().unwrap();
    assert!(slots.iter().all(|slot| slot["overflowed"] == false));
}

#[test]
fn capacity_ends_where_memories_are_confused() {
    let mut lab = settled("lab=bridge&units=300&places=50&capacity=on&search=0.4&caches=10");
    let points = lab.report()["capacity"].as_array().unwrap().clone();
    assert_eq!(points.len(), 24);
    assert_eq!(
        points[0]["right"],
        serde_json::json!([1.0, 1.0, 1.0, 1.0, 1.0])
    );
    let at = |count: usize, lookup: usize| points[count - 1]["right"][lookup].as_f64().unwrap();
    // Content keys of different places never coincide; a small network does not hold two dozen memories.
    assert_eq!(at(24, 0), 1.0);
    assert!(at(24, 4) < 1.0);
    tell(&mut lab, "set:capacity=off");
    assert_eq!(lab.report()["capacity"], serde_json::json!([]));
}

/// Measured by a re-implementation in NumPy, N = 1,000, mean of three networks (Pearson at distances 1, 4, 8, 16; active fraction).
const BY_GAIN: [(f64, [f64; 5]); 7] = [
    (0.0, [0.993, 0.902, 0.672, 0.106, 0.401]),
    (0.2, [0.985, 0.802, 0.421, -0.090, 0.234]),
    (0.4, [0.971, 0.701, 0.312, -0.038, 0.166]),
    (0.6, [0.910, 0.564, 0.251, 0.007, 0.129]),
    (0.8, [0.698, 0.396, 0.193, 0.031, 0.112]),
    (1.0, [0.408, 0.260, 0.143, 0.041, 0.100]),
    (1.2, [0.233, 0.166, 0.103, 0.045, 0.092]),
];

#[test]
fn content_turns_into_barcodes_as_the_gain_grows() {
    let report = settled("lab=bridge&study=keys&caches=35").report();
    let gains = report["gains"].as_array().unwrap();
    assert_eq!(gains.len(), 13);
    for (gain, wanted) in BY_GAIN {
        let point = gains.iter().find(|point| point["gain"] == gain).unwrap();
        let alike = point["similarity"].as_array().unwrap().iter();
        let found = alike.chain([&point["active"]]);
        for (found, wanted) in found.zip(wanted) {
            let off = (found.as_f64().unwrap() - wanted).abs();
            assert!(off < 0.04, "gain {gain}: {found}, not {wanted}");
        }
    }
    // The keys of now are those of gain 1.
    let similarity = &report["keys"]["similarity"];
    let off = similarity[4][1].as_f64().unwrap() - gains[10]["similarity"][1].as_f64().unwrap();
    assert!(off.abs() < 1e-6, "{off}");
}

#[test]
fn random_keys_are_as_asked_for() {
    let base = "lab=bridge&units=200&keys=random&keysize=400&study=near&caches=20,35,70&at=35";
    let report = |settings: &str| settled(&format!("{base}{settings}")).report();
    let (apart, alike) = (
        report("&sparsity=0.05"),
        report("&sparsity=0.05&correlation=0.95"),
    );
    for report in [&apart, &alike] {
        let keys = &report["keys"];
        assert_eq!(
            (&keys["kind"], &keys["size"]),
            (&"random".into(), &400.into())
        );
        assert!((keys["active"].as_f64().unwrap() - 0.05).abs() < 1e-9);
        // Its own key is its query, exactly.
        let own = report["lookups"][2]["weights"][1].as_f64().unwrap();
        assert!((own - 1.0).abs() < 1e-6, "{own}");
    }
    let neighbours = |report: &Value| report["keys"]["similarity"][1][1].as_f64().unwrap();
    assert!(neighbours(&apart).abs() < 0.02 && neighbours(&alike) > 0.6);
    // Neighbouring memories are told apart by keys of their own, and not by keys that are alike.
    let share = |report: &Value, lookup: usize| {
        let nearest = report["near"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(nearest["distance"], 1);
        nearest["ambiguity"][lookup].as_f64().unwrap()
    };
    assert!(share(&apart, 2) < 0.15 && share(&alike, 2) > 0.35);
    // Content and network have nothing to do with them.
    for lookup in [0, 1, 4] {
        assert_eq!(
            apart["near"][3]["ambiguity"][lookup],
            alike["near"][3]["ambiguity"][lookup]
        );
        assert_eq!(apart["lookups"][lookup], alike["lookups"][lookup]);
    }
}

#[test]
fn near_memories_are_confused_and_far_ones_are_not() {
    let report = settled("lab=bridge&units=500&study=near&search=0.4&caches=35").report();
    let points = report["near"].as_array().unwrap();
    assert_eq!(points.len(), 24);
    let share = |point: &Value, lookup: usize| point["ambiguity"][lookup].as_f64().unwrap();
    // Content is the same for every network: the nearer, the more alike, up to one half.
    for (far, near) in points.iter().zip(&points[1..]) {
        assert!(share(far, 0) <= share(near, 0) && share(near, 0) < 0.5);
    }
    assert!(share(&points[23], 0) > 0.49 && share(&points[0], 0) < 0.01);
    // Barcodes far apart share chance; beside each other the network takes two seeds for one.
    assert!(share(&points[0], 4) < 0.1 && share(&points[23], 4) > 0.3);
}

#[test]
fn a_cell_of_the_map_is_what_the_lab_shows_there() {
    use chickadee::labs::bridge::Bridge;
    use chickadee_engine::models::key_value::Lookup;
    let caches = [10_usize, 17, 40];
    let link = "lab=bridge&units=300&places=50&keygain=0.5&search=0.6&study=map&caches=10,17,40";
    let mut lab = settled(link);
    let report = lab.report();
    let cells = report["map"].as_array().unwrap();
    assert_eq!(cells.len(), 13 * 11);
    let bridge = lab.get::<Bridge>().unwrap().lab();
    let answers: Vec<_> = bridge.answers().unwrap().of(Lookup::Recurrent).collect();
    let most = answers
        .iter()
        .map(|(_, answer)| answer.total)
        .fold(0.0, f64::max);
    let distance = |from: usize, to: usize| from.abs_diff(to).min(50 - from.abs_diff(to));
    let (mut yes, mut right) = (0, 0);
    for (place, answer) in answers {
        let nearest = caches.iter().map(|cache| distance(place, *cache)).min();
        if answer.total > 0.5 * most {
            yes += 1;
            let back = caches[answer.largest().unwrap()];
            right += usize::from(Some(distance(place, back)) == nearest);
        }
    }
    let here = |cell: &&Value| cell["gain"] == 0.5 && cell["search"] == 0.6;
    let cell = cells.iter().find(here).unwrap();
    assert_eq!(cell["precision"], right as f64 / f64::from(yes));
    assert_eq!(cell["radius"], right as f64 / 3.0 / 2.0);
    // Another place is asked about: the map stays.
    tell(&mut lab, "fly:3");
    assert_eq!(lab.report()["map"], report["map"]);
}

#[test]
fn what_is_shown_follows_from_what_is_there() {
    for before in BEFORE {
        for command in [
            "cache",
            "fly:3",
            "remove:0",
            "move:1,0",
            "set:search=0.7",
            "set:damage=0.3",
            "set:clean=on",
            "set:units=300",
            "set:places=30",
            "set:world=arena",
            "set:softmax=4",
            "set:lookup=barcode",
            "set:keygain=0.4",
            "set:seed=2",
            "set:keys=random",
            "set:study=near",
            "set:study=keys",
            "set:study=map",
            "reset",
        ] {
            try_edit(
                "lab=bridge&units=200&places=49&caches=20,35&at=7",
                before,
                &[command],
                &[],
            );
        }
    }
}

#[test]
fn wrong_links_and_commands_are_answered_in_one_sentence() {
    let lab =
        settled("lab=bridge&units=100&places=20&caches=3,x,99,7&removed=1,5&at=400&colour=red");
    assert_eq!(lab.messages().len(), 4, "{:?}", lab.messages());
    assert!(lab.messages().iter().all(|text| text.lines().count() == 1));
    let mut lab = settled("lab=bridge&units=100&places=20&caches=3");
    for command in ["fly:20", "remove:1", "weight:0=1"] {
        let before = lab.link();
        let error = lab.dispatch(command.parse().unwrap()).unwrap_err();
        assert_eq!(error.to_string().lines().count(), 1);
        assert_eq!(lab.link(), before);
    }
    for command in ["fly:x", "remove:", "move:1,x"] {
        assert!(command.parse::<Command>().is_err(), "{command}");
    }
    for _ in 0..30 {
        let _ = lab.dispatch("cache".parse().unwrap());
    }
    assert_eq!(lab.report()["slots"].as_array().unwrap().len(), 24);
    lab.settle();
}

fn command() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..60_usize).prop_map(|place| format!("fly:{place}")),
        (0..6_usize).prop_map(|slot| format!("remove:{slot}")),
        prop::sample::select(vec![
            "cache",
            "undo",
            "redo",
            "reset",
            "step:2",
            "play",
            "pause",
            "set:search=2",
            "set:softmax=0",
            "set:places=16",
            "set:world=arena",
            "set:damage=0.5",
            "set:clean=on",
            "set:lookup=network",
            "set:units=150",
            "set:capacity=on",
            "set:keys=random",
            "set:keysize=9",
            "set:correlation=0.9",
            "set:sparsity=1",
            "set:study=near",
            "set:study=keys",
            "move:-1,2",
            "scene:blur",
        ])
        .prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(cases(24))]

    /// Weights of soft-max sum to one, the link brings everything back.
    #[test]
    fn a_bridge_survives_anything(
        commands in prop::collection::vec(command(), 1..12),
        cut in 1..30_usize,
    ) {
        let mut lab = Workbench::from_link("lab=bridge&units=120&places=36&caches=5&at=5").unwrap();
        for command in &commands {
            let before = lab.link();
            // A scene has the size of the lab: too long for a test.
            if command.starts_with("scene") && lab.tick() > 0 { continue; }
            if let Err(error) = lab.dispatch(command.parse().unwrap()) {
                prop_assert_eq!(error.to_string().lines().count(), 1);
                prop_assert_eq!(lab.link(), before);
            }
            let mut slices = 0;
            lab.advance(3, &mut || { slices += 1; slices < cut });
        }
        lab.settle();
        prop_assert!(!lab.is_busy());
        let report = lab.report();
        let slots = report["slots"].as_array().unwrap().clone();
        if slots.iter().any(|slot| slot["removed"] == false) {
            for lookup in [1, 3] {
                let total = report["lookups"][lookup]["total"].as_f64().unwrap();
                prop_assert!((total - 1.0).abs() < 1e-9, "{}", total);
            }
        }
        let mut again = Workbench::from_link(&lab.link()).unwrap();
        again.settle();
        prop_assert_eq!(again.shown_hash(), lab.shown_hash());
    }
}
