//! The maze lab on the shared session: the published hashes of its links, and the same numbers, bit for bit, as the session that
//! it had before, whatever is done to both and whenever.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee::{core, labs::maze::MazeLab, session};

type Old = session::Lab;
type New = core::Session<MazeLab>;

/// Links as `chickadee run` takes them, with the hashes of state and of what is shown.
const LINKS: &str = "\
one-reward\tfd8423cc68d641c3\t834377a57c6376d1
one-reward --steps 120\td2012757ec875449\tae162bed6d4a3a6c
shortcut\teff38eaf0a3c01b0\t11c69998cc9720df
shortcut --steps 90\t73a61ddeb4c276a2\t0dfc2520e58b1936
map-unfolds --steps 60\t5871c792c03f4fef\t1aebe4ac5ee8b311
where-it-looks\t2ba3c82fab86c6f9\t93d761fc1265a465
goal-in-memories\t1b077f1bf45aaeb0\te36eb1a6a77b2003
two-tasks --steps 50\ta92f26b82dbf04bd\tdb54a17418fdce7f
critical-path\tbe9d46eeac479a6e\tb7a60ff226017834
without-reward\tf49619be1764276e\tae00aa2a3929c32e
without-reward --steps 30\tf49619be1764276e\tae00aa2a3929c32e
not-value-learning --steps 20\t2224ce74a9729c74\t7817ed7c069294a0
lab=maze&scene=shortcut\teff38eaf0a3c01b0\t11c69998cc9720df
lab=maze\t4849f634c305826b\tfdaeb654411d53c3
lab=maze&task=gridworld&seed=7&t=120\t67c6ed3450f110d1\t6003c771010ff3b7
lab=maze&task=gridworld&seed=7&t=200&look=90&ask=3&layer=3&head=2\t5bec573e8c748245\tc08f6ba0b8689533
lab=maze&seed=12&t=77&temp=1&gamma=0.5&corr=0.6\t4eff128341b72085\tf3459ffc26ad1bac
lab=maze&seed=12&size=4&t=60&head=rollout&layer=3\t77351ef26a2c2795\tbdf4dda19a433f78
lab=maze&seed=12&size=6&t=150&pattern=on&decode=on&compare=on\t039ab50bed31374a\tfbaaf31ae0c80ee5
lab=maze&task=tree&seed=3&t=300\t89b3cf511e01818d\t062b30e0463e28f2
lab=maze&task=tree&seed=4&size=5&t=200&decode=on&compare=on&second=11\t5d6327ca2999fc2a\tf34ba9fcd5d16d01
lab=maze&task=tree&seed=4&size=6&branching=0.8&t=250&temp=0\t5a69409f79fe8a4b\t94fe051071b25e79
lab=maze&seed=5&t=90&rewards=off&layer=1\tfe314697b1680f1e\tcf1f009c7c462bff
lab=maze&seed=5&t=30&dqn=on\te4cd76dda9544f0c\t55f8c0bf86122a62
lab=maze&seed=50&walker=model&t=60 --steps 40\tac475eed359e075c\t1ebf34a178105979
lab=maze&seed=50&walker=model&temp=1&t=60 --steps 40\tb28c445772abf565\t0ef5ccfb8cf28a83
lab=maze&seed=50&goal=12&start=0&log=r40;w0123;m012;s4;r10\t14b19b39c53167bb\t7282b43263950996
lab=maze&task=tree&seed=3&log=r80;g9;w0102;r40\t4049b1931a5e2342\t5b159a1749773d88
lab=maze&seed=50&log=r200;d199\t8569f0409e240184\t633bc4426bec56f2
lab=maze&seed=50&log=r200;d0-199\te24bb2982f764d89\tcde8639d1576db8b
lab=maze&seed=50&log=r120;d0-9;c20-30;u0-119\t0acada7115eed2fc\t89bcb55caa135f0d
lab=maze&seed=50&log=r120;h3-40@7;h60@255;d100-110;o100-104\t89f0aa70998a9f43\t93b6c6f37fefa20e
lab=maze&seed=50&log=r120;v0=119;v60=3;c5;o5&look=100\t53863fd4fc3d0778\tec231b338eeef98a
lab=maze&task=tree&seed=3&log=r400;d200-399;c0-20\tab7bbbba4e21f907\ta846e794bdd0f08a
lab=maze&task=tree&seed=3&log=r200;h10-150@4;u0-199&decode=on\tc43d35a979291636\t95950fb841eee734
lab=maze&seed=50&log=r40;zzz;d1\t16f2dce659f61552\tb0e9e8d11894e451
lab=maze&seed=3&maze=S..|.%23.|..G&t=40\ta7f85de2cd670d88\t1e5b342b18d03ae5
lab=maze&seed=3&maze=S...%23|.%23%23.%23|.....|%23.%23.G&t=90&pattern=on\t11d109f595438149\t07864c5a739df234";

