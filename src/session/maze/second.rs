//! A second task beside the first: the same maze, other senses, another walk.

use super::{
    MazeKnob, Settings,
    reader::{Field, Reader},
    run::Run,
};
use crate::session::processor::{Processor, Progress};
use chickadee_engine::{
    analysis::{CrossTaskSimilarity, Projection, cross_task_similarity},
    base::Matrix,
};

/// A second task and how alike the two are represented.
pub struct Second {
    pub(super) run: Run,
    reader: Reader,
    field: Option<Field>,
    hidden: Vec<Matrix>,
    look: usize,
    pictures: Vec<Projection>,
    /// The states in two dimensions, blocks 1 ….
    pub points: Vec<Vec<[f64; 2]>>,
    /// Same and different places, blocks 1 …; as far as computed.
    pub across: Vec<CrossTaskSimilarity>,
    /// The first task's version and look that `across` belongs to.
    compared: Option<(u64, usize)>,
}

impl Second {
    /// The second task of the settings; `None` when it has another maze, as pruned trees do.
    pub(super) fn new(
        settings: &Settings,
        run: &Run,
        reader: &Reader,
        processor: Option<&dyn Processor>,
    ) -> Option<Self> {
        let mut settings = settings.clone();
        let seed = settings.get(MazeKnob::Second).to_string();
        settings.set_text("seed", &seed).ok()?;
        let mut second = Run::new(&settings, run.own.clone()).ok()?;
        if second.task.maze != run.task.maze {
            return None;
        }
        // The same place pays, so that a place means the same.
        second.move_goal(run.task.goal);
        Some(Self {
            run: second,
            reader: Reader::new(reader.transformer.clone(), processor, 0),
            field: None,
            hidden: Vec::new(),
            look: 0,
            pictures: Vec::new(),
            points: Vec::new(),
            across: Vec::new(),
            compared: None,
        })
    }

    /// One slice of work towards `look` memories.
    pub(super) fn advance(
        &mut self,
        rewards: bool,
        look: usize,
        (version, hidden): (u64, &[Matrix]),
    ) -> Progress {
        if self.run.memories.len() < look {
            let missing = look - self.run.memories.len();
            (0..missing.min(64)).for_each(|_| self.run.explore());
            return Progress::Worked;
        }
        if self.reader.follow(&self.run, rewards).is_some() {
            self.field = None;
            self.hidden.clear();
            return Progress::Worked;
        }
        if look != self.look || self.hidden.is_empty() {
            let field = match self.field.take().filter(|_| look == self.look) {
                Some(field) => field,
                None => Field::new(&self.run, &self.reader, self.reader.tokens(look)),
            };
            self.look = look;
            self.hidden.clear();
            let mut field = field;
            let progress = field.advance(&self.reader);
            if field.is_done() {
                self.hidden = field.finish().1;
                self.across.clear();
                self.points.clear();
                self.compared = None;
            } else {
                self.field = Some(field);
            }
            return progress;
        }
        if self.compared != Some((version, look)) {
            self.compared = Some((version, look));
            self.across.clear();
        }
        let layer = self.across.len();
        let (Some(own), Some(other)) = (self.hidden.get(layer + 1), hidden.get(layer + 1)) else {
            return Progress::Idle;
        };
        self.across.push(cross_task_similarity(other, own));
        if self.points.len() <= layer {
            self.pictures
                .resize_with(self.pictures.len().max(layer + 1), Projection::default);
            self.pictures[layer].update(own);
            self.points.push(self.pictures[layer].points().to_vec());
        }
        Progress::Worked
    }

    /// Whether it is still the second task of this one: the same place pays in both.
    pub(super) fn belongs_to(&self, run: &Run) -> bool {
        self.run.task.goal == run.task.goal
    }

    /// Whether it stands beside the first task as that is now.
    pub(super) fn is_done(&self, version: u64, look: usize, layers: usize) -> bool {
        self.compared == Some((version, look)) && self.across.len() == layers
    }
}
