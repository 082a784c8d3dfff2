//! Undo and redo, and histories without a seed that was in them.

use chickadee::{
    labs::caching::{Command, EpisodeKind, Event as Happened, Knob},
    session::{Event, LinkPairs},
};
use chickadee_engine::analysis::pearson;

use super::{Session, curve, open, tell};

#[test]
fn undo_and_redo_of_a_seed() {
    let mut session = open("lab=caching&units=300&seed=2&gain=1&caches=20");
    let before = (session.lab().activity().memories.len(), curve(&session));
    tell(&mut session, &["fly:50", "cache", "fly:3"]);
    let after = curve(&session);
    assert_eq!(session.undoable(), Some("cache"));
    tell(&mut session, &["undo"]);
    assert_eq!(
        (session.lab().activity().memories.len(), curve(&session)),
        before
    );
    assert_eq!(
        session.undoable(),
        None,
        "the seeds of a link are no steps of undo"
    );
    tell(&mut session, &["redo"]);
    assert_eq!(curve(&session), after);
    assert!(!session.can_redo());
}

#[test]
fn undo_of_a_seed_being_cached_and_redo() {
    let mut session = open("lab=caching&units=300&seed=2&gain=1&at=50");
    session.dispatch(Command::Cache.into()).unwrap();
    session.advance(30, &mut || true);
    assert_eq!(session.report().doing, "cache");
    tell(&mut session, &["undo"]);
    assert_eq!(session.lab().activity().memories.len(), 0);
    tell(&mut session, &["redo"]);
    assert_eq!(session.lab().activity().memories.len(), 1);
    assert_eq!(session.lab().activity().memories[0].place, 50);
}

/// Memories that were computed once are kept with the run that they belong to, also where the network was another.
#[test]
fn undo_and_redo_store_no_seed_again() {
    let mut session = open("lab=caching&units=200&places=40&seed=2&gain=1&caches=20");
    tell(
        &mut session,
        &["fly:5", "cache", "weight:0=0.5", "set:units=300"],
    );
    session.take_events();
    let memories = session.lab().activity().memories.to_vec();
    let cached = |session: &mut Session| {
        let events = session.take_events();
        let cached =
            |event: &&Event<Happened>| matches!(event, Event::Lab(Happened::Cached { .. }));
        events.iter().filter(cached).count()
    };
    for (command, seeds) in [
        ("undo", 2),
        ("undo", 2),
        ("undo", 1),
        ("redo", 2),
        ("redo", 2),
    ] {
        session.dispatch(command.parse().unwrap()).unwrap();
        assert_eq!(session.lab().activity().memories.len(), seeds, "at once");
    }
    tell(&mut session, &["redo"]);
    assert_eq!(session.lab().activity().memories, memories);
    assert_eq!(cached(&mut session), 0);
    // Another weight needs no seed again either, and a seed that was never there needs the later ones.
    tell(&mut session, &["weight:1=2"]);
    assert_eq!(cached(&mut session), 0);
    tell(&mut session, &["without:0"]);
    assert_eq!(cached(&mut session), 1);
}

/// The run changes at once, and the seed that is being cached is finished all the same.
#[test]
fn a_command_in_the_middle_of_caching_waits_for_nothing_and_loses_nothing() {
    let mut session = open("lab=caching&units=200&places=40&seed=2&gain=1&at=7");
    let parsed = |command: &str| command.parse().unwrap();
    session.dispatch(parsed("cache")).unwrap();
    session.dispatch(parsed("pause")).unwrap();
    session.dispatch(parsed("step:30")).unwrap();
    session.settle();
    assert_eq!(session.report().t, 30);
    assert!(session.link().ends_with("caches=7&at=7&doing=cache&t=30"));
    session.dispatch(parsed("set:eta=50")).unwrap();
    session.dispatch(parsed("fly:12")).unwrap();
    assert!(session.link().ends_with("log=c7;seta=50&at=12&t=0"));
    session.settle();
    let again = open(&session.link());
    assert_eq!(
        session.lab().activity().memories.len(),
        1,
        "although paused"
    );
    assert_eq!(again.state_hash(), session.state_hash());
    assert_eq!(again.link(), session.link());
}

