//! The caching lab through its session: what it must show, and that a run is the same however it is replayed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee::{
    core::{Event, LinkPairs},
    labs::caching::{
        Caching, Command, DEFAULT_SEED, EpisodeKind, Event as Happened, Knob, Report, SCENES,
    },
};
use chickadee_engine::{
    analysis::{active_fraction, by_distance, pearson},
    base::Matrix,
    models::barcode::{Parameters, Phase, Run, Wiring, dense_recurrent},
    worlds::caching::Geometry,
};

type Session = chickadee::core::Session<Caching>;

fn open(link: &str) -> Session {
    let mut session = Session::from_link(link).unwrap();
    session.settle();
    session
}

fn tell(session: &mut Session, commands: &[&str]) {
    for command in commands {
        session.dispatch(command.parse().unwrap()).unwrap();
        session.settle();
    }
}

fn ratio(report: &Report, place: usize) -> f64 {
    report.seed_output[place].unwrap_or(f64::NAN)
}

fn peaks_at(report: &Report, place: usize, cache: usize) -> bool {
    report.place_output_peak[place].is_some_and(|peak| (peak - cache as f64).abs() <= 1.0)
}

fn recalled(report: &Report) -> usize {
    report
        .seed_output
        .iter()
        .flatten()
        .filter(|&&ratio| ratio >= 0.5)
        .count()
}

fn curve(session: &Session) -> Vec<u64> {
    let raw = &session.lab().activity().recall.unwrap().curve.seed_raw;
    raw.iter().map(|raw| raw.unwrap().to_bits()).collect()
}

fn pointing(session: &Session) -> Vec<u32> {
    session
        .lab()
        .activity()
        .recall
        .unwrap()
        .pointing
        .values()
        .iter()
        .map(|v| v.to_bits())
        .collect()
}

// ---------------------------------------------------------------------------------------------- what it must show

/// Visits at gain 0 cost nothing, and neither caching nor recall depends on the gain of visits.
const QUICK: &str = "gain=0";

#[test]
fn the_published_size_recalls_every_seed_and_nothing_far_away() {
    const CACHES: [usize; 3] = [20, 35, 70];
    for seed in 1..=3 {
        let report = open(&format!(
            "lab=caching&seed={seed}&units=5000&caches=20,35,70&search=0&{QUICK}"
        ))
        .report();
        assert_eq!(report.messages, Vec::<String>::new());
        for cache in CACHES {
            assert!(
                ratio(&report, cache) >= 0.5,
                "seed {seed}, cache {cache}: {}",
                ratio(&report, cache)
            );
            assert!(
                peaks_at(&report, cache, cache),
                "seed {seed}: {cache} → {:?}",
                report.place_output_peak[cache]
            );
        }
        for place in 0..100 {
            let nearest = CACHES
                .map(|c| Geometry::Ring.distance(100, place, c))
                .into_iter()
                .fold(f64::MAX, f64::min);
            assert!(
                nearest <= 14.0 || ratio(&report, place) <= 0.5,
                "seed {seed}, place {place}: {}",
                ratio(&report, place)
            );
        }
    }
}

/// The 24 trials in which the authors' step overflows 23 times: a seed cached in the basin of another.
fn caching_again(units: usize) -> (usize, usize) {
    let (mut trials, mut both) = (0, 0);
    for seed in 1..=6 {
        for second in [50, 51, 53, 56] {
            let session = open(&format!(
                "lab=caching&units={units}&seed={seed}&{QUICK}&caches=50,{second}"
            ));
            let report = session.report();
            let what = format!("N {units}, seed {seed}, second {second}");
            assert_eq!(
                (report.overflow, report.messages.len()),
                (None, 0),
                "{what}"
            );
            assert!(
                report
                    .seed_output
                    .iter()
                    .all(|v| v.is_some_and(f64::is_finite)),
                "{what}"
            );
            for site in [50, second] {
                // In one basin the two may point to either, but never elsewhere.
                let here = [50, second]
                    .iter()
                    .any(|&cache| peaks_at(&report, site, cache));
                assert!(
                    here,
                    "{what}: {site} → {:?}",
                    report.place_output_peak[site]
                );
            }
            assert!(
                ratio(&report, 0) < 0.5,
                "{what}: far away {}",
                ratio(&report, 0)
            );
            trials += 1;
            both += usize::from([50, second].iter().all(|&site| ratio(&report, site) >= 0.5));
        }
    }
    (trials, both)
}

#[test]
fn safe_mode_holds_seeds_cached_inside_each_others_basin() {
    let thousand = caching_again(1000);
    let two_thousand = caching_again(2000);
    // Measured. In the two trials that are missing one of the sites recalls at less than half the strength of the other.
    assert_eq!((thousand, two_thousand), ((24, 22), (24, 24)));
}

