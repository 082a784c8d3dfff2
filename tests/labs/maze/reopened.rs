//! Edits of a maze lab are shown as its link shows them.
//!
//! Every edit is tried on the first, the last, the middle, all and no memories; at lengths on and off the grid of the return curve.

use chickadee::{labs::maze::MazeLab, session::Workbench};

use crate::reopening::{BEFORE, Before, compare, compute, open, tell, try_edit};

/// The memories that an edit is tried on, of so many.
fn places(length: usize) -> Vec<String> {
    let (last, middle) = (length - 1, length / 2);
    vec![
        "0".to_owned(),
        format!("0-{}", length / 4),
        format!("{middle}"),
        format!("{}-{middle}", middle / 2),
        format!("{last}"),
        format!("{}-{last}", length * 3 / 4),
        "all".to_owned(),
    ]
}

/// All edits of memories in one task, at one length.
fn edits(link: &str, length: usize, also: &[&str]) {
    for (number, which) in places(length).iter().enumerate() {
        let before = BEFORE[number % BEFORE.len()];
        for before in [before, Before::Everything] {
            for verb in ["delete", "corrupt", "unreward", "hide"] {
                let edit = format!("{verb}:{which}");
                try_edit(link, before, &[&edit], also);
            }
            let (delete, restore) = (format!("delete:{which}"), format!("restore:{which}"));
            try_edit(link, before, &[&delete, &restore], also);
            try_edit(link, before, &[&format!("hide:{which}@1.3")], also);
        }
    }
    for (from, to) in [(0, length - 1), (length - 1, 0), (length / 2, 1)] {
        for before in BEFORE {
            try_edit(link, before, &[&format!("shift:{from}={to}")], also);
        }
    }
}

/// The cases in which the fault was first seen: the policy of before stayed on the map.
#[test]
fn deleted_newest_memories_leave_no_policy_behind() {
    for (link, command) in [
        ("lab=maze&seed=50&t=200", "delete:all"),
        ("lab=maze&seed=50&t=200", "delete:199"),
        ("lab=maze&seed=50&t=200", "delete:150-199"),
        ("lab=maze&seed=50&t=60", "delete:59"),
        ("lab=maze&task=tree&t=800", "delete:400-799"),
        ("lab=maze&seed=4&t=20", "delete:11-19"),
        ("lab=maze&seed=4&t=25", "delete:11-24"),
        ("lab=maze&seed=4&t=200", "delete:0-9"),
    ] {
        try_edit(link, Before::Everything, &[command], &[]);
    }
}

#[test]
fn edits_of_a_gridworld_are_shown_as_reopened() {
    for length in [20, 33] {
        let link = format!("lab=maze&size=4&seed=4&t={length}");
        edits(&link, length, &[]);
    }
}

#[test]
fn edits_of_a_tree_are_shown_as_reopened() {
    for length in [50, 58] {
        let link = format!("lab=maze&task=tree&size=4&seed=3&t={length}");
        edits(&link, length, &[]);
    }
}

/// Everything that can be asked for beside the policy, in both tasks: pattern, rollout, readouts, second task, attribution, deep
/// Q-network.
#[test]
fn what_is_asked_for_beside_the_policy_is_shown_as_reopened() {
    for task in [
        "lab=maze&size=4&seed=4&t=40",
        "lab=maze&task=tree&size=4&seed=3&t=60",
    ] {
        for asked in [
            "&pattern=on&decode=on&compare=on",
            "&head=rollout&decode=on&layer=3",
        ] {
            let link = format!("{task}{asked}");
            for (number, command) in [
                "delete:30-39",
                "delete:all",
                "delete:0",
                "hide:20-39",
                "corrupt:5",
                "unreward:all",
                "shift:39=0",
                "goal:5",
                "goal:9",
                "place:3",
                "set:rewards=off",
                "set:layer=1",
                "set:head=2",
                "set:temp=1",
                "set:gamma=0.5",
                "set:second=12",
                "set:compare=off",
                "set:pattern=off",
                "set:seed=9",
                "set:corr=0.5",
                "look:17",
                "look:40",
                "ask:7",
                "step:7",
                "act:1",
                "walk:0.1.0",
                "home",
                "set:longest=50",
                "reset",
                "draw:S..|.#.|..G",
            ]
            .iter()
            .enumerate()
            {
                let before = BEFORE[number % BEFORE.len()];
                let mut also = vec!["attribute"];
                if command.starts_with("delete:all")
                    || command.starts_with("hide")
                    || *command == "reset"
                    || command.starts_with("set:seed")
                    || command.starts_with("set:corr")
                    || command.starts_with("draw")
                {
                    // Without memories no decision can be attributed, and none that some are hidden from.
                    also.clear();
                }
                if task.contains("tree")
                    && (command.starts_with("walk") || command.starts_with("draw"))
                {
                    continue;
                }
                try_edit(&link, before, &[command], &also);
            }
        }
    }
    for command in ["goal:5", "delete:12-15", "step:3", "undo"] {
        let commands: &[&str] = if command == "undo" {
            &["goal:5", "undo", "goal:6"]
        } else {
            &[command]
        };
        try_edit(
            "lab=maze&size=3&seed=4&t=16&dqn=on",
            Before::Everything,
            commands,
            &[],
        );
    }
}

