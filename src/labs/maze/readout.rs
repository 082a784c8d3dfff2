//! Linear readouts of the representation, which come with the checkpoint.

use super::{Key, MazeLab, key::ContextKey, run::Run};
use crate::session::device::Pending;
use crate::session::{Derived, Progress};
use chickadee_engine::{
    base::Matrix,
    eval::{GOAL_ANGLE, ON_PATH, PLACE},
    models::transformer::{Answers, Readouts, TokenRole, Want},
};

/// Linear readouts of the states, as queries, and of the memories, after one layer.
#[derive(Default)]
pub struct LinearReadout {
    /// The layer, from 1.
    pub layer: usize,
    /// Readouts of the states.
    pub states: Values,
    /// Readouts of the memories, one a token; those that are not read yet are missing at the end.
    pub memories: Values,
    tokens: usize,
    /// Whether every memory that can be read is read.
    done: bool,
    /// The memories that are being asked about.
    asked: Option<Pending<Answers>>,
}

/// Values that were read, one a state or token; empty where there is no readout for them.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Row and column, in cells.
    pub place: Vec<[f32; 2]>,
    /// Direction of the goal, in radians: 0 points along rising rows, π/2 along rising columns.
    pub goal_angle: Vec<f32>,
    /// Whether it lies on the way from root to goal: above 0 means yes.
    pub on_path: Vec<f32>,
}

impl Values {
    fn read(&mut self, readouts: &Readouts, role: TokenRole, layer: usize, x: &Matrix) {
        let of = |target| readouts.get(role, layer, target).map(|r| r.apply_all(x));
        if let Some(y) = of(PLACE) {
            let rows = (0..y.rows()).map(|row| [y.row(row)[0], y.row(row)[1]]);
            self.place.extend(rows);
        }
        if let Some(y) = of(GOAL_ANGLE) {
            let rows = (0..y.rows()).map(|row| libm::atan2f(y.row(row)[0], y.row(row)[1]));
            self.goal_angle.extend(rows);
        }
        if let Some(y) = of(ON_PATH) {
            self.on_path.extend((0..y.rows()).map(|row| y.row(row)[0]));
        }
    }

    fn len(&self) -> usize {
        self.place
            .len()
            .max(self.goal_angle.len())
            .max(self.on_path.len())
    }
}

/// Tokens that are read in one slice.
const SLICE: usize = 32;

impl LinearReadout {
    /// Whether everything is read.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Mean distance between where states are and where they are read to be, in cells.
    pub(super) fn place_error(&self, run: &Run) -> Option<f64> {
        let maze = &run.task.maze;
        let errors = self.states.place.iter().enumerate().map(|(state, at)| {
            let (x, y) = maze.position(state);
            let (dx, dy) = (f64::from(at[0]) - x as f64, f64::from(at[1]) - y as f64);
            libm::sqrt(dx * dx + dy * dy)
        });
        mean(&errors.collect::<Vec<f64>>())
    }

    /// Mean error of the direction of the goal over all states but the goal, in degrees.
    pub(super) fn angle_error(&self, run: &Run) -> Option<f64> {
        let maze = &run.task.maze;
        let goal = maze.position(run.task.goal);
        let angles = self.states.goal_angle.iter().enumerate();
        let errors = angles
            .filter(|(state, _)| *state != run.task.goal)
            .map(|(state, &angle)| {
                let at = maze.position(state);
                let (dx, dy) = (goal.0 as f32 - at.0 as f32, goal.1 as f32 - at.1 as f32);
                let mut error = f64::from(angle - libm::atan2f(dy, dx)).abs();
                if error > std::f64::consts::PI {
                    error = 2.0 * std::f64::consts::PI - error;
                }
                error.to_degrees()
            });
        mean(&errors.collect::<Vec<f64>>())
    }

    /// Share of the states that are read rightly to lie on the way from root to goal, or not to, 0 … 1.
    pub(super) fn path_accuracy(&self, run: &Run) -> Option<f64> {
        let maze = &run.task.maze;
        // The root is state 0.
        let on = |state: usize| maze.on_path(0, run.task.goal, state);
        let states = self.states.on_path.iter().enumerate();
        let right = states.filter(|&(state, &v)| (v > 0.0) == on(state)).count();
        let all = self.states.on_path.len();
        (all > 0).then(|| right as f64 / all as f64)
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

impl Derived<MazeLab> for LinearReadout {
    /// The context, and the layer from 1.
    type Key = (ContextKey, usize);

    fn key(lab: &MazeLab) -> Option<Self::Key> {
        let model = lab.model()?;
        if !lab.settings.is_on(Key::Decode) || model.readouts.all.is_empty() {
            return None;
        }
        // The states are read from the output.
        lab.output.ready(lab)?;
        Some((lab.context_key(lab.look())?, lab.layer()? + 1))
    }

    /// Reads the states at once; the memories follow.
    fn start(lab: &MazeLab, (context, layer): &Self::Key) -> Self {
        let mut states = Values::default();
        let hidden = lab
            .output
            .get()
            .and_then(|output| output.hidden.get(*layer));
        if let (Some(model), Some(x)) = (lab.model(), hidden) {
            states.read(&model.readouts, TokenRole::Query, *layer, x);
        }
        let encoder = lab.encoder.get();
        Self {
            layer: *layer,
            states,
            tokens: encoder.map_or(0, |encoder| encoder.tokens(context.look)),
            ..Self::default()
        }
    }

    fn advance(&mut self, lab: &MazeLab) -> Progress {
        if self.done {
            return Progress::Idle;
        }
        let (Some(encoder), Some(model)) = (lab.encoder.ready(lab), lab.model()) else {
            return Progress::Waits;
        };
        let begin = self.memories.len();
        let range = begin..(begin + SLICE).min(self.tokens);
        if !range.is_empty() {
            let answers = self.asked.get_or_insert_with(|| {
                let want = Want {
                    hidden: true,
                    attention: false,
                };
                encoder.ask_tokens(range.clone(), want)
            });
            let Some(answers) = answers.take() else {
                return Progress::Waits;
            };
            self.asked = None;
            if let Some(hidden) = answers.hidden.get(self.layer) {
                self.memories
                    .read(&model.readouts, TokenRole::Memory, self.layer, hidden);
            }
        }
        // Also where this layer has no readout of memories.
        self.done = self.memories.len() == begin || range.end == self.tokens;
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        if self.done {
            1.0
        } else {
            self.memories.len() as f64 / self.tokens.max(1) as f64
        }
    }
}
