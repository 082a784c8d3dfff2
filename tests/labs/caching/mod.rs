//! The caching lab through its session.

mod behaviour;
mod device;
mod properties;
mod reopened;
mod replay;
mod undo;
#[cfg(feature = "gpu")]
mod workers;

use chickadee::labs::caching::{Caching, Report};

type Session = chickadee::session::Session<Caching>;

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

/// Visits at gain 0 cost nothing, and neither caching nor recall depends on the gain of visits.
const QUICK: &str = "gain=0";
