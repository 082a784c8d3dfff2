//! Everything shown follows from the run: after any edit, in any order, a caching lab that lived through it shows what the lab of
//! its link shows, bit for bit: in the state hash, and in everything that the state hash leaves out.
//!
//! Every edit is tried before and after everything was computed; and undone, and redone.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee::core::Workbench as Lab;

/// How far a lab has come with computing when it is edited.
#[derive(Clone, Copy, Debug)]
enum Before {
    /// Nothing is computed yet.
    Nothing,
    /// Some slices, so that something is under way.
    Some(usize),
    /// Everything.
    Everything,
}

const BEFORE: [Before; 4] = [
    Before::Nothing,
    Before::Some(3),
    Before::Some(17),
    Before::Everything,
];

fn open(link: &str) -> Lab {
    let lab = Lab::from_link(link).unwrap();
    assert_eq!(lab.messages(), &[] as &[String], "{link}");
    lab
}

fn compute(lab: &mut Lab, before: Before) {
    match before {
        Before::Nothing => {}
        Before::Some(slices) => {
            let mut done = 0;
            lab.advance(0, &mut || {
                done += 1;
                done < slices
            });
        }
        Before::Everything => lab.settle(),
    }
}

fn tell(lab: &mut Lab, command: &str) {
    lab.dispatch(command.parse().unwrap())
        .unwrap_or_else(|error| panic!("{command}: {error}"));
}

/// Settles a lab and compares it with the lab of its link.
fn compare(lab: &mut Lab, what: &str) {
    // Steps that were asked for are in the link once they are taken.
    lab.settle();
    let mut again = open(&lab.link());
    for lab in [&mut *lab, &mut again] {
        lab.settle();
        assert!(!lab.is_busy(), "{what}");
    }
    let link = lab.link();
    assert_eq!(again.link(), link, "{what}");
    assert_eq!(again.state_hash(), lab.state_hash(), "{what}\n{link}");
    assert!(lab.shown_hash().is_some(), "{what}");
    if lab.shown_hash() != again.shown_hash() {
        let [live, reopened] =
            [&*lab, &again].map(|lab| serde_json::to_value(lab.report()).unwrap());
        let live = live.as_object().unwrap();
        let differ: Vec<_> = live
            .iter()
            .filter(|(key, value)| reopened[*key] != **value)
            .map(|(key, value)| format!("{key}: {value}\n  not {}", reopened[key]))
            .collect();
        panic!("{what}\n{link}\n{}", differ.join("\n"));
    }
}

/// Every edit of a caching lab: seeds cached, re-weighted, removed, history replayed, settings of every effect.
#[test]
fn edits_of_a_caching_lab_are_shown_as_reopened() {
    for link in [
        "lab=caching&units=150&places=24&seed=5&gain=1&search=0.4&steps=30&caches=3,9,17&at=9",
        "lab=caching&world=arena&units=144&places=25&seed=5&gain=0.3&search=0.4&steps=30&caches=3,9,17&at=3&doing=check",
        "lab=caching&world=gaussian&units=150&places=24&seed=5&gain=1&search=0.4&steps=30&log=c3;seta=30;c9;w0=0.5&at=9",
    ] {
        let edits: &[&[&str]] = &[
            &["cache"],
            &["fly:12", "cache"],
            &["fly:12", "cache", "check"],
            &["check"],
            &["check", "set:threshold=0.9"],
            &["check", "set:search=1.2"],
            &["check", "fly:2"],
            &["weight:0=0.2"],
            &["weight:1=0", "weight:0=3"],
            &["remove:0"],
            &["remove:1"],
            &["remove:0", "remove:0"],
            &["without:0"],
            &["without:1"],
            &["replay"],
            &["remove:0", "replay"],
            &["set:eta=60"],
            &["set:eta=60", "fly:5", "cache", "set:eta=40"],
            &["set:gain=0.2"],
            &["set:search=2"],
            &["set:div=30"],
            &["set:sigma=9", "undo", "set:sigma=8"],
            &["set:steps=12"],
            &["set:euler=reference"],
            &["set:barcodes=off"],
            &["set:placefields=off"],
            &["set:wiring=gaussian"],
            &["set:seed=6"],
            &["set:units=121"],
            &["set:world=ring"],
            &["set:world=gaussian"],
            &["move:1,0"],
            &["reset"],
        ];
        for (number, commands) in edits.iter().enumerate() {
            for before in [BEFORE[number % BEFORE.len()], Before::Everything] {
                try_caching_edit(link, before, commands);
            }
        }
    }
}

/// The commands one after the other, then an undo, then a redo, be they steps of undo or not; after each the lab is compared with
/// that of its link.
fn try_caching_edit(link: &str, before: Before, commands: &[&str]) {
    let what = format!("{commands:?} on {link} with {before:?} computed");
    let mut lab = open(link);
    lab.dispatch("pause".parse().unwrap()).unwrap();
    compute(&mut lab, before);
    for command in commands {
        tell(&mut lab, command);
        if matches!(before, Before::Some(_)) {
            compute(&mut lab, before);
        }
    }
    finish(&mut lab);
    compare(&mut lab, &what);
    for command in ["undo", "redo"] {
        tell(&mut lab, command);
        finish(&mut lab);
        compare(&mut lab, &format!("{command} of {what}"));
    }
}

/// Lets an episode end, so that a check is answered.
fn finish(lab: &mut Lab) {
    lab.run(400);
}
