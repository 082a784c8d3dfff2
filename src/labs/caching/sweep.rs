//! All places through the network in small groups, from coarse to fine, so that a first picture stands after a moment.

use std::collections::VecDeque;

use chickadee_engine::{
    base::{Matrix, reduce::sum},
    models::barcode::{Phase, Run},
};

use super::state::Context;
use crate::session::{
    Progress,
    device::{DeviceNetwork, DeviceRun},
};

/// All places through the network, a group at a time.
pub struct Sweep {
    phase: Phase,
    order: Vec<usize>,
    next: usize,
    groups: VecDeque<Group>,
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
            groups: VecDeque::new(),
        }
    }

    /// Leaves out all that is to be computed.
    pub fn skip(&mut self) {
        self.next = self.order.len();
    }

    /// Whether every place is known.
    pub fn is_done(&self) -> bool {
        self.groups.is_empty() && self.next >= self.order.len()
    }

    /// One step of one group, and the group when it is through. Groups are through in the order in which they were begun, so that what
    /// is made of them does not depend on who was quicker.
    pub fn advance(&mut self, context: &Context<'_>) -> (Progress, Option<Settled>) {
        if self.is_done() {
            return (Progress::Idle, None);
        }
        let on_device = context.on_device(false);
        let workers = on_device.map(DeviceNetwork::workers);
        // Workers are asked for all at once: frames may be far apart.
        let beside = workers.flatten().map_or(1, |_| usize::MAX);
        while self.groups.len() < beside && self.next < self.order.len() {
            self.begin(context, on_device, workers);
        }
        let Some(group) = self.groups.front_mut() else {
            return (Progress::Idle, None);
        };
        let units = context.network.wiring.units();
        let settled = match group {
            Group::Here(run) => {
                let Context {
                    network,
                    parameters,
                    memories,
                    ..
                } = *context;
                run.advance(&network.wiring, parameters, memories, &network.drive.rates);
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
                    // Where the step is not known, numbers that are none stay so.
                    overflow: on_device
                        .overflow()
                        .or_else(|| overflow.then(|| self.phase.steps())),
                }
            }
        };
        self.groups.pop_front();
        (Progress::Worked, Some(settled))
    }

    /// Begins the next group.
    fn begin(
        &mut self,
        context: &Context<'_>,
        on_device: Option<&dyn DeviceNetwork>,
        workers: Option<Option<usize>>,
    ) {
        let units = context.network.wiring.units();
        let left = self.order.len() - self.next;
        let size = match workers {
            None => group_size(units),
            Some(None) => FAR_GROUP,
            Some(Some(workers)) => {
                // The first as soon as on the CPU; later ones larger, which share more; at the end so that all end together.
                let (early, late) = (self.next / (2 * workers), left.div_ceil(2 * workers));
                early.min(late).clamp(1, 8).max(group_size(units).min(late))
            }
        };
        let places = self.order[self.next..][..size.min(left)].to_vec();
        self.next += places.len();
        self.groups.push_back(match on_device {
            None => Group::Here(Run::new(self.phase, places, units)),
            Some(on_device) => Group::There {
                on_device: on_device.run(
                    self.phase,
                    &places,
                    &context.network.drive.rates,
                    context.parameters,
                    context.memories,
                    false,
                ),
                places,
            },
        });
    }

    /// Begins the groups that are under way anew, on another device; those before them stay.
    pub fn restart_on_device(&mut self) {
        self.next -= self.running();
        self.groups.clear();
    }

    /// Places that are under way.
    fn running(&self) -> usize {
        self.groups.iter().map(|group| group.places().len()).sum()
    }

    /// Fraction of the places that are known, 0 … 1.
    pub fn fraction(&self) -> f64 {
        (self.next - self.running()) as f64 / self.order.len().max(1) as f64
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
