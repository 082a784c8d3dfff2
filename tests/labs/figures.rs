//! The lab of figures: nothing before it is asked for, partial results, links, undo, and the numbers of the protocol itself.

use std::rc::Rc;

use chickadee::{
    devices::workers::threads,
    labs::figures::Figures,
    session::{Command, Event, Session, Workbench, device::Device},
};
use chickadee_figures::{Sample, figure};

use crate::faulty_workers::{Fault, faulty};

const SMALL: &str = "lab=figures&figure=4e&seeds=1&units=200";

fn open(link: &str) -> Session<Figures> {
    Session::from_link(link).unwrap()
}

fn send(session: &mut Session<Figures>, command: &str) {
    session
        .dispatch(command.parse::<Command>().unwrap())
        .unwrap();
}

/// Computes so many slices.
fn advance(session: &mut Session<Figures>, slices: usize) {
    let mut left = slices;
    session.advance(0, &mut || {
        left -= 1;
        left > 0
    });
}

/// Goes on until so many pieces are there.
fn reach(session: &mut Session<Figures>, pieces: usize) {
    while session.lab().done() < pieces {
        advance(session, 1);
    }
}

/// The same link makes the same state.
fn reopens(session: &mut Session<Figures>) {
    session.settle();
    let link = session.link();
    let mut again = open(&link);
    again.settle();
    assert_eq!(again.link(), link);
    assert_eq!(again.state_hash(), session.state_hash(), "{link}");
    assert!(session.shown_hash().is_some());
    assert_eq!(again.shown_hash(), session.shown_hash(), "{link}");
}

#[test]
fn nothing_is_computed_before_it_is_asked_for() {
    let mut session = open(SMALL);
    session.settle();
    assert_eq!(session.lab().done(), 0);
    assert_eq!(session.link(), SMALL);
    let verdicts = session.lab().verdicts();
    assert!(
        verdicts.open > 50 && verdicts.compared() == 0,
        "{verdicts:?}"
    );
    reopens(&mut session);
}

#[test]
fn what_is_recomputed_is_what_the_protocol_gives() {
    let mut session = open(&format!("{SMALL}&run=on"));
    let mut slices = 0;
    while session.is_busy() {
        advance(&mut session, 7);
        slices += 7;
    }
    assert!(slices > 1000, "many small slices");
    let (figure, settings) = (figure("4e").unwrap(), session.lab().settings());
    let bits = |samples: &[Sample]| -> Vec<(usize, u64, u64)> {
        let numbers = samples.iter();
        let numbers = numbers.map(|s| (s.series, s.x.to_bits(), s.value.to_bits()));
        numbers.collect()
    };
    let recomputation = session.lab().recomputation();
    assert_eq!(recomputation.done(), settings.pieces(figure));
    for piece in 0..recomputation.pieces() {
        let samples = settings.work(figure, piece).finish();
        assert_eq!(
            bits(recomputation.piece(piece).unwrap()),
            bits(&samples),
            "{piece}"
        );
    }
    // What is drawn is what a recomputation says in the end.
    let told: Vec<_> = session.lab().compared().cloned().collect();
    assert_eq!(told, recomputation.values());
    let verdicts = session.lab().verdicts();
    assert_eq!(verdicts.open, 0);
    let heard = session.take_events().into_iter();
    let heard: Vec<_> = heard
        .filter(|event| matches!(event, Event::Lab(_)))
        .collect();
    assert_eq!(heard.len(), 1, "told once: {heard:?}");
    let spoken = heard[0].spoken().unwrap();
    assert!(spoken.contains(&verdicts.agree().to_string()), "{spoken}");
    reopens(&mut session);
}

/// Hashes and messages after a recomputation that is stopped, gone on with, and left for another network, with a device.
fn with(device: Option<Rc<dyn Device>>) -> (Vec<u64>, Vec<String>) {
    let mut session = open(&format!("{SMALL}&run=3"));
    session.set_device(device);
    session.settle();
    let mut hashes = vec![session.state_hash()];
    send(&mut session, "recompute");
    advance(&mut session, 50);
    // In the middle of something; what was asked for is taken back.
    send(&mut session, "set:units=210");
    send(&mut session, "set:units=200");
    send(&mut session, "recompute");
    session.settle();
    hashes.extend([session.state_hash(), session.shown_hash().unwrap()]);
    send(&mut session, "set:figure=5c");
    send(&mut session, "recompute");
    session.settle();
    hashes.extend([session.state_hash(), session.shown_hash().unwrap()]);
    (hashes, session.messages().to_vec())
}

#[test]
fn any_number_of_workers_gives_the_same_bits() {
    let (expected, messages) = with(None);
    for workers in [1, 2, 5] {
        let pool = Rc::new(threads(workers).unwrap());
        assert_eq!(
            with(Some(pool.clone())),
            (expected.clone(), messages.clone())
        );
        assert_eq!(pool.error(), None);
        assert!(pool.answers() >= 10, "{workers} workers have computed");
    }
}

#[test]
fn a_worker_that_fails_costs_nothing() {
    let (expected, _) = with(None);
    for fault in [Fault::Dies, Fault::Babbles, Fault::CutsShort] {
        for left in [0, 5, 40] {
            let pool = Rc::new(faulty(2, fault, left));
            let (found, messages) = with(Some(pool.clone()));
            let what = format!("{fault:?} after {left} answers");
            assert_eq!(found, expected, "{what}");
            let reason = pool
                .error()
                .unwrap_or_else(|| panic!("{what}: it did fail"));
            let about = messages.iter().filter(|text| text.contains(&reason));
            assert_eq!(about.count(), 1, "{what}: {messages:?}");
        }
    }
}

