//! `--dry-run`: how long a sweep takes, from runs that are measured and not kept.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line is native; web_time comes with the picture"
)]

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use chickadee_engine::base::parallel::{Lost, Queue};

use super::plan::Plan;
use crate::{cli::progress::PERIOD, texts};

/// No further run is begun after this.
const ENOUGH: Duration = Duration::from_secs(4);
/// Runs that are measured at most.
const MOST_MEASURED: usize = 64;

/// Times of some runs, measured with all cores at work.
pub struct Measured {
    /// Seconds of each, from the shortest to the longest.
    pub seconds: Vec<f64>,
}

impl Measured {
    /// Measures runs from all over the plan, at least one a core if there are as many.
    ///
    /// # Errors
    /// When one of them cannot be run: one sentence.
    pub fn take(plan: &Arc<Plan>, cores: usize) -> Result<Self, String> {
        let begin = Instant::now();
        let all = plan.runs();
        // Steps of the golden ratio come everywhere soon.
        let spread = (0..all.min(MOST_MEASURED)).map(|k| {
            let fraction = (k as f64 * 0.618_033_988_749_895).fract();
            (fraction * all as f64) as usize
        });
        let numbers: BTreeSet<usize> = spread.clone().collect();
        let order: Vec<usize> = {
            let mut left = numbers;
            spread.filter(|number| left.remove(number)).collect()
        };
        let work = Arc::clone(plan);
        let queue = Queue::start(cores, order.into_iter(), move |number| {
            let start = Instant::now();
            let run = work.run(number);
            work.perform(&run, "")
                .map(|_| start.elapsed().as_secs_f64())
        });
        let mut seconds = Vec::new();
        while let Some(answer) = queue.next_within(PERIOD) {
            match answer {
                Ok(None) => {}
                Ok(Some((_, time))) => seconds.push(time?),
                Err(Lost(run)) => return Err(texts::sweep::RunPanics { run }.to_string()),
            }
            if begin.elapsed() > ENOUGH && seconds.len() >= cores.min(all) {
                break;
            }
        }
        seconds.sort_by(f64::total_cmp);
        Ok(Self { seconds })
    }

    /// Seconds that so many runs take on so many cores.
    pub fn of(&self, runs: usize, cores: usize) -> f64 {
        let mean = self.seconds.iter().sum::<f64>() / self.seconds.len().max(1) as f64;
        mean * runs.div_ceil(cores.max(1)) as f64
    }
}
