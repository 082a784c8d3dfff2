//! The maze lab with workers, here threads: the same bits with any number of them as with none, also while memories are edited in the
//! middle of everything, and when one fails.

use std::rc::Rc;

use chickadee::{devices::workers::threads, session::device::Device};

use super::Session;
use crate::faulty_workers::{Fault, faulty};

/// Everything that other cores find: return by context length, the matrix of attention and rollout, the second task, attributions and
/// value learners.
const LINKS: [&str; 3] = [
    "lab=maze&seed=4&t=120&pattern=on&compare=on",
    "lab=maze&task=tree&seed=3&t=260&head=rollout&compare=on&decode=on",
    "lab=maze&size=3&seed=4&t=40&dqn=on",
];
/// Commands, and whether what they change is waited for: more memories, fewer, others, hidden ones, no rewards, another goal.
const COMMANDS: [(&str, bool); 9] = [
    ("attribute", true),
    ("step:40", true),
    ("delete:3-9", false),
    ("hide:20-29@2", true),
    ("look:33", false),
    ("set:rewards=off", true),
    ("undo", false),
    ("look:end", true),
    ("goal:5", true),
];

/// Both hashes after a link and after each command that is waited for; the others have so many slices.
fn hashes(
    link: &str,
    device: Option<Rc<dyn Device>>,
    slices: usize,
) -> (Vec<(u64, Option<u64>)>, Session) {
    let mut session = Session::from_link(link).unwrap();
    session.set_device(device);
    session.settle();
    let mut hashes = vec![(session.state_hash(), session.shown_hash())];
    for (command, waited) in COMMANDS {
        session.dispatch(command.parse().unwrap()).unwrap();
        if waited {
            session.settle();
            hashes.push((session.state_hash(), session.shown_hash()));
        } else {
            let mut left = slices;
            session.advance(0, &mut || {
                left = left.saturating_sub(1);
                left > 0
            });
        }
    }
    (hashes, session)
}

#[test]
fn any_number_of_workers_gives_the_same_bits() {
    for link in LINKS {
        let (expected, here) = hashes(link, None, 1);
        assert!(expected.iter().all(|(_, shown)| shown.is_some()), "{link}");
        for (count, slices) in [(1, 1), (2, 30), (5, 200)] {
            let pool = Rc::new(threads(count).unwrap());
            let (found, there) = hashes(link, Some(pool.clone()), slices);
            assert_eq!(found, expected, "{count} workers, {link}");
            assert_eq!(there.messages(), here.messages(), "{link}");
            assert_eq!(pool.error(), None);
            assert!(pool.bytes() > 0, "they were told weights");
            assert!(pool.answers() > 9, "they have answered");
            assert!(there.frame().device.get().is_some());
        }
    }
}

#[test]
fn a_worker_that_fails_costs_nothing() {
    for (link, fault) in [
        (LINKS[0], Fault::Dies),
        (LINKS[0], Fault::Babbles),
        (LINKS[2], Fault::Dies),
    ] {
        let (expected, _) = hashes(link, None, 30);
        for left in [0, 1, 4, 10, 19, 33] {
            let pool = Rc::new(faulty(2, fault, left));
            let (found, there) = hashes(link, Some(pool.clone()), 30);
            let what = format!("{link}: {fault:?} after {left} answers");
            assert_eq!(found, expected, "{what}");
            let reason = pool
                .error()
                .unwrap_or_else(|| panic!("{what}: it did fail"));
            let said = there.messages();
            let about = said.iter().filter(|text| text.contains(&reason)).count();
            assert_eq!(about, 1, "{what}: {said:?}");
            assert!(there.frame().device.get().is_none(), "{what}");
        }
    }
}