#[test]
fn reference_mode_overflows_there_and_says_so_and_loses_nothing() {
    let mut overflowed = 0;
    for (seed, second) in [(1, 50), (2, 51), (3, 50), (4, 51), (5, 50), (6, 50)] {
        let fly = format!("fly:{second}");
        let mut session = open(&format!(
            "lab=caching&euler=reference&units=1000&seed={seed}&{QUICK}&caches=50"
        ));
        let (first, barcode) = (
            curve(&session),
            session.lab().activity().memories[0].barcode.clone(),
        );
        tell(&mut session, &[&fly]);
        session.take_events();
        tell(&mut session, &["cache", &fly]);
        let events = session.take_events();
        let told = events
            .iter()
            .filter(|e| matches!(e, Event::Lab(Happened::Overflow { .. })))
            .count();
        assert_eq!(
            session.messages().len(),
            usize::from(told > 0),
            "seed {seed}: {:?}",
            session.messages()
        );
        let nan = session
            .lab()
            .activity()
            .recall
            .unwrap()
            .curve
            .seed_raw
            .iter()
            .flatten()
            .any(|raw| raw.is_nan());
        assert_eq!(
            nan || session.lab().activity().memories.len() == 1,
            told > 0,
            "seed {seed}"
        );
        overflowed += usize::from(told > 0);

        assert_eq!(session.lab().activity().memories[0].barcode, barcode);
        tell(&mut session, &["undo"]);
        assert_eq!(
            (
                session.lab().activity().memories.len(),
                session.report().overflow
            ),
            (1, None)
        );
        assert_eq!(curve(&session), first, "seed {seed}");
        // Safe mode takes what the reference could not.
        tell(&mut session, &["set:euler=safe", &fly, "cache"]);
        assert_eq!(
            (
                session.lab().activity().memories.len(),
                session.report().overflow
            ),
            (2, None)
        );
    }
    assert!(overflowed >= 5, "{overflowed} of 6");
}

/// Learning is not bounded: a barcode that is recalled while it is cached again grows with the square of the one before.
#[test]
fn a_seed_cached_over_and_over_grows_without_bound() {
    let mut session = open(&format!("lab=caching&units=500&seed=1&{QUICK}&at=50"));
    let mut largest = Vec::new();
    while session.report().overflow.is_none() {
        assert!(largest.len() < 10, "{largest:?}");
        tell(&mut session, &["cache"]);
        let barcode = &session.lab().activity().memories.last().unwrap().barcode;
        largest.push(barcode.iter().copied().fold(0.0, f32::max));
    }
    assert!(
        largest.len() >= 5,
        "finite at least four times: {largest:?}"
    );
    assert!(
        largest.windows(2).all(|pair| pair[1] > 1.5 * pair[0]),
        "{largest:?}"
    );
    assert_eq!(session.messages().len(), 1, "{:?}", session.messages());
    tell(&mut session, &["undo"]);
    assert_eq!(session.report().overflow, None);
}

fn vetted(rest: &str) -> Session {
    open(&format!(
        "lab=caching&units=2000&seed={DEFAULT_SEED}&{QUICK}&{rest}"
    ))
}

/// What `DEFAULT_SEED` promises.
#[test]
fn the_default_seed_recalls_the_seeds_of_every_scene() {
    for (caches, between) in [([20, 35, 70].as_slice(), [27, 28]), (&[30, 45], [37, 38])] {
        let places = caches
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        let report = vetted(&format!("caches={places}")).report();
        for &cache in caches {
            assert!(
                ratio(&report, cache) >= 0.7 && peaks_at(&report, cache, cache),
                "{cache}: {}",
                ratio(&report, cache)
            );
        }
        for place in between {
            assert!(
                ratio(&report, place) < 0.2,
                "between, {place}: {}",
                ratio(&report, place)
            );
        }
    }
    assert!(SCENES.iter().all(|scene| {
        scene
            .link
            .contains(&format!("units=2000&seed={DEFAULT_SEED}&"))
    }));
}

/// On a slow machine: a thousand units.
#[test]
fn the_default_seed_recalls_with_a_thousand_units_too() {
    let report = open(&format!(
        "lab=caching&units=1000&seed={DEFAULT_SEED}&{QUICK}&caches=20,35,70"
    ))
    .report();
    for cache in [20, 35, 70] {
        assert!(
            ratio(&report, cache) >= 0.6 && peaks_at(&report, cache, cache),
            "{cache}: {}",
            ratio(&report, cache)
        );
    }
    assert!(ratio(&report, 27) < 0.2 && ratio(&report, 28) < 0.2);
}