fn open(link: &str) -> (Old, New) {
    (Old::from_link(link).unwrap(), New::from_link(link).unwrap())
}

fn read(line: &str) -> (&str, usize) {
    let (link, steps) = line.split_once(" --steps ").unwrap_or((line, "0"));
    (link, steps.parse().unwrap())
}

/// Everything that either says in numbers.
fn assert_same(old: &Old, new: &New, what: &str) {
    assert_eq!(old.link(), new.link(), "{what}");
    let old_report = serde_json::to_value(old.report()).unwrap();
    let new_report = serde_json::to_value(new.report()).unwrap();
    for (key, value) in old_report.as_object().unwrap() {
        assert_eq!(*value, new_report[key], "{key}: {what}");
    }
    assert_eq!(old.state_hash(), new.state_hash(), "{what}");
    assert_eq!(old.shown_hash(), new.shown_hash(), "{what}");
    assert_eq!(old.csv(), new.csv(), "{what}");
    assert_eq!(old.messages(), new.messages(), "{what}");
    assert_eq!(old.can_redo(), new.can_redo(), "{what}");
}

fn settle(old: &mut Old, new: &mut New, what: &str) {
    old.settle();
    new.settle();
    assert!(!new.is_busy(), "{what}");
    assert_same(old, new, what);
}

fn dispatch(old: &mut Old, new: &mut New, command: &str) {
    let old = old.dispatch(command.parse().unwrap());
    let new = new.dispatch(command.parse().unwrap());
    let words = |result: Option<String>| result.unwrap_or_default();
    assert_eq!(
        words(old.err().map(|error| error.to_string())),
        words(new.err().map(|error| error.to_string())),
        "{command}"
    );
}

#[test]
fn links_have_their_hashes() {
    for line in LINKS.lines() {
        let mut columns = line.split('\t');
        let (link, steps) = read(columns.next().unwrap());
        let mut lab = New::from_link(link).unwrap();
        lab.settle();
        if steps > 0 {
            lab.run(steps);
        }
        let hash = |hash: u64| format!("{hash:016x}");
        assert_eq!(Some(&*hash(lab.state_hash())), columns.next(), "{line}");
        let shown = lab.shown_hash().map(hash);
        assert_eq!(shown.as_deref(), columns.next(), "{line}");
    }
}

#[test]
fn links_are_read_as_before() {
    for line in LINKS.lines().map(|line| line.split('\t').next().unwrap()) {
        let (link, steps) = read(line);
        let (mut old, mut new) = open(link);
        assert_same(&old, &new, link);
        settle(&mut old, &mut new, link);
        old.run(steps);
        new.run(steps);
        assert_same(&old, &new, line);
    }
}

#[test]
fn scenes_play_as_before() {
    for scene in &chickadee::labs::maze::SCENES {
        let (mut old, mut new) = open(scene.name);
        for steps in [1, 25, 60, 90, 200] {
            let taken = [
                old.advance(steps, &mut || true),
                new.advance(steps, &mut || true),
            ];
            let what = format!("{} after {steps} steps more", scene.name);
            assert_eq!(taken[0], taken[1], "{what}");
            assert_eq!(old.is_playing(), new.frame().clock.playing, "{what}");
            assert_same(&old, &new, &what);
        }
    }
}

