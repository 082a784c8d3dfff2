//! Memories of the same step, taken together: at most states × actions, however long the context is.

use eframe::egui::Pos2;

use super::{
    Ctx,
    geometry::{Places, distance},
};

/// All memories of one action in one state.
#[derive(Clone, Copy, Default)]
pub(super) struct Edge {
    pub count: usize,
    /// Sum of attention or attribution.
    pub weight: f32,
    /// The memory among them that weighs most; the latest of equals.
    pub strongest: usize,
    strength: f32,
}

pub(super) struct Edges {
    /// States × actions.
    all: Vec<Edge>,
    actions: usize,
    /// The largest magnitude of a weight; never 0.
    pub peak: f32,
    /// States that occur in the memories that are looked at.
    pub seen: Vec<bool>,
}

impl Edges {
    pub(super) fn new(ctx: &Ctx<'_>) -> Self {
        let maze = &ctx.activity.task.maze;
        let actions = maze.actions();
        let mut all = vec![Edge::default(); maze.states() * actions];
        let mut seen = vec![false; maze.states()];
        let looked_at = ctx.activity.memories[..ctx.activity.look].iter();
        for (position, memory) in looked_at.enumerate().filter(|(_, m)| !m.deleted) {
            let transition = memory.transition;
            seen[transition.state] = true;
            seen[transition.next] = true;
            let edge = &mut all[transition.state * actions + transition.action];
            let weight = ctx.weights.values.get(position).copied().unwrap_or(0.0);
            edge.weight += weight;
            if edge.count == 0 || weight.abs() >= edge.strength {
                edge.strength = weight.abs();
                edge.strongest = position;
            }
            edge.count += 1;
        }
        let peak = all
            .iter()
            .fold(1e-9_f32, |peak, e| peak.max(e.weight.abs()));
        Self {
            all,
            actions,
            peak,
            seen,
        }
    }

    /// State, action and memories of every step that was made.
    pub(super) fn made(&self) -> impl Iterator<Item = (usize, usize, &Edge)> {
        let edges = self.all.iter().enumerate().filter(|(_, e)| e.count > 0);
        edges.map(|(index, edge)| (index / self.actions, index % self.actions, edge))
    }

    /// The step whose line is under a point.
    pub(super) fn under(&self, ctx: &Ctx<'_>, places: &Places, point: Pos2) -> Option<&Edge> {
        let maze = &ctx.activity.task.maze;
        let away = |state: usize, action: usize| {
            let next = maze.step(state, action);
            if next == state {
                let (at, radius) = places.ring(state);
                at.distance(point) - radius
            } else {
                distance(places.line(state, next), point)
            }
        };
        let near = self
            .made()
            .map(|(state, action, edge)| (away(state, action), edge))
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        (near.0 < 4.0).then_some(near.1)
    }
}