#[test]
fn every_scene_runs_by_itself_without_a_word() {
    for scene in &SCENES {
        let mut session = open(scene.name);
        assert_eq!(session.report().scene, Some(scene.name));
        let before = session.frame().clock.tick;
        session.run(600);
        assert_eq!(
            session.frame().clock.tick >= before + 600,
            scene.loops || session.frame().script.is_some(),
            "{}",
            scene.name
        );
        assert_eq!(session.messages(), Vec::<String>::new(), "{}", scene.name);
        assert_eq!(session.report().overflow, None, "{}", scene.name);
    }
}

#[test]
fn gain_makes_neighbours_different() {
    let neighbours = |gain: f64| {
        let session = vetted(&format!("gain={gain}"));
        let tuning = &session.lab().activity().tuning.unwrap().similarity;
        by_distance(tuning, |s, t| Geometry::Ring.distance(100, s, t))[1].1
    };
    let (place, barcode) = (neighbours(0.0), neighbours(1.0));
    assert!(place > 0.9 && barcode < 0.6, "{place} {barcode}");
}

#[test]
fn one_seed_is_found_near_it_only() {
    let report = vetted("caches=35").report();
    assert!(
        ratio(&report, 35) > 0.9 && ratio(&report, 37) > 0.5,
        "{}",
        ratio(&report, 37)
    );
    assert!(
        ratio(&report, 43) < 0.1 && ratio(&report, 60) < 0.1,
        "{} {}",
        ratio(&report, 43),
        ratio(&report, 60)
    );
}

#[test]
fn wider_search_finds_seeds_from_farther_away() {
    let mut session = vetted("caches=20,35,70");
    let precise = recalled(&session.report());
    tell(&mut session, &["set:search=1.5"]);
    let wide = recalled(&session.report());
    assert!(wide > 2 * precise, "{precise} places, then {wide}");
}

#[test]
fn without_barcodes_seeds_merge() {
    let report = vetted("barcodes=off&caches=20,35,70").report();
    let correct = [20, 35, 70]
        .into_iter()
        .filter(|&c| peaks_at(&report, c, c))
        .count();
    assert_eq!(
        correct,
        1,
        "{:?}",
        [20, 35, 70].map(|c| report.place_output_peak[c])
    );
    assert!(
        ratio(&report, 28) > 0.5,
        "no rejection between: {}",
        ratio(&report, 28)
    );
}

#[test]
fn without_place_fields_neighbours_know_nothing() {
    let mut session = vetted("placefields=off&caches=20,35,70");
    let report = session.report();
    for cache in [20, 35, 70] {
        assert!(
            ratio(&report, cache) >= 0.5 && peaks_at(&report, cache, cache),
            "{cache}"
        );
        for near in [cache - 2, cache - 1, cache + 1, cache + 2] {
            assert!(
                ratio(&report, near) < 0.5,
                "{near}: {}",
                ratio(&report, near)
            );
        }
    }
    // A few places far from any seed are mistaken, as in the paper's figure 5B; no more.
    let mistaken = recalled(&report) - 3;
    assert!(mistaken <= 8, "{mistaken} places");
    tell(&mut session, &["set:search=10"]);
    assert_eq!(recalled(&session.report()), 100);
}

#[test]
fn populations_have_the_published_statistics() {
    for seed in 1..=3 {
        let session = open(&format!("lab=caching&units=1000&seed={seed}&gain=1"));
        let activity = session.lab().activity();
        let tuning = activity.tuning.unwrap();
        let active = active_fraction(tuning.activity.values());
        assert!((active - 0.10).abs() < 0.01, "seed {seed}: {active} active");
        let by_distance = by_distance(&tuning.similarity, |s, t| {
            Geometry::Ring.distance(100, s, t)
        });
        assert!(
            (by_distance[1].1 - 0.42).abs() < 0.08,
            "seed {seed}: neighbours {:?}",
            by_distance[1]
        );
        assert!(
            (by_distance[8].1 - 0.15).abs() < 0.04,
            "seed {seed}: a site apart {:?}",
            by_distance[8]
        );
        let place = active_fraction(activity.network.unwrap().place_code.values());
        assert!((place - 0.4006).abs() < 0.001, "{place}");
    }
}

// ------------------------------------------------------------------------------------------------------- replay

fn in_tiny_slices(link: &str) -> Session {
    let mut session = Session::from_link(link).unwrap();
    let mut slices = 0;
    while session.is_busy() {
        session.advance(1, &mut || false);
        slices += 1;
        assert!(slices < 1_000_000, "never done");
    }
    session
}