/// Edits in a row; each is tried with nothing computed before it, with some slices, and with everything.
const EDITS: &[(&str, &[&str])] = &[
    (
        "lab=maze&seed=50&t=60&compare=on&decode=on",
        &[
            "delete:59",
            "undo",
            "redo",
            "hide:goal@2",
            "look:30",
            "look:end",
            "restore:all",
        ],
    ),
    (
        "lab=maze&size=4&seed=4&t=40&pattern=on",
        &[
            "shift:39=0",
            "set:rewards=off",
            "set:head=rollout",
            "ask:7",
            "set:layer=3",
            "step:7",
            "reset",
        ],
    ),
    (
        "lab=maze&task=tree&size=4&seed=3&t=60",
        &[
            "goal:9",
            "home",
            "act:1",
            "goto:3",
            "move:0,-1",
            "set:temp=0",
            "set:gamma=0.5",
            "corrupt:3-9",
        ],
    ),
    (
        "lab=maze&seed=7&t=20",
        &[
            "walk:0.1.0",
            "place:3",
            "set:walker=model",
            "step:5",
            "set:size=4",
            "pause",
            "undo",
            "set:longest=12",
        ],
    ),
    (
        "lab=maze&size=3&seed=4&t=16&dqn=on",
        &[
            "goal:5",
            "unreward:all",
            "draw:S..|.#.|..G",
            "pause",
            "step:9",
        ],
    ),
    (
        "lab=maze&task=tree&seed=4&size=5&branching=0.8&t=40",
        &[
            "set:compare=on",
            "set:second=9",
            "set:branching=1",
            "pause",
            "step:20",
        ],
    ),
    (
        "lab=maze&seed=7&t=30",
        &[
            "act:9",
            "goal:99",
            "walk:0.7",
            "delete:500",
            "shift:80=1",
            "set:colour=red",
            "set:temp=9",
            "ask:25",
        ],
    ),
];

#[test]
fn edits_give_the_same_as_before() {
    for (link, commands) in EDITS {
        for slices in [0, 3, 17, usize::MAX] {
            let (mut old, mut new) = open(link);
            for command in *commands {
                let what = format!("{command} of {commands:?} in {link}, after {slices} slices");
                if slices == usize::MAX {
                    settle(&mut old, &mut new, &what);
                } else {
                    for lab in 0..2 {
                        let mut done = 0;
                        let mut more = || {
                            done += 1;
                            done < slices
                        };
                        match lab {
                            0 => old.advance(0, &mut more),
                            _ => new.advance(0, &mut more),
                        };
                    }
                }
                dispatch(&mut old, &mut new, command);
            }
            settle(&mut old, &mut new, &format!("{commands:?} in {link}"));
            assert_same(&old, &new, link);
            // Everything shown is that of the reopened link.
            let mut again = New::from_link(&new.link()).unwrap();
            again.settle();
            assert_eq!(again.shown_hash(), new.shown_hash(), "{}", new.link());
        }
    }
}

#[test]
fn decisions_are_attributed_as_before() {
    let (mut old, mut new) = open("lab=maze&seed=7&t=40&ask=4");
    settle(&mut old, &mut new, "link");
    for command in [
        "attribute",
        "ask:5",
        "ask:4",
        "goal:3",
        "step:1",
        "attribute",
        "look:20",
        "attribute",
        "undo",
        "look:0",
        "attribute",
    ] {
        dispatch(&mut old, &mut new, command);
        settle(&mut old, &mut new, command);
    }
    let report = serde_json::to_value(new.report()).unwrap();
    assert!(report["attribution"].is_null());
}

/// Time waits for the policy up to some speed, and not beyond.
#[test]
fn time_passes_as_before() {
    for walker in ["explorer", "model"] {
        for speed in ["1", "100"] {
            let link = format!("lab=maze&seed=50&t=15&walker={walker}");
            let (mut old, mut new) = open(&link);
            for command in [format!("speed:{speed}"), "play".to_owned()] {
                dispatch(&mut old, &mut new, &command);
            }
            for budget in [1, 2, 3, 5, 8, 13] {
                let what = format!("{link} at {speed}, {budget} slices");
                let mut slices = [0, 0];
                let taken = [
                    old.advance(3, &mut || {
                        slices[0] += 1;
                        slices[0] < budget
                    }),
                    new.advance(3, &mut || {
                        slices[1] += 1;
                        slices[1] < budget
                    }),
                ];
                assert_eq!(taken[0], taken[1], "{what}");
                assert_eq!(old.tick(), new.frame().clock.tick, "{what}");
                assert_eq!(old.link(), new.link(), "{what}");
            }
            dispatch(&mut old, &mut new, "pause");
            settle(&mut old, &mut new, &link);
        }
    }
}