#[test]
fn a_knob_that_is_dragged_is_one_step_of_undo() {
    let mut session = open("lab=caching&units=300&seed=2&gain=1&caches=20");
    for step in 1..=20 {
        tell(
            &mut session,
            &[&format!("set:gain={}", f64::from(20 - step) / 20.0)],
        );
    }
    assert_eq!(session.lab().activity().settings.get(Knob::Gain), 0.0);
    tell(&mut session, &["undo"]);
    assert_eq!(session.lab().activity().settings.get(Knob::Gain), 1.0);
    assert_eq!(session.undoable(), None);
    tell(&mut session, &["redo"]);
    assert_eq!(session.lab().activity().settings.get(Knob::Gain), 0.0);
}

#[test]
fn place_mode_follows_undo_of_what_it_depends_on() {
    let mut session = open("lab=caching&units=300&seed=2&gain=0");
    let code = |session: &Session| {
        session
            .lab()
            .activity()
            .network
            .unwrap()
            .place_code
            .values()
            .to_vec()
    };
    let (before, tuning) = (
        code(&session),
        session.lab().activity().tuning.unwrap().activity.clone(),
    );
    tell(&mut session, &["set:div=50"]);
    assert_ne!(code(&session), before);
    tell(&mut session, &["undo"]);
    assert_eq!(code(&session), before);
    assert!(session.lab().activity().tuning.unwrap().activity == tuning);
    tell(&mut session, &["set:div=50"]);
    let link = LinkPairs::parse("lab=caching&units=300&seed=2&gain=0").unwrap();
    session.open_pairs(&link, "open link");
    session.settle();
    assert_eq!(code(&session), before);
}

#[test]
fn another_seed_of_randomness_caches_everything_again() {
    let mut session = open("lab=caching&units=300&seed=2&gain=1&caches=20,60");
    let (hash, barcode) = (
        session.state_hash(),
        session.lab().activity().memories[0].barcode.clone(),
    );
    tell(&mut session, &["set:seed=3"]);
    let fresh = open("lab=caching&units=300&seed=3&gain=1&caches=20,60");
    assert_eq!(
        session.lab().activity().memories,
        fresh.lab().activity().memories
    );
    assert_eq!(
        session.lab().activity().before[0].barcode,
        barcode,
        "the old history is kept to compare with"
    );
    tell(&mut session, &["undo", "fly:60"]);
    assert_eq!(session.state_hash(), hash);
    // Undo in the middle of replaying, and redo: nothing is lost.
    session.dispatch("redo".parse().unwrap()).unwrap();
    session.advance(1, &mut || false);
    session.dispatch("undo".parse().unwrap()).unwrap();
    session.dispatch("redo".parse().unwrap()).unwrap();
    session.settle();
    assert_eq!(
        session.lab().activity().memories,
        fresh.lab().activity().memories
    );
}

#[test]
fn history_without_one_seed_is_history_that_never_had_it() {
    let mut session = open("lab=caching&units=300&seed=2&gain=1&caches=20,40,60&at=5");
    let before: Vec<_> = session.lab().activity().memories.to_vec();
    tell(&mut session, &["without:1"]);
    let never = open("lab=caching&units=300&seed=2&gain=1&caches=20,60&at=5");
    assert_eq!(
        session.lab().activity().memories,
        never.lab().activity().memories
    );
    assert_eq!(session.lab().activity().before, before);
    assert_eq!(session.state_hash(), never.state_hash());
    // The first barcode is as it was; the last one depended on the seed that is gone.
    assert_eq!(session.lab().activity().memories[0], before[0]);
    let r = pearson(
        &session.lab().activity().memories[1].barcode,
        &before[2].barcode,
    );
    assert!(r < 0.999, "{r}");
    assert_eq!(
        session.lab().activity().episode.unwrap().kind,
        EpisodeKind::Visit
    );
}

#[test]
fn refused_commands_leave_no_trace() {
    let mut session = open("lab=caching&units=300&seed=2&gain=1&caches=20");
    let hash = session.state_hash();
    for command in [
        "fly:100",
        "weight:1=0.5",
        "remove:1",
        "without:7",
        "set:units=many",
        "set:colour=red",
        "scene:none",
    ] {
        let error = session
            .dispatch(command.parse().unwrap())
            .unwrap_err()
            .to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    session.settle();
    assert_eq!(
        (
            session.state_hash(),
            session.undoable(),
            session.messages().len()
        ),
        (hash, None, 0)
    );
}
