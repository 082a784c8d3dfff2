//! What is read from the representation by linear readouts that came with the checkpoint.

use super::{
    reader::{Question, Reader},
    run::Run,
};
use crate::session::processor::Progress;
use chickadee_engine::{
    base::Matrix,
    eval::{GOAL_ANGLE, ON_PATH, PLACE},
    models::transformer::{Readouts, TokenRole as Whose, Want},
};

/// What the states, as queries, and the memories say of themselves, after one block.
#[derive(Default)]
pub struct Decoded {
    /// The block, from 1.
    pub layer: usize,
    /// The states.
    pub states: Reading,
    /// The memories, one a token; those that are not read yet are missing at the end.
    pub memories: Reading,
    version: u64,
    tokens: usize,
    look: usize,
    /// Whether every memory that can be read is read.
    done: bool,
    /// The memories that are being asked about.
    asked: Option<Question>,
}

/// Numbers that were read, one a state or token; what there is no readout for is empty.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Row and column, in cells.
    pub place: Vec<[f32; 2]>,
    /// Direction of the goal, in radians: 0 points along rising rows, π/2 along rising columns.
    pub goal_angle: Vec<f32>,
    /// Whether it lies on the way from root to goal: above 0 means yes.
    pub on_path: Vec<f32>,
}

impl Reading {
    fn read(&mut self, readouts: &Readouts, whose: Whose, layer: usize, x: &Matrix) {
        let of = |target| readouts.get(whose, layer, target).map(|r| r.apply_all(x));
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

impl Decoded {
    /// Reads the states at once; the memories follow.
    pub(super) fn new(
        readouts: &Readouts,
        layer: usize,
        hidden: &[Matrix],
        reader: &Reader,
        look: usize,
    ) -> Self {
        let mut states = Reading::default();
        if let Some(x) = hidden.get(layer) {
            states.read(readouts, Whose::Query, layer, x);
        }
        Self {
            layer,
            states,
            memories: Reading::default(),
            version: reader.version(),
            tokens: reader.tokens(look),
            look,
            done: false,
            asked: None,
        }
    }

    pub(super) fn belongs_to(&self, layer: usize, reader: &Reader, look: usize) -> bool {
        (self.layer, self.version, self.tokens, self.look)
            == (layer, reader.version(), reader.tokens(look), look)
    }

    /// Reads some memories more.
    pub(super) fn advance(&mut self, readouts: &Readouts, reader: &Reader) -> Progress {
        if self.done {
            return Progress::Idle;
        }
        let begin = self.memories.len();
        let range = begin..(begin + SLICE).min(self.tokens);
        if !range.is_empty() {
            let question = self.asked.get_or_insert_with(|| {
                let want = Want {
                    hidden: true,
                    attention: false,
                };
                reader.ask_tokens(range.clone(), want)
            });
            let Some(answers) = question.take() else {
                return Progress::Waits;
            };
            self.asked = None;
            if let Some(hidden) = answers.hidden.get(self.layer) {
                self.memories
                    .read(readouts, Whose::Memory, self.layer, hidden);
            }
        }
        // Also where this block has no readout of memories.
        self.done = self.memories.len() == begin || range.end == self.tokens;
        Progress::Worked
    }

    /// Whether everything is read.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.done
    }
}

/// Mean distance between where states are and where they say they are, in cells.
#[must_use]
pub(super) fn place_error(decoded: &Decoded, run: &Run) -> Option<f64> {
    let maze = &run.task.maze;
    let errors = decoded.states.place.iter().enumerate().map(|(state, at)| {
        let (x, y) = maze.position(state);
        let (dx, dy) = (f64::from(at[0]) - x as f64, f64::from(at[1]) - y as f64);
        libm::sqrt(dx * dx + dy * dy)
    });
    let errors: Vec<f64> = errors.collect();
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

/// Mean error of the decoded direction of the goal over all states but the goal, in degrees.
#[must_use]
pub(super) fn angle_error(decoded: &Decoded, run: &Run) -> Option<f64> {
    let maze = &run.task.maze;
    let goal = maze.position(run.task.goal);
    let mut errors = Vec::new();
    for (state, &angle) in decoded.states.goal_angle.iter().enumerate() {
        if state == run.task.goal {
            continue;
        }
        let at = maze.position(state);
        let (dx, dy) = (goal.0 as f32 - at.0 as f32, goal.1 as f32 - at.1 as f32);
        let mut error = f64::from(angle - libm::atan2f(dy, dx)).abs();
        if error > std::f64::consts::PI {
            error = 2.0 * std::f64::consts::PI - error;
        }
        errors.push(error.to_degrees());
    }
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}

/// Share of the states of which it is rightly said whether they lie on the way from root to goal.
#[must_use]
pub(super) fn path_accuracy(decoded: &Decoded, run: &Run) -> Option<f64> {
    let maze = &run.task.maze;
    // The root is state 0.
    let on = |state: usize| maze.on_path(0, run.task.goal, state);
    let states = decoded.states.on_path.iter().enumerate();
    let right = states.filter(|&(state, &v)| (v > 0.0) == on(state)).count();
    let all = decoded.states.on_path.len();
    (all > 0).then(|| right as f64 / all as f64)
}
