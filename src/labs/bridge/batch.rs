//! Places that settle together, on the CPU or on a device beside it.

use chickadee_engine::{
    base::Matrix,
    models::barcode::{Memory, Phase, Run as Settling},
};

use super::{Bridge, Network};
use crate::session::{Progress, device::DeviceRun};

/// Places that settle together. Rows never interact: how places are shared out among batches does not matter.
pub enum Batch {
    /// On the CPU, step by step.
    Here(Settling),
    /// On a device, all at once.
    There {
        /// Number of places.
        count: usize,
        /// The run, of which the last activity is wanted.
        run: Box<dyn DeviceRun>,
    },
}

/// What has come of a batch.
pub struct Settled {
    /// Activity at the end, places × N; zeros where it overflowed.
    pub activity: Matrix,
    /// Rows that overflowed.
    pub overflowed: Vec<usize>,
}

impl Settled {
    /// Activity that is no longer finite says nothing: it is silence, counted.
    fn new(mut activity: Matrix) -> Self {
        let mut overflowed = Vec::new();
        for row in 0..activity.rows() {
            let values = activity.row_mut(row);
            if !values.iter().all(|a| a.is_finite()) {
                values.fill(0.0);
                overflowed.push(row);
            }
        }
        Self {
            activity,
            overflowed,
        }
    }
}

/// Places of a batch on the CPU: enough to share the weights in the cache, few enough for a frame.
const HERE: usize = if cfg!(target_arch = "wasm32") { 4 } else { 20 };
/// Places of a batch on a device: a whole ring.
const THERE: usize = 128;

impl Batch {
    /// The largest number of places of one batch.
    pub fn size(network: &Network<'_>) -> usize {
        if network.on_device.is_some() {
            THERE
        } else {
            HERE
        }
    }

    /// A batch at rest.
    pub fn new(
        lab: &Bridge,
        network: &Network<'_>,
        (phase, places): (Phase, Vec<usize>),
        memories: &[Memory],
    ) -> Self {
        match network.on_device {
            None => Self::Here(Settling::new(phase, places, network.units())),
            Some(device) => Self::There {
                count: places.len(),
                run: device.run(
                    phase,
                    &places,
                    network.drive,
                    &lab.run.settings.parameters(),
                    memories,
                    false,
                ),
            },
        }
    }

    /// One slice of work, and the activity at the end when it is through.
    pub fn advance(
        &mut self,
        lab: &Bridge,
        network: &Network<'_>,
        memories: &[Memory],
    ) -> (Progress, Option<Settled>) {
        match self {
            Self::Here(settling) => {
                network.step(settling, &lab.run.settings.parameters(), memories);
                let through = settling.is_over();
                let through = through.then(|| Settled::new(settling.activity().clone()));
                (Progress::Worked, through)
            }
            Self::There { count, run } => {
                let activity = run.take();
                if activity.is_empty() {
                    return (Progress::Waits, None);
                }
                let activity = Matrix::from_values(*count, network.units(), activity);
                (Progress::Worked, Some(Settled::new(activity)))
            }
        }
    }
}

/// An order of places from coarse to fine: steps of 7 around the world where that meets all of them, else one by one.
pub fn spread(position: usize, places: usize) -> usize {
    if places.is_multiple_of(7) {
        position
    } else {
        position * 7 % places
    }
}
