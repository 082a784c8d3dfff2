//! The comparison task: the same maze, other senses, another walk.

use super::{Key, MazeLab, encoder::ContextEncoder, field::PolicyField, key::ContextKey, run::Run};
use crate::session::{Derived, Progress, device::Device};
use chickadee_engine::{
    analysis::{CrossTaskSimilarity, Projection, cross_task_similarity},
    base::Matrix,
};

/// A comparison task, and how alike the two are represented.
#[derive(Default)]
pub struct ComparisonTask {
    /// The task and its transformer; none where the maze is another, as pruned trees are.
    side: Option<Side>,
    pictures: Vec<Projection>,
    /// The states in two dimensions, layers 1 ….
    pub points: Vec<Vec<[f64; 2]>>,
    /// Correlation of same and of different places between the tasks, layers 1 …; as far as computed.
    pub across: Vec<CrossTaskSimilarity>,
}

/// The comparison task itself.
struct Side {
    run: Run,
    encoder: ContextEncoder,
    field: Option<PolicyField>,
    /// Hidden states, layers + 1 of states × d; empty until they are known.
    hidden: Vec<Matrix>,
}

/// Steps of the walk that are taken in one slice.
const STEPS: usize = 64;

impl Side {
    /// The comparison task of the settings; `None` when it has another maze.
    fn new(lab: &MazeLab) -> Option<Self> {
        let mut settings = lab.settings.clone();
        let seed = settings.text(Key::Second);
        settings.set_text("seed", &seed).ok()?;
        let mut run = Run::new(&settings, lab.run.own.clone()).ok()?;
        if run.task.maze != lab.run.task.maze {
            return None;
        }
        // The same place is rewarded, so that a place means the same.
        run.move_goal(lab.run.task.goal);
        let model = lab.model()?;
        let device = lab.device.as_deref();
        Some(Self {
            run,
            encoder: ContextEncoder::new(&model.transformer, model.info.hash, device),
            field: None,
            hidden: Vec::new(),
        })
    }

    /// One slice of work towards the hidden states of the first `look` memories; `Idle` once they are known.
    fn advance(&mut self, look: usize, rewards: bool) -> Progress {
        if self.run.memories.len() < look {
            let missing = look - self.run.memories.len();
            (0..missing.min(STEPS)).for_each(|_| self.run.explore());
            return Progress::Worked;
        }
        if self.encoder.encode(&self.run, rewards) {
            return Progress::Worked;
        }
        if !self.hidden.is_empty() {
            return Progress::Idle;
        }
        let (run, encoder) = (&self.run, &self.encoder);
        let field = self
            .field
            .get_or_insert_with(|| PolicyField::new(run, encoder, look).aside());
        let progress = field.advance(encoder);
        if field.is_done()
            && let Some(field) = self.field.take()
        {
            self.hidden = field.finish().1;
        }
        progress
    }
}

impl ComparisonTask {
    /// Asks other cores of this device from now on, if it has some, and again for what is out.
    pub(super) fn use_helpers(&mut self, device: Option<&dyn Device>) {
        if let Some(side) = &mut self.side {
            side.encoder.use_helpers(device);
            if let Some(field) = &mut side.field {
                field.ask_again();
            }
        }
    }

    /// Whether there is a comparison task in this maze.
    pub(super) fn is_possible(&self) -> bool {
        self.side.is_some()
    }
}

/// All that a comparison depends on.
#[derive(Clone, Copy, PartialEq)]
pub struct ComparisonKey {
    context: ContextKey,
    goal: usize,
    seed: f64,
}

impl Derived<MazeLab> for ComparisonTask {
    type Key = ComparisonKey;

    fn key(lab: &MazeLab) -> Option<ComparisonKey> {
        if !lab.settings.is_on(Key::Compare) {
            return None;
        }
        // The representation of the first task is that of the output.
        lab.output.ready(lab)?;
        Some(ComparisonKey {
            context: lab.context_key(lab.look())?,
            goal: lab.run.task.goal,
            seed: lab.settings.get(Key::Second),
        })
    }

    fn start(lab: &MazeLab, _: &ComparisonKey) -> Self {
        Self {
            side: Side::new(lab),
            ..Self::default()
        }
    }

    /// Other memories of the first task are compared with the same walk, be it longer or shorter.
    fn follow(&mut self, _: &MazeLab, from: &ComparisonKey, to: &ComparisonKey) -> bool {
        let same =
            from.context.is_alike(&to.context) && (from.goal, from.seed) == (to.goal, to.seed);
        if same {
            self.across.clear();
            let context = (from.context.look, from.context.rewards);
            if context != (to.context.look, to.context.rewards)
                && let Some(side) = &mut self.side
            {
                side.field = None;
                side.hidden.clear();
                self.points.clear();
            }
        }
        same
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        let (Some(side), Some(output)) = (&mut self.side, lab.output.ready(lab)) else {
            return Progress::Idle;
        };
        let rewards = lab.settings.is_on(Key::Rewards);
        if let Some(progress) = side.advance(output.look, rewards).unless_idle() {
            return progress;
        }
        let layer = self.across.len();
        let pair = (output.hidden.get(layer + 1), side.hidden.get(layer + 1));
        let (Some(first), Some(second)) = pair else {
            return Progress::Idle;
        };
        self.across.push(cross_task_similarity(first, second));
        if self.points.len() <= layer {
            let pictures = &mut self.pictures;
            pictures.resize_with(pictures.len().max(layer + 1), Projection::default);
            pictures[layer].update(second);
            self.points.push(pictures[layer].points().to_vec());
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let side = self.side.as_ref().filter(|side| !side.hidden.is_empty());
        side.map_or(0.0, |side| {
            self.across.len() as f64 / (side.hidden.len() - 1).max(1) as f64
        })
    }
}
