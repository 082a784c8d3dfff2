//! How well it goes as the context grows: one point at each context length of the paper's protocol.

use super::{
    insight::{Lens, distance, value},
    reader::{Field, Reader},
    run::Run,
};
use crate::session::processor::Progress;
use chickadee_engine::{
    analysis::{kernel_alignment, probabilities},
    base::{
        Matrix,
        random::{Random, Stream},
    },
    models::baselines::{Dqn, DqnSettings, QTable, QTableSettings},
    worlds::maze::{Protocol, Transition},
};

/// One context length.
#[derive(Clone, Debug)]
pub struct CurvePoint {
    /// Memories.
    pub length: usize,
    /// Rewards among them.
    pub rewards: usize,
    /// Expected return of the transformer.
    pub value: f64,
    /// Kernel alignment of blocks 1 ….
    pub alignment: Vec<f64>,
    /// Expected return of tabular Q-learning from the same memories.
    pub q_table: Option<f64>,
    logits: Matrix,
    hidden: Vec<Matrix>,
    table: Option<Matrix>,
}

/// The points that are known, by length.
#[derive(Default)]
pub(super) struct Curve {
    pub points: Vec<CurvePoint>,
    field: Option<(usize, Field)>,
    lens: Option<Lens>,
}

/// Sweeps over the memories: enough for the table to settle, and a fifth of the published number.
const EPOCHS: usize = 300;

pub(super) fn experience(run: &Run, length: usize, rewards: bool) -> Vec<Transition> {
    let kept = run.memories[..length].iter().filter(|m| !m.deleted);
    kept.map(|m| Transition {
        reward: if m.unrewarded || !rewards {
            0.0
        } else {
            m.transition.reward
        },
        ..m.transition
    })
    .collect()
}

impl Curve {
    /// Forgets what depends on memories from `position` on.
    pub fn forget_from(&mut self, position: usize) {
        self.points.retain(|point| point.length <= position);
        self.field = None;
    }

    /// Takes over what was computed elsewhere, if it is a point of the curve.
    pub fn offer(
        &mut self,
        protocol: Protocol,
        run: &Run,
        look: usize,
        logits: &Matrix,
        hidden: &[Matrix],
    ) {
        if self.wanted(protocol, run).any(|length| length == look) {
            self.insert(run, look, logits.clone(), hidden.to_vec());
        }
    }

    fn wanted<'a>(&'a self, protocol: Protocol, run: &Run) -> impl Iterator<Item = usize> + 'a {
        let known = run.memories.len();
        let lengths = protocol.lengths().into_iter();
        lengths
            .filter(move |&length| length > 0 && length <= known)
            .filter(|length| self.points.iter().all(|point| point.length != *length))
    }

    fn insert(&mut self, run: &Run, length: usize, logits: Matrix, hidden: Vec<Matrix>) {
        let paid = |m: &&super::Memory| m.transition.reward > 0.0 && !m.deleted && !m.unrewarded;
        let point = CurvePoint {
            length,
            rewards: run.memories[..length].iter().filter(paid).count(),
            value: f64::NAN,
            alignment: Vec::new(),
            q_table: None,
            logits,
            hidden,
            table: None,
        };
        let place = self.points.partition_point(|p| p.length < length);
        self.points.insert(place, point);
        self.lens = None;
    }

    /// Whether all points are there.
    pub fn is_done(&self, protocol: Protocol, run: &Run) -> bool {
        self.field.is_none()
            && (self.lens.is_some() || self.points.is_empty())
            && self.wanted(protocol, run).next().is_none()
            && self.points.iter().all(|point| point.table.is_some())
    }

    /// Drops the question that is out.
    pub fn forget_question(&mut self) {
        self.field = None;
    }

    /// One slice of work.
    pub fn advance(
        &mut self,
        protocol: Protocol,
        lens: Lens,
        (run, rewards): (&Run, bool),
        reader: &Reader,
    ) -> Progress {
        if let Some((length, mut field)) = self.field.take() {
            let progress = field.advance(reader);
            if field.is_done() {
                let (logits, hidden) = field.finish();
                self.insert(run, length, logits, hidden);
            } else {
                self.field = Some((length, field));
            }
            return progress;
        }
        let next = self.wanted(protocol, run).next();
        if let Some(length) = next {
            self.field = Some((length, Field::new(run, reader, reader.tokens(length))));
            return Progress::Worked;
        }
        // The state that is asked about makes no difference here.
        let lens = Lens { query: 0, ..lens };
        if self.lens != Some(lens) {
            self.evaluate(protocol, lens, run);
            return Progress::Worked;
        }
        let seed = run
            .memories
            .first()
            .map_or(0, |m| m.transition.state as u64);
        let Some(point) = self.points.iter_mut().find(|point| point.table.is_none()) else {
            return Progress::Idle;
        };
        let how = QTableSettings {
            epochs: EPOCHS,
            ..QTableSettings::default()
        };
        let maze = &run.task.maze;
        let mut random = Random::new(seed, Stream::Agent, point.length as u64);
        let memories = experience(run, point.length, rewards);
        let table = QTable::learn(maze.states(), maze.actions(), &memories, &how, &mut random);
        point.table = Some(table.table().clone());
        point.judge_table(protocol, run);
        Progress::Worked
    }

    fn evaluate(&mut self, protocol: Protocol, lens: Lens, run: &Run) {
        let task = &run.task;
        let same_kernel = self.lens.is_some_and(|old| old.gamma == lens.gamma);
        for point in &mut self.points {
            let policy = probabilities(&point.logits, lens.temperature as f32);
            point.value = value(protocol, task, &policy, run, point.length);
            if !same_kernel || point.alignment.is_empty() {
                point.alignment = point.hidden[1..]
                    .iter()
                    .map(|x| kernel_alignment(x, &distance(task), lens.gamma))
                    .collect();
            }
            point.judge_table(protocol, run);
        }
        self.lens = Some(lens);
    }
}

