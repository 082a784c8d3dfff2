//! All places through the network in small groups, from coarse to fine, so that a first picture stands after a moment.

use chickadee_engine::{
    base::{Matrix, reduce::sum},
    models::barcode::{Phase, Run},
};

use super::state::Context;
use crate::{session::Progress, session::device::DeviceRun};

/// All places through the network, a group at a time.
pub struct Sweep {
    phase: Phase,
    order: Vec<usize>,
    next: usize,
    group: Option<Group>,
}

/// Places that settle together, on the CPU or on another device.
enum Group {
    Here(Run),
    There {
        places: Vec<usize>,
        on_device: Box<dyn DeviceRun>,
    },
}

impl Group {
    fn places(&self) -> &[usize] {
        match self {
            Self::Here(run) => run.places(),
            Self::There { places, .. } => places,
        }
    }
}

/// A group that is through.
pub struct Settled {
    /// The places.
    pub places: Vec<usize>,
    /// Activity at the end, places × N.
    pub activity: Matrix,
    /// The first step that overflowed, if one did.
    pub overflow: Option<usize>,
}

impl Sweep {
    /// A sweep over `places` places, those in `first` before the others.
    pub fn new(phase: Phase, places: usize, first: &[usize]) -> Self {
        Self {
            phase,
            order: coarse_to_fine(places, first),
            next: 0,
            group: None,
        }
    }

    /// Leaves out all that is to be computed.
    pub fn skip(&mut self) {
        self.next = self.order.len();
    }

    /// Whether every place is known.
    pub fn is_done(&self) -> bool {
        self.group.is_none() && self.next >= self.order.len()
    }

    /// One step of one group, and the group when it is through.
    pub fn advance(&mut self, context: &Context<'_>) -> (Progress, Option<Settled>) {
        if self.is_done() {
            return (Progress::Idle, None);
        }
        let units = context.network.wiring.units();
        let drive = &context.network.drive.rates;
        let group = self.group.get_or_insert_with(|| {
            let size = match context.on_device() {
                Some(_) => FAR_GROUP,
                None => group_size(units),
            };
            let end = (self.next + size).min(self.order.len());
            let places = self.order[self.next..end].to_vec();
            self.next = end;
            match context.on_device() {
                None => Group::Here(Run::new(self.phase, places, units)),
                Some(on_device) => Group::There {
                    on_device: on_device.run(
                        self.phase,
                        &places,
                        drive,
                        context.parameters,
                        context.memories,
                        false,
                    ),
                    places,
                },
            }
        });
        let settled = match group {
            Group::Here(run) => {
                let Context {
                    network,
                    parameters,
                    memories,
                    ..
                } = *context;
                run.advance(&network.wiring, parameters, memories, drive);
                if !run.is_over() {
                    return (Progress::Worked, None);
                }
                Settled {
                    places: run.places().to_vec(),
                    activity: run.activity().clone(),
                    overflow: run.overflow(),
                }
            }
            Group::There { places, on_device } => {
                let activity = on_device.take();
                if activity.is_empty() {
                    return (Progress::Waits, None);
                }
                let overflow = !sum(&activity).is_finite();
                Settled {
                    activity: Matrix::from_values(places.len(), units, activity),
                    places: std::mem::take(places),
                    // The step is not known; numbers that are none stay so.
                    overflow: overflow.then(|| self.phase.steps()),
                }
            }
        };
        self.group = None;
        (Progress::Worked, Some(settled))
    }

    /// Begins the group that is under way anew, on another device; the groups before it stay.
    pub fn restart_on_device(&mut self) {
        if let Some(group) = self.group.take() {
            self.next -= group.places().len();
        }
    }

    /// Fraction of the places that are known, 0 … 1.
    pub fn fraction(&self) -> f64 {
        let running = self.group.as_ref().map_or(0, |group| group.places().len());
        (self.next - running) as f64 / self.order.len().max(1) as f64
    }
}

/// Places that settle together on another device: a whole ring.
const FAR_GROUP: usize = 128;

/// Places that settle together: enough to share the weights in the cache, few enough for a frame.
fn group_size(units: usize) -> usize {
    if cfg!(target_arch = "wasm32") {
        (8000 / units.max(1)).clamp(1, 8)
    } else {
        20
    }
}

/// The places in `first`, then every sixteenth, every eighth, … and the rest.
fn coarse_to_fine(places: usize, first: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = first.iter().copied().filter(|&p| p < places).collect();
    for stride in [16, 8, 4, 2, 1] {
        order.extend((0..places).step_by(stride));
    }
    let mut seen = vec![false; places];
    order.retain(|&place| !std::mem::replace(&mut seen[place], true));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_once_and_the_wanted_ones_first() {
        let order = coarse_to_fine(100, &[70, 20, 70, 999]);
        assert_eq!(order[..2], [70, 20]);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }
}