/// Tokens without rewards stay as they are when a reward is taken; the rewards that the return curve counts do not.
#[test]
fn rewards_are_counted_as_reopened_where_tokens_hold_none() {
    for before in BEFORE {
        let commands = ["set:rewards=off", "unreward:all"];
        try_edit("lab=maze&size=4&seed=4&t=40", before, &commands, &[]);
        let link = "lab=maze&size=4&seed=4&t=40&rewards=off";
        try_edit(link, before, &["unreward:all", "restore:0-30"], &[]);
    }
}

/// A checkpoint of one's own: that of the page with the sign of every 97th weight turned, of two bytes each.
fn own_checkpoint() -> Vec<u8> {
    let mut bytes = chickadee::built_in::checkpoint("gridworld-small")
        .unwrap()
        .to_vec();
    let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for high in bytes[8 + header..].iter_mut().skip(1).step_by(2 * 97) {
        *high ^= 0x80;
    }
    bytes
}

/// A look at another lab leaves it where it is; whoever opens a link without it gets what the link says.
#[test]
fn an_own_checkpoint_is_still_there_after_another_lab() {
    let mut lab = open("lab=maze&size=4&seed=4&t=40");
    lab.open_model("own", &own_checkpoint()).unwrap();
    lab.settle();
    let (link, hashes) = (lab.link(), (lab.state_hash(), lab.shown_hash()));
    assert!(link.contains("model="), "{link}");
    let mut missing = Workbench::from_link(&link).unwrap();
    missing.settle();
    assert_ne!(missing.state_hash(), hashes.0);
    assert!(!missing.messages().is_empty());
    for (between, back, is_own) in [
        ("lab=caching&units=100", link.as_str(), true),
        ("lab=bridge&units=100", link.as_str(), true),
        (
            "lab=caching&units=100",
            "lab=maze&size=4&seed=4&t=40",
            false,
        ),
    ] {
        lab.open_link(between).unwrap();
        lab.settle();
        lab.open_link(back).unwrap();
        lab.settle();
        assert_eq!(lab.messages(), &[] as &[String], "{between} {back}");
        let now = (lab.state_hash(), lab.shown_hash());
        let expected = if is_own {
            hashes
        } else {
            let mut plain = open(back);
            plain.settle();
            (plain.state_hash(), plain.shown_hash())
        };
        assert_eq!(now, expected, "{between} {back}");
    }
}

/// A checkpoint of one's own is part of what undo goes back to, also when another lab, and then a link without it, were opened since.
#[test]
fn undo_leads_back_to_an_own_checkpoint() {
    let plain = "lab=maze&size=4&seed=4&t=40";
    let mut lab = open(plain);
    lab.settle();
    let shipped = lab.state_hash();
    lab.open_model("own", &own_checkpoint()).unwrap();
    lab.settle();
    let own = (lab.link(), lab.state_hash(), lab.shown_hash());
    let now = |lab: &mut Workbench| {
        lab.settle();
        (lab.link(), lab.state_hash(), lab.shown_hash())
    };
    tell(&mut lab, "undo");
    assert_eq!(now(&mut lab).1, shipped);
    tell(&mut lab, "redo");
    assert_eq!(now(&mut lab), own);
    lab.open_link("lab=caching&units=100").unwrap();
    lab.open_link(plain).unwrap();
    assert_eq!(now(&mut lab).1, shipped);
    tell(&mut lab, "undo");
    assert_eq!(now(&mut lab), own);
    let (maze, frame) = lab.get_mut::<MazeLab>().unwrap().parts_mut();
    maze.close_model(frame);
    assert_eq!(now(&mut lab).1, shipped);
    tell(&mut lab, "undo");
    assert_eq!(now(&mut lab), own);
    // What is missing belongs to the link that names it.
    let mut lab = open(plain);
    lab.open_link("lab=maze&size=4&seed=5&model=0123").unwrap();
    assert!(lab.link().contains("model=0000000000000123"));
    tell(&mut lab, "undo");
    assert!(!lab.link().contains("model"), "{}", lab.link());
    tell(&mut lab, "redo");
    assert!(lab.link().contains("model=0000000000000123"));
}

/// Another checkpoint is another network: nothing of the one before stays, and it leaves with everything that followed from it.
#[test]
fn another_checkpoint_shows_what_it_shows_alone() {
    let other = own_checkpoint();
    let link = "lab=maze&size=4&seed=4&t=40&pattern=on&decode=on&compare=on";
    let with = |bytes: &[u8], before: Before| {
        let mut lab = open(link);
        compute(&mut lab, before);
        lab.open_model("own", bytes).unwrap();
        lab.settle();
        lab
    };
    for before in BEFORE {
        let mut lab = with(&other, before);
        let alone = with(&other, Before::Nothing);
        assert_eq!(lab.state_hash(), alone.state_hash(), "{before:?}");
        assert_eq!(lab.shown_hash(), alone.shown_hash(), "{before:?}");
        let (maze, frame) = lab.get_mut::<MazeLab>().unwrap().parts_mut();
        maze.close_model(frame);
        compare(
            &mut lab,
            &[],
            &format!("a checkpoint taken out after {before:?}"),
        );
    }
}