#[test]
fn slices_do_not_change_a_run() {
    for link in [
        "lab=caching&units=300&seed=5&gain=1&caches=20,35,70&at=36&doing=check",
        "lab=caching&units=300&seed=5&gain=0.4&log=c20;seta=50;c60;w0=0.5;c80;x1&at=3&t=41",
        "lab=caching&world=arena&units=400&seed=5&caches=22&doing=cache&at=22&t=17",
        "lab=caching&world=gaussian&inputs=150&units=300&places=40&seed=5&caches=7",
    ] {
        let (whole, sliced) = (open(link), in_tiny_slices(link));
        assert_eq!(whole.state_hash(), sliced.state_hash(), "{link}");
        assert_eq!(
            whole.report().seed_output,
            sliced.report().seed_output,
            "{link}"
        );
        assert_eq!(whole.link(), sliced.link());
    }
}

fn replays(session: &Session) {
    let link = session.link();
    assert!(!session.is_busy());
    let again = open(&link);
    assert_eq!(again.link(), link);
    assert_eq!(again.messages(), Vec::<String>::new(), "{link}");
    assert_eq!(again.state_hash(), session.state_hash(), "{link}");
    assert_eq!(curve(&again), curve(session), "{link}");
}

#[test]
fn the_link_of_a_session_brings_it_back_bit_by_bit() {
    let mut session = open("lab=caching&units=300&seed=9&gain=1");
    for commands in [
        ["fly:20", "cache"].as_slice(),
        &["fly:50", "cache", "set:search=0.4"],
        &["set:eta=55", "fly:80", "cache", "set:gain=0.3"],
        &["weight:0=0.25", "set:threshold=0.3"],
        &["remove:1", "check"],
        &["undo"],
        &["redo", "fly:21"],
        &["set:div=25", "move:3,0"],
        &["without:0"],
        &["set:units=200", "cache"],
        &["set:world=gaussian", "undo", "redo"],
        &["check"],
    ] {
        tell(&mut session, commands);
        replays(&session);
    }
    assert!(session.lab().activity().memories.len() >= 2);
}

#[test]
fn a_link_taken_in_the_middle_brings_the_middle_back() {
    for doing in ["fly:50", "cache", "check"] {
        let mut session = open("lab=caching&units=300&seed=9&gain=1&search=0.2&caches=20,50");
        tell(&mut session, &["pause"]);
        session.dispatch("step:40".parse().unwrap()).unwrap();
        session.dispatch(doing.parse().unwrap()).unwrap();
        session.settle();
        assert_eq!(session.report().t, 40, "{doing}");
        assert!(session.link().contains("&t=40"), "{}", session.link());
        replays(&session);
        // … and goes on from there as if nothing had happened.
        let mut again = open(&session.link());
        for session in [&mut session, &mut again] {
            tell(session, &["play"]);
        }
        assert_eq!(again.state_hash(), session.state_hash(), "{doing}");
        assert_eq!(
            again.lab().activity().memories.len(),
            if doing == "cache" { 3 } else { 2 }
        );
    }
}

#[test]
fn a_link_taken_before_anything_is_computed_says_the_same() {
    for link in [
        "lab=caching&units=300&seed=9&gain=1&search=0&caches=20,50&at=3&doing=check&t=12",
        "lab=caching&units=300&seed=9&gain=1&search=0&log=c20;seta=50;c40;w0=0.5;x1&at=7",
    ] {
        let mut session = Session::from_link(link).unwrap();
        assert_eq!(session.link(), link);
        for command in [
            "fly:9",
            "cache",
            "set:units=200",
            "set:beta=-0.3",
            "weight:0=0.5",
            "play",
        ] {
            session.dispatch(command.parse().unwrap()).unwrap();
        }
        let early = session.link();
        session.settle();
        assert_eq!(early, session.link());
    }
}

#[test]
fn a_foraging_bird_can_be_met_where_it_was() {
    for steps in [333, 1500, 2222] {
        let mut session = open("lab=caching&units=300&seed=4&gain=1&forage=on");
        session.run(steps);
        assert!(session.link().contains("forage=on&decisions="));
        replays(&session);
    }
    let mut session = open("lab=caching&units=300&seed=4&gain=1&forage=on");
    session.run(6000);
    assert_eq!(session.lab().activity().memories.len(), 3);
    assert!(
        session
            .trace()
            .iter()
            .any(|entry| matches!(entry.event, Event::Lab(Happened::Recalled { .. })))
    );
}

// ------------------------------------------------------------------------------------------------- one way or another

