//! The caching lab with workers, here threads: the same bits with any number of them as with none, also of what overflows, and when one
//! fails in the middle.

use std::rc::Rc;

use chickadee::{devices::workers::threads, session::device::Device};

use super::Session;
use crate::faulty_workers::{Fault, faulty};

/// Sizes above those from which workers are asked, single runs included; a link with predictive weights, and one that overflows.
const LINKS: [&str; 3] = [
    "lab=caching&units=2000&places=12&seed=2&gain=1&search=0.3&log=c8;c5;w0=0.7;c11&at=7&doing=check",
    "lab=caching&units=500&places=40&seed=3&skew=1&gain=0.6&caches=4,9&at=20",
    "lab=caching&units=500&places=40&seed=1&euler=reference&dt=0.4&gain=1&caches=4,5,6&at=5",
];
const COMMANDS: [&str; 3] = ["fly:6", "cache", "check"];

/// Both hashes after a link and after each command.
fn hashes(link: &str, device: Option<Rc<dyn Device>>) -> (Vec<(u64, Option<u64>)>, Session) {
    let mut session = Session::from_link(link).unwrap();
    session.set_device(device);
    session.settle();
    let mut hashes = vec![(session.state_hash(), session.shown_hash())];
    for command in COMMANDS {
        session.dispatch(command.parse().unwrap()).unwrap();
        session.settle();
        hashes.push((session.state_hash(), session.shown_hash()));
    }
    (hashes, session)
}

#[test]
fn any_number_of_workers_gives_the_same_bits() {
    for link in LINKS {
        let (expected, here) = hashes(link, None);
        assert!(expected.iter().all(|(_, shown)| shown.is_some()), "{link}");
        for count in [1, 2, 5] {
            let pool = Rc::new(threads(count).unwrap());
            let (found, there) = hashes(link, Some(pool.clone()));
            assert_eq!(found, expected, "{count} workers, {link}");
            assert_eq!(there.messages(), here.messages(), "{link}");
            let overflow = |of: &Session| of.lab().activity().recall.unwrap().overflow;
            assert_eq!(overflow(&there), overflow(&here), "{link}");
            assert_eq!(pool.error(), None);
            assert!(there.frame().device.get().is_some());
        }
    }
}

#[test]
fn a_worker_that_fails_costs_nothing() {
    let link = LINKS[0];
    let (expected, _) = hashes(link, None);
    for fault in [Fault::Dies, Fault::Babbles, Fault::CutsShort] {
        for left in [0, 1, 7, 30, 90] {
            let pool = Rc::new(faulty(2, fault, left));
            let (found, there) = hashes(link, Some(pool.clone()));
            let what = format!("{fault:?} after {left} answers");
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
