//! The time that a figure takes here: told beforehand by what one took elsewhere, then measured.

use std::collections::BTreeMap;

use crate::{
    labs::figures::{Figures, Protocol},
    texts,
};

/// What pieces took so far.
#[derive(Default)]
pub(super) struct Timing {
    /// Seconds of a piece of a figure, and the N at which it was measured.
    of: BTreeMap<&'static str, (f64, usize)>,
    /// The stretch that is being measured: what is computed, when it began, and the pieces that were there then.
    now: Option<(Protocol, f64, usize)>,
}

/// Seconds of a piece of figure 4E at N = 1,000 on one core of a desktop: what is said before anything was measured here.
const PIECE_SECONDS: f64 = 1.0;
const AT_UNITS: f64 = 1000.0;

impl Timing {
    /// Notes what there is at a time, in seconds.
    pub(super) fn note(&mut self, lab: &Figures, seconds: f64) {
        let protocol = lab.protocol();
        if !lab.is_running() {
            self.now = None;
            return;
        }
        match self.now {
            Some((of, since, before)) if of == protocol => {
                let pieces = lab.done().saturating_sub(before);
                if pieces > 0 {
                    let each = (seconds - since) / pieces as f64;
                    self.of.insert(protocol.figure, (each, protocol.units));
                }
            }
            _ => self.now = Some((protocol, seconds, lab.done())),
        }
    }

    /// Seconds of the pieces that are not there, and whether any piece of this figure was measured here. The time of a step grows with
    /// the square of N.
    pub(super) fn left(&self, lab: &Figures) -> (f64, bool) {
        let left = (lab.pieces() - lab.done()) as f64;
        let protocol = lab.protocol();
        let units = protocol.units as f64;
        let measured = self.of.get(protocol.figure);
        let (each, at) =
            measured.map_or((PIECE_SECONDS, AT_UNITS), |&(each, at)| (each, at as f64));
        (
            left * each * (units / at) * (units / at),
            measured.is_some(),
        )
    }
}

/// A time in words: two digits are enough.
pub(super) fn words(seconds: f64) -> String {
    if seconds < 100.0 {
        let number = seconds.round().max(1.0);
        texts::figures::Seconds { number }.to_string()
    } else if seconds < 6000.0 {
        let number = (seconds / 60.0).round();
        texts::figures::Minutes { number }.to_string()
    } else {
        let number = (seconds / 3600.0).round();
        texts::figures::Hours { number }.to_string()
    }
}