#[test]
fn all_places_at_once_are_each_place_alone() {
    let mut session = open("lab=caching&units=700&seed=3&gain=0.8&search=0.3&caches=20,60");
    let recall = session.lab().activity().recall.unwrap().curve.clone();
    let tuning = session.lab().activity().tuning.unwrap().activity.clone();
    for place in [0, 20, 22, 41, 60, 99] {
        tell(&mut session, &[&format!("fly:{place}")]);
        assert_eq!(
            session.lab().activity().episode.unwrap().activity(),
            tuning.row(place),
            "visit {place}"
        );
        tell(&mut session, &["check"]);
        let activity = session.lab().activity();
        let raw = chickadee_engine::models::barcode::seed_output(
            activity.memories,
            activity.episode.unwrap().activity(),
        );
        assert_eq!(
            raw.to_bits(),
            recall.seed_raw[place].unwrap().to_bits(),
            "check {place}"
        );
        let (checked, verdict) = activity.verdict.unwrap();
        assert_eq!(
            (checked, Some(verdict.seed_ratio)),
            (place, recall.ratios()[place])
        );
        assert_eq!(verdict.peak, recall.peak[place]);
    }
}

#[test]
fn a_memory_that_is_removed_was_never_there() {
    let mut session = open("lab=caching&units=500&seed=3&gain=0&search=0.4&caches=20,60");
    let before = (curve(&session), pointing(&session));
    tell(&mut session, &["fly:80", "cache"]);
    assert_ne!(curve(&session), before.0);
    tell(&mut session, &["weight:2=0"]);
    assert_eq!((curve(&session), pointing(&session)), before, "weight 0");
    tell(&mut session, &["weight:2=0.5"]);
    assert_ne!(curve(&session), before.0);
    tell(&mut session, &["remove:2"]);
    assert_eq!((curve(&session), pointing(&session)), before, "removed");
}

#[test]
fn low_rank_synapses_and_one_dense_matrix_run_alike() {
    let session = open("lab=caching&units=300&seed=8&gain=0&log=c20;c60;w1=0.7;c80&search=0.4");
    let activity = session.lab().activity();
    let network = activity.network.unwrap();
    let parameters = activity.settings.parameters();
    let dense = Wiring::given(
        dense_recurrent(&network.wiring, &parameters, activity.memories),
        network.wiring.seed_direction.clone(),
    );
    let bare = Parameters {
        weight_gain: 1.0,
        weight_mean: 0.0,
        ..parameters.clone()
    };
    let places: Vec<usize> = (0..100).collect();
    let run = |wiring: &Wiring, parameters: &Parameters, memories: &[_], phase: Phase| {
        let mut run = Run::new(phase, places.clone(), 300);
        while !run.is_over() {
            run.advance(wiring, parameters, memories, &network.drive.rates);
        }
        run.activity().clone()
    };
    // Chaos multiplies a rounding error about sixty-fold over a run, and an attractor undoes that.
    for (phase, most) in [
        (Phase::visit(&parameters, 0.0), 0.0),
        (Phase::visit(&parameters, 0.3), 1e-5),
        (Phase::recall(&parameters, 0.4), 2e-3),
    ] {
        let low_rank = run(&network.wiring, &parameters, activity.memories, phase);
        let dense = run(&dense, &bare, &[], phase);
        let error = relative(&low_rank, &dense);
        assert!(
            error <= most,
            "gain {}, search {}: {error:.1e}",
            phase.gain,
            phase.search
        );
    }
}

fn relative(found: &Matrix, expected: &Matrix) -> f64 {
    let square = |x: f64| x * x;
    let pairs = found.values().iter().zip(expected.values());
    let error: f64 = pairs
        .map(|(a, b)| square(f64::from(*a) - f64::from(*b)))
        .sum();
    let scale: f64 = expected
        .values()
        .iter()
        .map(|&x| square(f64::from(x)))
        .sum();
    (error / scale).sqrt()
}

// ------------------------------------------------------------------------------------------------------ undo and redo

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

/// Found by chance: a seed that overflows while it is being cached is in no link, and so the link must not end with caching.
#[test]
fn a_seed_that_was_lost_leaves_a_link_that_can_be_read_again() {
    let mut session = Session::from_link(
        "lab=caching&euler=reference&barcodes=off&units=128&places=4&dt=0.2138299194089516&skew=2.984393604842302",
    )
    .unwrap();
    session.dispatch(Command::Cache.into()).unwrap();
    session.settle();
    assert!(session.lab().activity().memories.is_empty());
    let link = session.link();
    let mut again = Session::from_link(&link).unwrap();
    again.settle();
    assert_eq!(again.link(), link);
}
