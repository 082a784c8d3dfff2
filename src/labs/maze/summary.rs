//! The state as a table, for `chickadee run`.

use super::report::Report;
use crate::{
    session::summary::{Summary, number},
    texts,
};

impl Report {
    /// The state as a table for people, a line each.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut table = Summary::default();
        table.row(texts::cli::state_hash(), &self.state_hash);
        table.row(texts::cli::link(), &self.link);
        if let Some(model) = &self.model {
            let (name, hash) = (&model.name, &model.hash);
            table.row(
                texts::cli::transformer(),
                texts::cli::TransformerIs { name, hash },
            );
        }
        table.row(
            texts::cli::memories(),
            texts::cli::MemoriesAre {
                look: self.look,
                all: self.t,
                rewards: self.rewards,
            },
        );
        table.row(
            texts::cli::agent(),
            texts::cli::AgentIs {
                at: self.agent,
                states: self.states,
                goal: self.goal,
            },
        );
        table.row(texts::cli::value(), number(self.value, 3));
        table.row(texts::cli::right_decisions(), number(self.accuracy, 3));
        let layers: Vec<String> = self.alignment.iter().map(|a| format!("{a:.3}")).collect();
        table.row(
            texts::cli::alignment(),
            texts::cli::AlignmentIs {
                layers: layers.join(", "),
                senses: number(self.alignment_of_senses, 3),
            },
        );
        for (layer, [same, different]) in self.second.iter().enumerate() {
            table.row(
                texts::cli::two_tasks(),
                texts::cli::TwoTasksAre {
                    layer: layer + 1,
                    same: *same,
                    different: *different,
                },
            );
        }
        table.line(format_args!(
            "{:>8} {:>8} {:>7} {:>8}",
            texts::cli::memories(),
            texts::cli::rewards(),
            texts::cli::value(),
            texts::cli::q_table()
        ));
        for point in &self.curve {
            table.line(format_args!(
                "{:>8} {:>8} {:>7} {:>8}",
                point.length,
                point.rewards,
                number(point.value, 3),
                number(point.q_table, 3)
            ));
        }
        table.finish()
    }
}