#[test]
fn stopping_keeps_what_is_there_and_more_networks_go_on() {
    let mut session = open(SMALL);
    send(&mut session, "recompute");
    assert!(session.is_busy());
    reach(&mut session, 2);
    send(&mut session, "stop");
    session.settle();
    assert_eq!(session.lab().done(), 2);
    assert_eq!(session.link(), format!("{SMALL}&run=2"));
    assert!(session.lab().verdicts().compared() > 0);
    reopens(&mut session);
    let stopped = session.state_hash();
    send(&mut session, "recompute");
    session.settle();
    let whole = session.state_hash();
    assert_eq!(session.lab().done(), session.lab().pieces());
    // Undo goes back to what was there, redo does not compute again.
    send(&mut session, "undo");
    session.settle();
    assert_eq!(session.state_hash(), stopped);
    send(&mut session, "redo");
    assert_eq!(session.lab().done(), session.lab().pieces());
    session.settle();
    assert_eq!(session.state_hash(), whole);
    // More networks: the first are there.
    let one = session.lab().pieces();
    send(&mut session, "set:seeds=2");
    assert_eq!(
        (session.lab().done(), session.lab().pieces()),
        (one, 2 * one)
    );
    assert!(!session.lab().is_running());
    reopens(&mut session);
    // Another size has nothing yet; the way back has everything.
    send(&mut session, "set:units=210");
    assert_eq!(session.lab().done(), 0);
    send(&mut session, "set:units=200");
    assert_eq!(session.lab().done(), one);
    send(&mut session, "reset");
    assert_eq!(session.lab().done(), 0);
    reopens(&mut session);
}

/// Who looks at the lab that a figure is about finds the figure as it was.
#[test]
fn another_lab_in_between_costs_nothing() {
    let mut bench = Workbench::from_link(SMALL).unwrap();
    bench.dispatch("recompute".parse().unwrap()).unwrap();
    bench.settle();
    let (link, hash) = (bench.link(), bench.state_hash());
    let shown = bench.shown_hash();
    let told = |bench: &mut Workbench| {
        let events = bench.take_events().into_iter();
        let events = events.filter(|event| event.json["type"] == "recomputed");
        events.count()
    };
    assert_eq!(told(&mut bench), 1);
    bench.open_link("lab=caching&units=200").unwrap();
    assert!(bench.get::<Figures>().is_none());
    bench.open_link(&link).unwrap();
    let lab = bench.get::<Figures>().unwrap().lab();
    assert_eq!(lab.done(), lab.pieces());
    bench.settle();
    assert_eq!((bench.state_hash(), bench.shown_hash()), (hash, shown));
    // Whoever asked for it again is told again.
    assert_eq!(told(&mut bench), 1);
    // A link that asks for nothing shows nothing.
    bench.open_link("lab=maze").unwrap();
    bench.open_link(SMALL).unwrap();
    assert_eq!(bench.get::<Figures>().unwrap().lab().done(), 0);
}

#[test]
fn what_is_wrong_is_one_clear_line() {
    for (more, says) in [
        ("figure=7z", "7z"),
        ("seeds=0", "seeds=0"),
        ("seeds=many", "many"),
        ("seeds=99999", "10000"),
        ("units=100", "units=100 is too few for Figure 4E–F"),
        (
            "run=soon",
            "run=soon was ignored; expected on, off or a number of pieces",
        ),
        ("run=-1", "run=-1"),
        ("bird=blue", "bird"),
    ] {
        let session = open(&format!("lab=figures&figure=4e&{more}"));
        let messages = session.messages();
        assert_eq!(messages.len(), 1, "{more}: {messages:?}");
        assert!(messages[0].contains(says), "{more}: {messages:?}");
        assert_eq!(messages[0].lines().count(), 1);
        assert_eq!(session.lab().figure().id, "4e");
        let settings = session.lab().settings();
        assert_eq!(settings.check(session.lab().figure()), Ok(()));
    }
    // More pieces than there are, are all.
    let session = open(&format!("{SMALL}&run=1000000"));
    assert_eq!(session.link(), format!("{SMALL}&run=on"));
}

#[test]
fn a_refused_setting_changes_nothing() {
    let mut bench = Workbench::from_link(SMALL).unwrap();
    for command in ["set:figure=7z", "set:seeds=x", "set:run=on"] {
        let error = bench.dispatch(command.parse().unwrap()).unwrap_err();
        assert_eq!(error.to_string().lines().count(), 1, "{error}");
        assert_eq!(bench.link(), SMALL);
    }
    assert!(bench.undoable().is_none());
}

#[test]
fn tables_hold_every_point_and_every_sample() {
    let mut session = open(&format!("{SMALL}&run=1"));
    session.settle();
    let points = session.csv("").unwrap();
    assert!(points.starts_with("figure,seeds,units,panel"), "{points}");
    let samples = session.csv("samples").unwrap();
    let piece = session.lab().recomputation().piece(0).unwrap().len();
    assert_eq!(samples.lines().count(), 1 + piece);
    assert!(
        samples
            .lines()
            .all(|line| line.matches("lab=figures").count() <= 1)
    );
    let report = Workbench::from_link(&session.link()).unwrap().report();
    assert_eq!(report["figure"]["id"], "4e");
    assert_eq!(report["running"], true, "not yet settled");
}
