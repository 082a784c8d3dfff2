//! The return curve: one point at each context length of the paper's protocol.

use super::{
    MazeLab, Memory,
    field::PolicyField,
    key::{ContextKey, ViewKey},
    learning::LearningRun,
    output::{distance, value},
    run::Run,
};
use crate::session::{Derived, Progress};
use chickadee_engine::{
    analysis::{kernel_alignment, probabilities},
    base::Matrix,
    models::baselines::{Learner, Learning, QTableSettings},
    worlds::maze::{Protocol, Transition},
};

/// One context length.
#[derive(Clone, Debug)]
pub struct CurvePoint {
    /// Number of memories.
    pub length: usize,
    /// Number of rewards among them.
    pub rewards: usize,
    /// Expected return of the transformer.
    pub value: f64,
    /// Kernel alignment of layers 1 ….
    pub alignment: Vec<f64>,
    /// Expected return of tabular Q-learning from the same memories.
    pub q_table: Option<f64>,
    /// The context that it was made from.
    context: ContextKey,
    /// Logits, states × actions.
    logits: Matrix,
    /// Hidden states, layers + 1 of states × d.
    hidden: Vec<Matrix>,
    /// Action values, states × actions.
    table: Option<Matrix>,
    /// The point of view of value and alignment.
    view: Option<ViewKey>,
}

/// The points that are known, by length.
#[derive(Default)]
pub(super) struct Curve {
    pub points: Vec<CurvePoint>,
    /// Those on their way: one, or as many as other cores work on.
    fields: Vec<(ContextKey, PolicyField)>,
    /// Tables of points that are being learned: one, or as many as other cores work on.
    tables: Vec<(ContextKey, LearningRun)>,
}

/// Sweeps over the memories: enough for the table to settle, and a fifth of the published number.
const EPOCHS: usize = 300;

/// The first `length` memories as value learners read them.
pub(super) fn experience(run: &Run, length: usize, rewards: bool) -> Vec<Transition> {
    let kept = run.memories[..length].iter().filter(|m| !m.deleted);
    kept.map(|memory| Transition {
        reward: if rewards { memory.reward() } else { 0.0 },
        ..memory.transition
    })
    .collect()
}

impl Curve {
    /// Logits and hidden states, if there is a point of this context.
    pub fn field(&self, context: &ContextKey) -> Option<(&Matrix, &[Matrix])> {
        let point = self.points.iter().find(|point| point.context == *context)?;
        Some((&point.logits, &point.hidden))
    }

    /// Takes over logits and hidden states that were computed elsewhere, if this is a point of the curve.
    pub fn offer(
        &mut self,
        lab: &MazeLab,
        context: ContextKey,
        (logits, hidden): (&Matrix, &[Matrix]),
    ) {
        if self.wanted(lab).any(|length| length == context.look) {
            self.insert(lab, context, logits.clone(), hidden.to_vec());
        }
    }

    /// Asks again for what is out: those who were asked are gone.
    pub fn ask_again(&mut self) {
        let fields = self.fields.iter_mut();
        fields.for_each(|(_, field)| field.ask_again());
        let tables = self.tables.iter_mut();
        tables.for_each(|(_, table)| table.ask_again());
    }

    fn wanted(&self, lab: &MazeLab) -> impl Iterator<Item = usize> {
        let known = lab.run.memories.len();
        let lengths = lab.settings.protocol().lengths().into_iter();
        lengths
            .filter(move |&length| length > 0 && length <= known)
            .filter(|length| self.points.iter().all(|point| point.length != *length))
    }

    fn insert(&mut self, lab: &MazeLab, context: ContextKey, logits: Matrix, hidden: Vec<Matrix>) {
        let length = context.look;
        // The output may have passed it meanwhile.
        if self.points.iter().any(|point| point.length == length) {
            return;
        }
        let memories = lab.run.memories[..length].iter();
        let point = CurvePoint {
            length,
            rewards: memories.filter(|m: &&Memory| m.reward() > 0.0).count(),
            value: f64::NAN,
            alignment: Vec::new(),
            q_table: None,
            context,
            logits,
            hidden,
            table: None,
            view: None,
        };
        let place = self.points.partition_point(|p| p.length < length);
        self.points.insert(place, point);
    }

    /// One slice of work on the transformer's side of the points; `Idle` once all are there.
    fn ask(&mut self, lab: &MazeLab) -> Progress {
        let Some(encoder) = lab.encoder.ready(lab) else {
            return Progress::Waits;
        };
        let is_out = |length: &usize| self.fields.iter().any(|(of, _)| of.look == *length);
        let next = self.wanted(lab).find(|length| !is_out(length));
        if let Some(context) = next.and_then(|length| lab.context_key(length))
            && encoder.has_room(self.fields.len())
        {
            let field = PolicyField::new(&lab.run, encoder, context.look);
            self.fields.push((context, field.aside()));
        }
        let mut all = Progress::Idle;
        for (_, field) in &mut self.fields {
            let progress = field.advance(encoder);
            if all != Progress::Worked {
                all = progress;
            }
        }
        let through = self.fields.iter().position(|(_, field)| field.is_done());
        if let Some((context, field)) = through.map(|at| self.fields.remove(at)) {
            let (logits, hidden) = field.finish();
            self.insert(lab, context, logits, hidden);
            return Progress::Worked;
        }
        all
    }

