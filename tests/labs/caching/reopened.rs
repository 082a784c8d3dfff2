//! Edits of a caching lab are shown as its link shows them.

use chickadee::session::Workbench;

use crate::reopening::{BEFORE, Before, compare, compute, open, tell};

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

/// The same as `reopening::try_edit`, where not every command is a step of undo: what undo gives is compared all the same.
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
    compare(&mut lab, &[], &what);
    for command in ["undo", "redo"] {
        tell(&mut lab, command);
        finish(&mut lab);
        compare(&mut lab, &[], &format!("{command} of {what}"));
    }
}

/// Lets an episode end, so that a check is answered.
fn finish(lab: &mut Workbench) {
    lab.run(400);
}