impl CurvePoint {
    /// Logits, states × actions, and hidden states, layers + 1 of states × d.
    pub(super) fn field(&self) -> (Matrix, Vec<Matrix>) {
        (self.logits.clone(), self.hidden.clone())
    }

    fn judge_table(&mut self, protocol: Protocol, run: &Run) {
        self.q_table = self.table.as_ref().map(|table| {
            let policy = probabilities(table, protocol.value_temperature());
            value(protocol, &run.task, &policy, run, self.length)
        });
    }
}

/// A deep Q-network that learns from the memories in the background.
pub(super) struct DqnJob {
    network: Dqn,
    random: Random,
    look: usize,
    version: u64,
    pub epochs: usize,
    pub value: f64,
    /// The goal that `value` is the return to.
    goal: usize,
}

/// Epochs of the network: a tenth of the published number, which take seconds rather than a minute.
pub(super) const DQN_EPOCHS: usize = 1000;

impl DqnJob {
    pub fn new(
        (run, rewards): (&Run, bool),
        protocol: Protocol,
        look: usize,
        version: u64,
    ) -> Self {
        let how = DqnSettings {
            discount: protocol.network_discount(),
            // Ten times the published rate for a tenth of the epochs.
            rate: 10.0 * DqnSettings::default().rate,
            epochs: DQN_EPOCHS,
            ..DqnSettings::default()
        };
        let mut random = Random::new(0, Stream::Agent, look as u64);
        let memories = experience(run, look, rewards);
        let actions = run.task.maze.actions();
        Self {
            network: Dqn::new(&run.task.codes, actions, &memories, &how, &mut random),
            random,
            look,
            version,
            epochs: 0,
            value: 0.0,
            goal: run.task.goal,
        }
    }

    /// Whether it learns from the first `look` memories as they are in this version.
    pub fn is_of(&self, look: usize, version: u64) -> bool {
        (self.look, self.version) == (look, version)
    }

    /// Whether it has learned all there is, and was judged by the goal of now.
    pub fn is_done(&self, run: &Run) -> bool {
        self.epochs >= DQN_EPOCHS && self.goal == run.task.goal
    }

    /// One epoch, or a new judgement where the goal has moved. Returns whether there was work.
    pub fn advance(&mut self, protocol: Protocol, run: &Run) -> bool {
        if self.is_done(run) {
            return false;
        }
        if self.epochs < DQN_EPOCHS {
            self.network.epochs(1, &mut self.random);
            self.epochs += 1;
        }
        if self.epochs.is_multiple_of(50) || self.goal != run.task.goal {
            self.goal = run.task.goal;
            let values = self.network.values_of(&run.task.codes);
            let policy = probabilities(&values, protocol.value_temperature());
            self.value = value(protocol, &run.task, &policy, run, self.look);
        }
        true
    }
}
