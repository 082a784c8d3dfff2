//! The weights that come along: chosen by link, by command and by hash.

use chickadee::{labs::maze::SHIPPED, session::Workbench};
use serde_json::Value;

fn settled(link: &str) -> Workbench {
    let mut lab = Workbench::from_link(link).unwrap();
    lab.settle();
    lab
}

fn report(lab: &Workbench) -> Value {
    lab.report()
}

const LINK: &str = "lab=maze&size=4&seed=4&t=40";

#[test]
fn a_choice_is_in_the_link_and_the_same_by_command() {
    for shipped in &SHIPPED {
        let link = format!("{LINK}&task={}&branching=1", shipped.family.name());
        let word = match shipped.name.split_once('-') {
            Some((_, word)) => word,
            None => "",
        };
        let lab = settled(&format!("{link}&weights={word}"));
        let now = report(&lab);
        assert_eq!(now["model"]["name"], shipped.name);
        assert_eq!(now["model"]["hash"], format!("{:016x}", shipped.hash));
        assert!(lab.messages().is_empty(), "{:?}", lab.messages());
        // The usual ones need no word.
        assert_eq!(lab.link().contains("weights="), word != "small");
        assert_eq!(settled(&lab.link()).state_hash(), lab.state_hash());
        let mut other = settled(&link);
        let usual = other.shown_hash();
        other
            .dispatch(format!("set:weights={word}").parse().unwrap())
            .unwrap();
        other.settle();
        assert_eq!(other.shown_hash(), lab.shown_hash(), "{}", shipped.name);
        if word != "small" {
            assert_ne!(other.shown_hash(), usual, "{}", shipped.name);
            other.dispatch("undo".parse().unwrap()).unwrap();
            other.settle();
            assert_eq!(other.shown_hash(), usual, "{}", shipped.name);
        }
    }
}

/// A window moves a lab for as long as it is live and no longer: that brings the weights, at rest and after every choice.
#[test]
fn a_window_at_rest_brings_the_weights() {
    let mut lab = Workbench::from_link(&format!("{LINK}&task=gridworld&weights=best")).unwrap();
    for (command, name) in [
        (None, "gridworld-best"),
        (Some("set:weights=faithful"), "gridworld-faithful"),
        (Some("set:task=tree"), "tree-faithful"),
    ] {
        if let Some(command) = command {
            lab.dispatch(command.parse().unwrap()).unwrap();
        }
        let mut frames = 0;
        while lab.is_live() && frames < 10_000 {
            lab.advance(1000, &mut || false);
            frames += 1;
        }
        let now = report(&lab);
        assert_eq!(now["model"]["name"], name);
        assert!(!now["policy"].as_array().unwrap().is_empty(), "{name}");
        assert!(!lab.is_live() && !lab.is_busy(), "{name}");
    }
}

#[test]
fn weights_that_there_are_not_are_said() {
    let lab = settled(&format!("{LINK}&weights=gold"));
    let said = lab.messages().join("\n");
    assert!(said.contains("gold") && said.contains("faithful"), "{said}");
}

/// A copy of a checkpoint that comes along is the user's own; the link of that finds the one that comes along.
#[test]
fn a_copy_opens_as_what_it_is() {
    let faithful = chickadee::built_in::checkpoint("gridworld-faithful").unwrap();
    let mut lab = settled(LINK);
    lab.open_model("copy", faithful).unwrap();
    lab.settle();
    let link = lab.link();
    assert!(link.contains("model="), "{link}");
    let other = settled(&link);
    assert_eq!(report(&other)["model"]["name"], "gridworld-faithful");
    assert_eq!(other.state_hash(), lab.state_hash());
    assert!(other.messages().is_empty(), "{:?}", other.messages());
    // A choice among those that come along puts the copy away.
    lab.dispatch("set:weights=best".parse().unwrap()).unwrap();
    lab.settle();
    assert_eq!(report(&lab)["model"]["name"], "gridworld-best");
}
