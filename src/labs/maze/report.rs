use serde::Serialize;

use super::{Head, Key, MazeLab, Memory, ModelOutput, Source};
use crate::session::{
    FrameOf,
    csv::{Csv, MadeFrom, cell, known, number},
};
use chickadee_engine::{base::StateHash, worlds::maze::Family};

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
    /// Equal exactly when everything shown is (CPU path); null while any of it is still being computed.
    pub shown_hash: Option<String>,
    /// `gridworld` or `tree`.
    pub task: &'static str,
    /// States of the maze.
    pub states: usize,
    /// Cells in a row of a gridworld, blocked ones included; null in a tree.
    pub width: Option<usize>,
    /// Rows of a gridworld; null in a tree.
    pub height: Option<usize>,
    /// The random seed.
    pub seed: u64,
    /// Memories.
    pub t: usize,
    /// Memories that are looked at.
    pub look: usize,
    /// Steps since the link was read.
    pub tick: u64,
    /// Whether time passes.
    pub playing: bool,
    /// Whether something is still being computed.
    pub busy: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static str>,
    /// The transformer: its name and the hash of its weights.
    pub model: Option<ModelReport>,
    /// Where the agent is.
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
    /// Share of the states at which the likeliest action is optimal.
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
    /// Correlation between the task and the comparison task, layer by layer: same place, different places.
    pub second: Vec<[f64; 2]>,
    /// Errors of linear readouts of the states after the layer that is looked at.
    pub decoded: Option<DecodedReport>,
    /// Integrated gradients of the decision, one number a memory.
    pub attribution: Option<Vec<f32>>,
    /// The memories: state, action, next state, reward, source and edits.
    pub memories: Vec<MemoryReport>,
    /// Messages: what was clamped, ignored or refused.
    pub messages: Vec<String>,
}

/// The transformer.
#[derive(Clone, Debug, Serialize)]
pub struct ModelReport {
    /// Its name.
    pub name: String,
    /// The hash of its weights.
    pub hash: String,
    /// Whether it is the user's.
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

/// Errors of linear readouts of the states.
#[derive(Clone, Debug, Serialize)]
pub struct DecodedReport {
    /// The layer, from 1.
    pub layer: usize,
    /// Mean error of the place, in cells.
    pub place_error: Option<f64>,
    /// Mean error of the direction of the goal, in degrees.
    pub goal_angle_error: Option<f64>,
    /// Share of the states of which it is rightly said whether they lie on the way from root to goal.
    pub on_path_accuracy: Option<f64>,
}

/// One context length.
#[derive(Clone, Debug, Serialize)]
pub struct CurveReport {
    /// Memories.
    pub length: usize,
    /// Rewards among them.
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
    /// The source of the step: `explorer`, `model` or `own`.
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
    pub(super) fn report_of(&self, frame: &FrameOf<Self>) -> Report {
        let output = self.output_now();
        let (task, look) = (&self.run.task, self.look());
        let memories = &self.run.memories;
        let maze = &task.maze;
        let rectangle = maze.topology().rectangle();
        let finite = |value: f64| Some(value).filter(|v| v.is_finite());
        let beside = &self.beside;
        let curve = beside.curve.get();
        Report {
            lab: "maze",
            version: env!("CARGO_PKG_VERSION"),
            link: self.write_link(),
            state_hash: format!("{:016x}", self.hash_state()),
            shown_hash: self.hash_shown(frame).map(|hash| format!("{hash:016x}")),
            task: self.settings.kind().name(),
            states: maze.states(),
            width: rectangle.map(|(width, _)| width),
            height: rectangle.map(|(_, height)| height),
            seed: self.settings.get(Key::Seed) as u64,
            t: memories.len(),
            look,
            tick: frame.clock.tick,
            playing: frame.clock.playing,
            busy: self.is_computing(frame),
            scene: frame.scene.map(|scene| scene.name),
            model: self.model().map(|model| ModelReport {
                name: model.info.name.clone(),
                hash: format!("{:016x}", model.info.hash),
                own: model.info.own,
            }),
            agent: self.run.agent,
            goal: task.goal,
            rewards: memories[..look].iter().filter(|m| m.reward() > 0.0).count(),
            temperature: self.settings.get(Key::Temperature),
            value: output.and_then(|output| finite(output.value)),
            accuracy: output.map(ModelOutput::accuracy),
            actions: (0..maze.actions()).map(|a| maze.action_name(a)).collect(),
            policy: output.map_or_else(Vec::new, |output| {
                let policy = &output.policy;
                (0..policy.rows()).map(|s| policy.row(s).to_vec()).collect()
            }),
            correct: output.map_or_else(Vec::new, |output| output.correct.clone()),
            attention: output.map(|output| self.attention_of(output)),
            alignment: output.map_or_else(Vec::new, |output| output.alignment.clone()),
            alignment_of_senses: output.map(|output| output.baseline),
            curve: curve.map_or_else(Vec::new, |curve| {
                let points = curve.points.iter();
                points
                    .map(|point| CurveReport {
                        length: point.length,
                        rewards: point.rewards,
                        value: finite(point.value),
                        q_table: point.q_table.and_then(finite),
                        alignment: point.alignment.clone(),
                    })
                    .collect()
            }),
            second: beside.comparison.get().map_or_else(Vec::new, |comparison| {
                let layers = comparison.across.iter();
                layers.map(|a| [a.same, a.different]).collect()
            }),
            decoded: beside.readout.get().map(|readout| DecodedReport {
                layer: readout.layer,
                place_error: readout.place_error(&self.run),
                goal_angle_error: readout.angle_error(&self.run),
                on_path_accuracy: readout.path_accuracy(&self.run),
            }),
            attribution: self.attributed().and_then(|(_, _, result)| result),
            memories: memories.iter().map(MemoryReport::of).collect(),
            messages: frame.messages().to_vec(),
        }
    }

