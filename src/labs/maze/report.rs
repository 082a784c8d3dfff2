//! The state in numbers.

use serde::Serialize;

use super::{Head, Key, MazeLab, Memory, ModelOutput, Source};
use crate::core::{FrameOf, Lab};
use chickadee_engine::base::StateHash;

/// The state in numbers, as `chickadee run --json` prints it and JavaScript's `state()` gives it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The lab: `maze`.
    pub lab: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The link that brings this state back.
    pub link: String,
    /// Equal exactly when the state is (CPU path).
    pub state_hash: String,
    /// Equal exactly when everything shown is (CPU path); null while any of it is being computed.
    pub shown_hash: Option<String>,
    /// `gridworld` or `tree`.
    pub task: &'static str,
    /// States of the maze.
    pub states: usize,
    /// The seed.
    pub seed: u64,
    /// Number of memories.
    pub t: usize,
    /// Number of memories that are looked at.
    pub look: usize,
    /// Steps since the session began.
    pub tick: u64,
    /// Whether time passes.
    pub playing: bool,
    /// Whether something is still being computed.
    pub busy: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static str>,
    /// The transformer: its name and the hash of its weights.
    pub model: Option<ModelReport>,
    /// The state of the agent.
    pub agent: usize,
    /// The state that is rewarded.
    pub goal: usize,
    /// Rewards among the memories that are looked at.
    pub rewards: usize,
    /// Soft-max temperature of the decisions; 0 is greedy.
    pub temperature: f64,
    /// Expected normalised return from the states seen so far.
    #[serde(rename = "return")]
    pub value: Option<f64>,
    /// Share of the states at which the likeliest action is optimal, 0 … 1.
    pub accuracy: Option<f64>,
    /// Names of the actions.
    pub actions: Vec<&'static str>,
    /// Action probabilities, one row a state.
    pub policy: Vec<Vec<f32>>,
    /// Whether the likeliest action is optimal, state by state.
    pub correct: Vec<bool>,
    /// The attention of the state that is asked about.
    pub attention: Option<AttentionReport>,
    /// Kernel alignment of the layers.
    pub alignment: Vec<f64>,
    /// Kernel alignment of the sensory codes alone.
    pub alignment_of_senses: Option<f64>,
    /// By context length: memories, rewards, return of the transformer and of tabular Q-learning.
    pub curve: Vec<CurveReport>,
    /// Correlation between two tasks, layer by layer: same place, different places.
    pub second: Vec<[f64; 2]>,
    /// Linear readouts of the states after the layer that is looked at.
    pub decoded: Option<DecodedReport>,
    /// Integrated gradients of the decision, one number a memory.
    pub attribution: Option<Vec<f32>>,
    /// The memories: state, action, next state, reward, source and edits.
    pub memories: Vec<MemoryReport>,
    /// Clamped, ignored and refused values, one sentence each.
    pub messages: Vec<String>,
}

/// The transformer.
#[derive(Clone, Debug, Serialize)]
pub struct ModelReport {
    /// Its name.
    pub name: String,
    /// The hash of its weights.
    pub hash: String,
    /// Whether it is the user's own.
    pub own: bool,
}

/// The attention of one state.
#[derive(Clone, Debug, Serialize)]
pub struct AttentionReport {
    /// The state.
    pub query: usize,
    /// The layer, from 1.
    pub layer: usize,
    /// `mean`, or the head from 1.
    pub head: String,
    /// One number a memory.
    pub row: Vec<f32>,
}

/// Errors of linear readouts.
#[derive(Clone, Debug, Serialize)]
pub struct DecodedReport {
    /// The layer, from 1.
    pub layer: usize,
    /// Mean error of the place, in cells.
    pub place_error: Option<f64>,
    /// Mean error of the direction of the goal, in degrees.
    pub goal_angle_error: Option<f64>,
    /// Share of the states that are read rightly to lie on the way from root to goal, or not to, 0 … 1.
    pub on_path_accuracy: Option<f64>,
}

/// One context length.
#[derive(Clone, Debug, Serialize)]
pub struct CurveReport {
    /// Number of memories.
    pub length: usize,
    /// Number of rewards among them.
    pub rewards: usize,
    /// Expected return of the transformer.
    #[serde(rename = "return")]
    pub value: Option<f64>,
    /// Expected return of tabular Q-learning.
    pub q_table: Option<f64>,
    /// Kernel alignment of the layers.
    pub alignment: Vec<f64>,
}

/// One memory.
#[derive(Clone, Debug, Serialize)]
pub struct MemoryReport {
    /// The state before.
    pub state: usize,
    /// The action.
    pub action: usize,
    /// The state after.
    pub next: usize,
    /// The reward.
    pub reward: f32,
    /// `explorer`, `model` or `own`.
    pub source: &'static str,
    /// Its edits: `deleted`, `unrewarded`, `corrupted`, `hidden`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<&'static str>,
}

impl MemoryReport {
    fn of(memory: &Memory) -> Self {
        let edits = [
            (memory.deleted, "deleted"),
            (memory.unrewarded, "unrewarded"),
            (memory.corrupted, "corrupted"),
            (memory.hidden != 0, "hidden"),
        ];
        Self {
            state: memory.transition.state,
            action: memory.transition.action,
            next: memory.transition.next,
            reward: memory.transition.reward,
            source: match memory.source {
                Source::Explorer => "explorer",
                Source::Model => "model",
                Source::User => "own",
            },
            edits: edits.into_iter().filter(|e| e.0).map(|e| e.1).collect(),
        }
    }
}

