//! The latest state of the lab, for panels and reports.

use super::{
    ComparisonTask, CurvePoint, LinearReadout, MazeEvent, MazeLab, Memory, ModelInfo, ModelOutput,
    Pattern, Settings, Snapshot, encoder::ContextEncoder,
};
use crate::{
    session::{Derived, Frame, Scene, Session},
    texts,
};
use chickadee_engine::worlds::maze::Task;

/// The latest state, read-only.
pub struct Activity<'a> {
    /// All settings.
    pub settings: &'a Settings,
    /// Maze, senses and goal.
    pub task: &'a Task,
    /// The transformer, once it is there.
    pub model: Option<&'a ModelInfo>,
    /// Fraction of the weights that has come, while they come.
    pub loading: Option<f64>,
    /// The state of the agent.
    pub agent: usize,
    /// The memories, in order.
    pub memories: &'a [Memory],
    /// Context length that is looked at.
    pub look: usize,
    /// The state that is asked about.
    pub query: usize,
    /// Whether that follows the agent.
    pub query_follows: bool,
    /// The output of the transformer; the latest that is known, which may be some steps old.
    pub insight: Option<&'a ModelOutput>,
    /// The return by context length, as far as computed.
    pub curve: &'a [CurvePoint],
    /// The comparison task, when one is compared with.
    pub second: Option<&'a ComparisonTask>,
    /// The matrix of attention, or rollout, when it is asked for.
    pub pattern: Option<&'a Pattern>,
    /// The linear readouts, when they are asked for.
    pub decoded: Option<&'a LinearReadout>,
    /// Whether the transformer came with readouts.
    pub readouts: bool,
    /// Position of every token of the context among the memories.
    pub tokens: &'a [usize],
    /// Integrated gradients: fraction done, the action, and one signed number a memory (0 on deleted ones) once done.
    pub attribution: Option<(f64, usize, Option<Vec<f32>>)>,
    /// The deep Q-network: fraction of its epochs, and its return.
    pub dqn: Option<(f64, f64)>,
    /// Whether the user drew the maze.
    pub own_maze: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static Scene>,
}

impl MazeLab {
    /// The latest state.
    #[must_use]
    pub fn activity(&self, frame: &Frame<Snapshot, MazeEvent>) -> Activity<'_> {
        let beside = &self.beside;
        let model = self.model();
        Activity {
            settings: &self.settings,
            task: &self.run.task,
            model: model.map(|model| &*model.info),
            loading: model.is_none().then_some(self.models.loading),
            agent: self.run.agent,
            memories: &self.run.memories,
            look: self.look(),
            query: self.query(),
            query_follows: self.query.is_none(),
            insight: self.output.shown(|(context, _)| self.fits(context)),
            curve: beside.curve.get().map_or(&[], |curve| &curve.points),
            second: beside.comparison.get(),
            pattern: beside.pattern.get(),
            decoded: beside.readout.get(),
            readouts: model.is_some_and(|model| !model.readouts.all.is_empty()),
            tokens: self.encoder.get().map_or(&[], ContextEncoder::positions),
            attribution: self.attributed(),
            dqn: beside.dqn.get().map(|dqn| (dqn.fraction(), dqn.value)),
            own_maze: self.run.own.is_some(),
            scene: frame.scene,
        }
    }

    /// Attribution as panels want it: fraction done, the action, and once done one number a memory.
    pub(super) fn attributed(&self) -> Option<(f64, usize, Option<Vec<f32>>)> {
        self.requested()?;
        let attribution = self.beside.attribution.get()?;
        let decision = &attribution.decision;
        let current = decision.query == self.query() && decision.context.look == self.look();
        let positions = self
            .encoder
            .get()
            .map_or(&[][..], ContextEncoder::positions);
        let result = attribution.result().filter(|_| current).map(|values| {
            let mut all = vec![0.0; self.look()];
            for (&position, value) in positions.iter().zip(values) {
                if let Some(slot) = all.get_mut(position) {
                    *slot = value;
                }
            }
            all
        });
        Some((attribution.fraction(), decision.action, result))
    }

    /// Errors of the readouts of the states, in words: “goal ± 9°, place ± 0.4 cells”.
    #[must_use]
    pub fn readout_errors(&self) -> Option<String> {
        let readout = self.beside.readout.get()?;
        let run = &self.run;
        let parts = [
            readout
                .angle_error(run)
                .map(|degrees| texts::maze::GoalError { degrees }.to_string()),
            readout
                .place_error(run)
                .map(|cells| texts::maze::PlaceError { cells }.to_string()),
            readout.path_accuracy(run).map(|part| {
                let percent = 100.0 * part;
                texts::maze::PathAccuracy { percent }.to_string()
            }),
        ];
        let text: Vec<String> = parts.into_iter().flatten().collect();
        (!text.is_empty()).then(|| text.join(", "))
    }
}

impl Session<MazeLab> {
    /// The latest state.
    #[must_use]
    pub fn activity(&self) -> Activity<'_> {
        self.lab().activity(self.frame())
    }
}
