//! What is looked at, in links: attribution, layers and heads.

use chickadee::session::Workbench;
use serde_json::Value;

fn settled(link: &str) -> Workbench {
    let mut lab = Workbench::from_link(link).unwrap();
    lab.settle();
    lab
}

fn tell(lab: &mut Workbench, command: &str) {
    lab.dispatch(command.parse().unwrap()).unwrap();
    lab.settle();
}

/// An attribution is in the link for as long as the decision is the one that it was asked about.
#[test]
fn an_attribution_is_shown_as_reopened() {
    let mut lab = settled("lab=maze&size=4&seed=4&t=40&ask=4");
    assert!(!lab.link().contains("attribute"));
    tell(&mut lab, "attribute");
    let again = settled(&lab.link());
    assert!(again.report()["attribution"].is_array());
    assert_eq!(again.report()["attribution"], lab.report()["attribution"]);
    assert_eq!(again.shown_hash(), lab.shown_hash());
    // From another point of view it is the same decision; other weights, or no rewards, decide anew.
    for command in [
        "set:temp=1",
        "set:layer=1",
        "goal:3",
        "set:weights=best",
        "set:rewards=off",
    ] {
        tell(&mut lab, command);
        assert!(lab.link().contains("attribute=on"), "{command}");
        assert!(lab.report()["attribution"].is_array(), "{command}");
        assert_eq!(settled(&lab.link()).shown_hash(), lab.shown_hash());
    }
    for command in ["step:1", "delete:3", "look:12", "ask:5", "reset"] {
        let mut lab = settled("lab=maze&size=4&seed=4&t=40&ask=4&attribute=on");
        tell(&mut lab, command);
        assert!(!lab.link().contains("attribute"), "{command}");
        assert_eq!(lab.report()["attribution"], Value::Null, "{command}");
    }
}

#[test]
fn an_attribution_of_nothing_is_told() {
    for (link, said) in [
        ("lab=maze&size=4&t=40&attribute=here", "attribute=here"),
        ("lab=maze&size=4&t=0&attribute=on", "no memories"),
        ("lab=maze&size=4&log=r9;d0-8&attribute=on", "no memories"),
        ("lab=maze&size=4&log=r9;h2@1&attribute=on", "hidden"),
    ] {
        let lab = settled(link);
        let messages = lab.messages().join(" ");
        assert!(messages.contains(said), "{link}: {messages}");
        assert_eq!(lab.report()["attribution"], Value::Null);
        assert!(!lab.link().contains("attribute"));
    }
}

/// A link keeps the layer and the head that it names; what is shown instead is said once.
#[test]
fn layers_and_heads_that_there_are_not_are_said() {
    for (key, other) in [("layer", "3"), ("head", "4")] {
        let mut lab = settled(&format!("lab=maze&size=4&t=20&{key}=9"));
        assert_eq!(lab.messages().len(), 1, "{:?}", lab.messages());
        assert!(lab.messages()[0].contains(&format!("{key} 9")));
        assert!(lab.link().contains(&format!("{key}=9")));
        // What is shown is the last.
        assert_eq!(
            lab.report()["attention"][key].to_string().trim_matches('"'),
            other
        );
        tell(&mut lab, "step:2");
        tell(&mut lab, &format!("set:{key}={other}"));
        assert_eq!(lab.messages().len(), 1, "{:?}", lab.messages());
        tell(&mut lab, &format!("set:{key}=20"));
        assert_eq!(lab.messages().len(), 2, "{:?}", lab.messages());
        let link = lab.link();
        lab.open_link(&link).unwrap();
        lab.settle();
        assert_eq!(lab.messages().len(), 1, "{:?}", lab.messages());
    }
}

/// The gradient is that of a query that sees all memories.
#[test]
fn a_decision_with_hidden_memories_is_not_attributed() {
    let mut lab = settled("lab=maze&size=4&seed=4&t=40&ask=4&attribute=on");
    assert!(lab.report()["attribution"].is_array());
    tell(&mut lab, "hide:3@1");
    assert_eq!(lab.report()["attribution"], Value::Null);
    let refused = lab.dispatch("attribute".parse().unwrap()).unwrap_err();
    assert!(refused.to_string().contains("hidden"), "{refused}");
    // Those that do not count are not seen anyway.
    tell(&mut lab, "delete:3");
    tell(&mut lab, "attribute");
    assert!(lab.report()["attribution"].is_array());
}

/// Entries of a log that cannot be carried out are told; those that a lab writes are not among them.
#[test]
fn entries_that_change_nothing_are_said() {
    for (log, said) in [
        ("r5;d30", "no such memories"),
        ("r5;v9=1", "no memory 9"),
        ("r1600;r100", "1600 memories"),
        ("r3;w4&task=tree", "no action 4"),
    ] {
        let lab = settled(&format!("lab=maze&size=4&log={log}"));
        let messages = lab.messages();
        assert!(
            messages.len() == 1 && messages[0].contains(said),
            "{messages:?}"
        );
    }
    let lab = settled("lab=maze&size=4&log=r9;d3-5;v1=7;w012;c2;h1@2;g3;s4");
    assert!(lab.messages().is_empty(), "{:?}", lab.messages());
}

#[test]
fn a_value_that_is_moved_back_is_said() {
    let mut lab = settled("lab=maze&size=8&t=3");
    tell(&mut lab, "set:size=100");
    assert_eq!(lab.messages().len(), 1, "{:?}", lab.messages());
}