impl MazeLab {
    /// The state in numbers.
    pub(super) fn numbers(&self, frame: &FrameOf<Self>) -> Report {
        let activity = self.activity();
        let output = self.seen();
        let (task, look) = (activity.task, activity.look);
        let maze = &task.maze;
        let finite = |value: f64| Some(value).filter(|v| v.is_finite());
        let is_paid = |memory: &&Memory| memory.reward() > 0.0;
        let head = match self.settings.head() {
            Head::One(head) => Some(head),
            Head::Mean | Head::Rollout => None,
        };
        let layers = output.map_or(1, |output| output.hidden.len() - 1);
        let layer = self.settings.count(Key::Layer).clamp(1, layers);
        let rows = |output: &ModelOutput| {
            let policy = &output.policy;
            let rows = (0..policy.rows()).map(|state| policy.row(state).to_vec());
            rows.collect()
        };
        let across = activity.comparison.iter().flat_map(|second| &second.across);
        Report {
            lab: "maze",
            version: env!("CARGO_PKG_VERSION"),
            link: self.written_link(),
            state_hash: format!("{:016x}", self.hash_of_state()),
            shown_hash: self.hash_of_shown(frame).map(|hash| format!("{hash:016x}")),
            task: self.settings.kind().name(),
            states: maze.states(),
            seed: self.settings.get(Key::Seed) as u64,
            t: activity.memories.len(),
            look,
            tick: frame.clock.tick,
            playing: frame.clock.playing,
            busy: self.is_busy(frame),
            scene: self.scene.map(|scene| scene.name),
            model: activity.model.map(|model| ModelReport {
                name: model.name.clone(),
                hash: format!("{:016x}", model.hash),
                own: model.own,
            }),
            agent: activity.agent,
            goal: task.goal,
            rewards: activity.memories[..look].iter().filter(is_paid).count(),
            temperature: self.settings.get(Key::Temperature),
            value: output.and_then(|output| finite(output.value)),
            accuracy: output.map(ModelOutput::accuracy),
            actions: (0..maze.actions()).map(|a| maze.action_name(a)).collect(),
            policy: output.map_or_else(Vec::new, rows),
            correct: output.map_or_else(Vec::new, |output| output.correct.clone()),
            attention: output.map(|output| AttentionReport {
                query: output.query,
                layer,
                head: head.map_or("mean".to_owned(), |head| (head + 1).to_string()),
                row: output.attention_of(layer - 1, head),
            }),
            alignment: output.map_or_else(Vec::new, |output| output.alignment.clone()),
            alignment_of_senses: output.map(|output| output.baseline),
            curve: activity
                .curve
                .iter()
                .map(|point| CurveReport {
                    length: point.length,
                    rewards: point.rewards,
                    value: finite(point.value),
                    q_table: point.q_table.and_then(finite),
                    alignment: point.alignment.clone(),
                })
                .collect(),
            second: across.map(|a| [a.same, a.different]).collect(),
            decoded: activity.readout.map(|readout| DecodedReport {
                layer: readout.layer,
                place_error: readout.place_error(&self.run),
                goal_angle_error: readout.angle_error(&self.run),
                on_path_accuracy: readout.path_accuracy(&self.run),
            }),
            attribution: activity.attribution.and_then(|of| of.memories),
            memories: activity.memories.iter().map(MemoryReport::of).collect(),
            messages: frame.messages().to_vec(),
        }
    }

    /// One number for settings, task, memories and the transformer's answers to them.
    pub(super) fn hash_of_state(&self) -> u64 {
        let mut hash = StateHash::default();
        hash.text(self.settings.kind().name());
        for key in Key::NUMBERS {
            let value = self.settings.get(key);
            hash.text(key.setting().key).number(value);
        }
        for key in Key::WORDS {
            hash.text(key.setting().key).text(&self.settings.text(key));
        }
        hash.integer(self.run.task.goal as u64)
            .integer(self.run.agent as u64)
            .integer(self.look() as u64)
            .integer(self.query() as u64)
            .integer(self.run.memories.len() as u64);
        let rewards = self.settings.is_on(Key::Rewards);
        for memory in &self.run.memories {
            hash.array(&self.run.token(memory, rewards))
                .integer(memory.number as u64)
                .integer(u64::from(memory.hidden) | u64::from(memory.deleted) << 8);
        }
        if let Some(model) = self.model() {
            hash.integer(model.info.hash);
        }
        if let Some(output) = self.seen() {
            hash.array(output.logits.values());
            for row in &output.attention {
                hash.array(row);
            }
        }
        hash.finish()
    }

    /// Policy and correctness of every state as CSV, one row a state, with what made them in comments above.
    pub(super) fn table(&self, frame: &FrameOf<Self>) -> String {
        let report = self.numbers(frame);
        let mut out = format!(
            "# chickadee {} maze lab\n# link: {}\n# state hash: {}\nstate,first,second,{},correct\n",
            report.version,
            report.link,
            report.state_hash,
            report.actions.join(",")
        );
        let maze = &self.run.task.maze;
        for (state, (policy, correct)) in report.policy.iter().zip(&report.correct).enumerate() {
            let (first, second) = maze.position(state);
            let chances: Vec<String> = policy.iter().map(ToString::to_string).collect();
            out += &format!(
                "{state},{first},{second},{},{}\n",
                chances.join(","),
                u8::from(*correct)
            );
        }
        out
    }
}