    fn attention_of(&self, output: &ModelOutput) -> AttentionReport {
        let heads = self.model().map_or(1, |model| model.info.shape.heads);
        let head = match self.settings.head().among(heads) {
            Head::One(head) => Some(head),
            Head::Mean | Head::Rollout => None,
        };
        let layer = self.layer().unwrap_or(0);
        AttentionReport {
            query: output.query,
            layer: layer + 1,
            head: head.map_or("mean".to_owned(), |head| (head + 1).to_string()),
            row: output.attention_of(layer, head),
        }
    }

    /// One number for settings, task, memories and the output of the transformer.
    pub(super) fn hash_state(&self) -> u64 {
        let mut hash = StateHash::default();
        hash.text(self.settings.kind().name());
        for key in Key::NUMBERS {
            hash.text(key.setting().key).number(self.settings.get(key));
        }
        for key in Key::WORDS {
            hash.text(key.setting().key).text(&self.settings.text(key));
        }
        let rewards = self.settings.is_on(Key::Rewards);
        hash.integer(self.run.task.goal as u64)
            .integer(self.run.agent as u64)
            .integer(self.look() as u64)
            .integer(self.query() as u64)
            .integer(self.run.memories.len() as u64);
        for memory in &self.run.memories {
            let (hidden, beyond) = memory.hidden_code();
            hash.array(&self.run.token(memory, rewards))
                .integer(memory.number as u64)
                .integer(hidden | u64::from(memory.deleted) << 8);
            if let Some(beyond) = beyond {
                hash.integer(beyond);
            }
        }
        if let Some(model) = self.model() {
            hash.integer(model.info.hash);
        }
        if let Some(output) = self.output_now() {
            hash.array(output.logits.values());
            for row in &output.attention {
                hash.array(row);
            }
        }
        hash.finish()
    }

    /// The tables: policy of every state, the memories in time, and return by context length.
    pub(super) const TABLES: [&'static str; 3] = ["states", "memories", "curve"];

    /// One of them.
    pub(super) fn write_csv(&self, name: &str, frame: &FrameOf<Self>) -> String {
        let report = self.report_of(frame);
        let source = MadeFrom {
            lab: report.lab,
            state_hash: self.hash_state(),
            link: &report.link,
        };
        match name {
            "memories" => table_of_memories(&report, &source),
            "curve" => table_of_lengths(&report, &source),
            _ => self.table_of_states(&report, &source),
        }
    }

    /// Policy and correctness, a row a state.
    fn table_of_states(&self, report: &Report, source: &MadeFrom<'_>) -> String {
        let maze = &self.run.task.maze;
        let position = match maze.family() {
            Family::Gridworld => ["row", "column"],
            Family::Tree => ["layer", "position"],
        };
        let actions = report.actions.iter().map(|name| format!("p_{name}"));
        let columns = ["state"].into_iter().chain(position).map(str::to_owned);
        let columns = columns.chain(actions).chain(["correct".to_owned()]);
        let mut table = Csv::new(columns, source);
        for (state, (policy, correct)) in report.policy.iter().zip(&report.correct).enumerate() {
            let (first, second) = maze.position(state);
            let place = [state, first, second].map(cell);
            let chances = policy.iter().map(|p| number(f64::from(*p)));
            let cells = place.into_iter().chain(chances);
            table.row(cells.chain([cell(u8::from(*correct))]));
        }
        table.finish()
    }
}

/// What was experienced, a row a memory, with the attention that the decision asked about gives to it.
fn table_of_memories(report: &Report, source: &MadeFrom<'_>) -> String {
    let columns = [
        "memory",
        "state",
        "action",
        "next_state",
        "reward",
        "source",
        "edits",
        "attention",
        "attribution",
    ];
    let mut table = Csv::new(columns, source);
    let of = |row: Option<&Vec<f32>>, index: usize| {
        let value = row.and_then(|row| row.get(index));
        value.map_or_else(String::new, |value| number(f64::from(*value)))
    };
    for (index, memory) in report.memories.iter().enumerate() {
        table.row([
            cell(index),
            cell(memory.state),
            cell(report.actions.get(memory.action).copied().unwrap_or("")),
            cell(memory.next),
            cell(memory.reward),
            cell(memory.source),
            cell(memory.edits.join(" ")),
            of(report.attention.as_ref().map(|a| &a.row), index),
            of(report.attribution.as_ref(), index),
        ]);
    }
    table.finish()
}

/// Return and kernel alignment, a row a context length.
fn table_of_lengths(report: &Report, source: &MadeFrom<'_>) -> String {
    let layers = report.curve.iter().map(|point| point.alignment.len()).max();
    let layers = layers.unwrap_or(0);
    let columns = ["memories", "rewards", "return", "return_q_table"].map(str::to_owned);
    let alignment = (1..=layers).map(|layer| format!("alignment_layer_{layer}"));
    let mut table = Csv::new(columns.into_iter().chain(alignment), source);
    for point in &report.curve {
        let own = [
            cell(point.length),
            cell(point.rewards),
            known(point.value),
            known(point.q_table),
        ];
        let alignment = (0..layers).map(|layer| known(point.alignment.get(layer).copied()));
        table.row(own.into_iter().chain(alignment));
    }
    table.finish()
}