    /// Finds returns and alignments from the point of view of now. Returns whether that changed any.
    fn evaluate(&mut self, lab: &MazeLab) -> bool {
        // The state that is asked about makes no difference here.
        let view = ViewKey {
            query: 0,
            ..lab.view_key()
        };
        let old = self.points.iter_mut();
        let mut worked = false;
        for point in old.filter(|point| point.view != Some(view)) {
            let task = &lab.run.task;
            let policy = probabilities(&point.logits, view.temperature as f32);
            point.value = value(view.protocol, task, &policy, &lab.run, point.length);
            if point.view.is_none_or(|before| before.gamma != view.gamma) {
                point.alignment = point.hidden[1..]
                    .iter()
                    .map(|x| kernel_alignment(x, &distance(task), view.gamma))
                    .collect();
            }
            point.view = Some(view);
            point.judge_table(view.protocol, &lab.run);
            worked = true;
        }
        worked
    }

    /// One slice of learning the tables of points that have none.
    fn learn(&mut self, lab: &MazeLab) -> Progress {
        let device = lab.device.as_deref();
        let is_out = |point: &&CurvePoint| self.tables.iter().any(|(of, _)| *of == point.context);
        let open = self.points.iter().filter(|point| point.table.is_none());
        let room = device.and_then(|device| device.room(0));
        if room.map_or(self.tables.is_empty(), |room| room > 0)
            && let Some(point) = open.filter(|point| !is_out(point)).min_by_key(|p| p.length)
        {
            let mut table = LearningRun::new(point.learning(lab));
            table.begin_aside(device);
            self.tables.push((point.context, table));
            return Progress::Worked;
        }
        let mut all = Progress::Idle;
        for (_, table) in &mut self.tables {
            let progress = table.advance(device);
            if all != Progress::Worked {
                all = progress;
            }
        }
        let points = &mut self.points;
        self.tables.retain_mut(|(of, table)| {
            let Some(values) = table.take() else {
                return true;
            };
            if let Some(point) = points.iter_mut().find(|point| point.context == *of) {
                point.table = Some(values);
                point.judge_table(lab.settings.protocol(), &lab.run);
            }
            false
        });
        all
    }
}

impl CurvePoint {
    /// Tabular Q-learning from its memories.
    fn learning(&self, lab: &MazeLab) -> Learning {
        let run = &lab.run;
        let first = run.memories.first();
        Learning {
            learner: Learner::Table(QTableSettings {
                epochs: EPOCHS,
                ..QTableSettings::default()
            }),
            codes: run.task.codes.clone(),
            actions: run.task.maze.actions(),
            experience: experience(run, self.length, self.context.rewards),
            random: (
                first.map_or(0, |memory| memory.transition.state as u64),
                self.length as u64,
            ),
        }
    }

    fn judge_table(&mut self, protocol: Protocol, run: &Run) {
        self.q_table = self.table.as_ref().map(|table| {
            let policy = probabilities(table, protocol.value_temperature());
            value(protocol, &run.task, &policy, run, self.length)
        });
    }
}

impl Derived<MazeLab> for Curve {
    type Key = (ContextKey, ViewKey);

    fn key(lab: &MazeLab) -> Option<Self::Key> {
        let view = ViewKey {
            query: 0,
            ..lab.view_key()
        };
        Some((lab.context_key(usize::MAX)?, view))
    }

    fn start(_: &MazeLab, _: &Self::Key) -> Self {
        Self::default()
    }

    /// Points stay where the memories that they were made from are what they were.
    fn follow(&mut self, lab: &MazeLab, from: &Self::Key, to: &Self::Key) -> bool {
        let same = from.0.is_alike(&to.0) && from.1.protocol == to.1.protocol;
        if same {
            self.points.retain(|point| lab.begins_with(&point.context));
            self.fields.retain(|(context, _)| lab.begins_with(context));
            self.tables.retain(|(context, _)| lab.begins_with(context));
        }
        same
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        let asked = self.ask(lab);
        if asked == Progress::Worked || self.evaluate(lab) {
            return Progress::Worked;
        }
        // There is time for the rest while others look for answers.
        self.learn(lab).unless_idle().unwrap_or(asked)
    }

    fn fraction(&self) -> f64 {
        let done = self.points.iter().filter(|point| point.table.is_some());
        done.count() as f64 / self.points.len().max(1) as f64
    }
}

/// The curve of the lab as it is, given the output of the transformer where that is one of its points.
pub(super) fn offer(lab: &mut MazeLab) {
    let mut curve = std::mem::take(&mut lab.beside.curve);
    if let Some(output) = lab.output.current(lab)
        && let Some(field) = output.field()
        && let Some(context) = lab.context_key(output.look)
        && let Some(curve) = curve.prepare(lab)
    {
        curve.offer(lab, context, field);
    }
    lab.beside.curve = curve;
}
