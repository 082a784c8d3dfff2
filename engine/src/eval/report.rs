//! The report of an evaluation beside the published values: data, a table, CSV.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::{
    Agent, Estimate, Found, Row, Settings,
    alignment::{Alignment, published_alignment, published_first_alignment},
    query_types::QueryType,
    seeds::layer_name,
};
use crate::worlds::maze::{Family, Protocol};

/// Estimates by rewards experienced, "0" to "8".
pub type ByRewards = BTreeMap<String, Estimate>;
/// Estimates by query type.
pub type ByType = BTreeMap<String, Estimate>;

/// The result of an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Gridworlds or trees.
    pub task: Family,
    /// Cells along a side, or layers.
    pub size: usize,
    /// Number of tasks.
    pub tasks: usize,
    /// Number of tasks of the deep Q-network.
    pub dqn_tasks: usize,
    /// Seed.
    pub seed: u64,
    /// True when the baselines ran on the authors' terms.
    pub as_published: bool,
    /// The way of acting of `return_by_rewards.transformer`: that of the paper's figure.
    pub transformer_acts: Agent,
    /// Return by rewards experienced (Figs. 2b, 2e), for the transformer of the figure, the baselines, and all three
    /// ways of the transformer.
    pub return_by_rewards: BTreeMap<String, ByRewards>,
    /// Return by context length (Figs. 2a, 2d).
    pub return_by_length: BTreeMap<String, BTreeMap<String, Estimate>>,
    /// Return by query type (Figs. 2f, D13a), the transformer of the figure.
    pub query_types: ByType,
    /// The same for all agents.
    pub query_types_by_agent: BTreeMap<String, ByType>,
    /// Shortcut tests (Fig. D13c); none for trees.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub shortcuts: BTreeMap<String, Shortcut>,
    /// Kernel alignment of the sensory codes ("codes") and of the layers ("1", "2", …) after the context of the query types.
    pub kernel_alignment: BTreeMap<String, Estimate>,
    /// The same after one transition: what layers pass on of the codes, before there is a map.
    pub kernel_alignment_at_first: BTreeMap<String, Estimate>,
    /// The numbers that one looks at first.
    pub summary: Summary,
    /// Seeds that the checkpoint was chosen with, where its metadata name them.
    pub chosen_with_seeds: Option<Vec<u64>>,
    /// Every row that the returns were averaged from.
    #[serde(skip)]
    pub rows: Vec<Row>,
}

/// Result of one shortcut test.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shortcut {
    /// Share of sensory codes with which the walk was a shortest way.
    pub success: f64,
    /// 95 % confidence interval.
    pub ci95: [f64; 2],
    /// Sensory codes.
    pub rows: usize,
}

/// The numbers that one looks at first, for the transformer of the paper's figure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Return at the first experience of the goal: 1 reward in a gridworld, 2 in a tree (where one visit is rewarded twice).
    pub return_at_first: Option<f64>,
    /// Mean of the returns at 3 to 8 rewards.
    pub return_3_to_8: Option<f64>,
    /// The same, greedy.
    pub greedy_return_3_to_8: Option<f64>,
    /// Return from states that were never visited.
    pub novel: Option<f64>,
}

/// Rewards that the figures show.
pub(super) const MOST_REWARDS: usize = 8;

pub(super) fn name(agent: Agent) -> &'static str {
    match agent {
        Agent::TransformerGreedy => "transformer_greedy",
        Agent::TransformerOne => "transformer_t1",
        Agent::TransformerTwo => "transformer_t2",
        Agent::QTable => "q_table",
        Agent::Dqn => "dqn",
        Agent::IdealObserver => "ideal_observer",
    }
}

/// Estimates of the rows that `key` puts together.
fn group<K: Ord>(rows: &[Row], key: impl Fn(&Row) -> Option<K>) -> BTreeMap<K, Estimate> {
    let mut groups: BTreeMap<K, Vec<f64>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(row) {
            groups.entry(key).or_default().push(row.value);
        }
    }
    let estimates = groups.into_iter();
    estimates
        .filter_map(|(key, values)| Some((key, Estimate::of(&values)?)))
        .collect()
}

pub(super) fn report(settings: &Settings, found: Found) -> Report {
    let Found {
        rows,
        types,
        shortcuts,
        alignments,
    } = found;
    let shown = Agent::shown(settings.protocol.family);
    let mut return_by_rewards = BTreeMap::new();
    let mut return_by_length = BTreeMap::new();
    let mut query_types_by_agent = BTreeMap::new();
    for &agent in Agent::all(settings.protocol.family) {
        let of = |row: &Row| row.agent == agent;
        let by_rewards = group(&rows, |row| {
            (of(row) && row.rewards <= MOST_REWARDS).then(|| row.rewards.to_string())
        });
        let by_length = group(&rows, |row| of(row).then(|| format!("{:04}", row.length)));
        let by_type: ByType = QueryType::ALL
            .into_iter()
            .filter_map(|query| {
                let rows = types
                    .iter()
                    .filter(|row| row.agent == agent && row.query == query);
                let estimate = Estimate::of(&rows.map(|row| row.value).collect::<Vec<_>>())?;
                Some((type_name(query).to_owned(), estimate))
            })
            .collect();
        if agent == shown {
            return_by_rewards.insert("transformer".to_owned(), by_rewards.clone());
            query_types_by_agent.insert("transformer".to_owned(), by_type.clone());
        }
        return_by_rewards.insert(name(agent).to_owned(), by_rewards);
        return_by_length.insert(name(agent).to_owned(), by_length);
        query_types_by_agent.insert(name(agent).to_owned(), by_type);
    }
    let query_types = query_types_by_agent["transformer"].clone();
    let at = |agent: &str, rewards: usize| {
        Some(return_by_rewards[agent].get(&rewards.to_string())?.mean)
    };
    let late = |agent: &str| {
        let means: Vec<f64> = (3..=MOST_REWARDS).filter_map(|r| at(agent, r)).collect();
        (!means.is_empty()).then(|| means.iter().sum::<f64>() / means.len() as f64)
    };
    let first = match settings.protocol.family {
        Family::Gridworld => 1,
        Family::Tree => 2,
    };
    Report {
        task: settings.protocol.family,
        size: settings.protocol.size,
        tasks: settings.tasks,
        dqn_tasks: settings.dqn_tasks.min(settings.tasks),
        seed: settings.seed,
        as_published: settings.as_published,
        transformer_acts: shown,
        summary: Summary {
            return_at_first: at("transformer", first),
            return_3_to_8: late("transformer"),
            greedy_return_3_to_8: late("transformer_greedy"),
            novel: query_types.get("novel").map(|e| e.mean),
        },
        return_by_rewards,
        return_by_length,
        query_types,
        query_types_by_agent,
        shortcuts: shortcuts
            .iter()
            .enumerate()
            .filter_map(|(i, successes)| {
                let values: Vec<f64> = successes.iter().map(|&s| f64::from(s)).collect();
                let Estimate { mean, ci95, rows } = Estimate::of(&values)?;
                let shortcut = Shortcut {
                    success: mean,
                    ci95,
                    rows,
                };
                Some(((i + 1).to_string(), shortcut))
            })
            .collect(),
        kernel_alignment: by_layer(&alignments, |task| &task.whole),
        kernel_alignment_at_first: by_layer(&alignments, |task| &task.first),
        chosen_with_seeds: None,
        rows,
    }
}

fn by_layer(tasks: &[Alignment], of: fn(&Alignment) -> &[f64]) -> BTreeMap<String, Estimate> {
    let layers = tasks.first().map_or(0, |task| of(task).len());
    let one = |layer| {
        let values: Vec<f64> = tasks.iter().map(|task| of(task)[layer]).collect();
        Some((layer_name(layer), Estimate::of(&values)?))
    };
    (0..layers).filter_map(one).collect()
}

pub(super) fn type_name(query: QueryType) -> &'static str {
    match query {
        QueryType::Pre => "pre",
        QueryType::Post => "post",
        QueryType::PreAndPost => "pre_and_post",
        QueryType::Novel => "novel",
    }
}

/// Values read off the paper's figures (±0.01 of the axis): returns at 0 to 8 rewards. Agents are `transformer`, `dqn` and
/// `q_table`.
#[must_use]
pub fn published_returns(family: Family, agent: &str) -> Option<[f64; 9]> {
    Some(match (family, agent) {
        (Family::Gridworld, "transformer") => {
            [0.07, 0.88, 0.91, 0.96, 0.99, 0.98, 0.96, 0.99, 0.98]
        }
        (Family::Gridworld, "dqn") => [0.05, 0.40, 0.36, 0.58, 0.60, 0.48, 0.62, 0.56, 0.62],
        (Family::Gridworld, "q_table") => [0.0, 0.23, 0.65, 0.55, 0.52, 0.49, 0.44, 0.82, 0.82],
        (Family::Tree, "transformer") => [0.0, 0.19, 0.94, 0.89, 0.95, 0.93, 0.86, 0.95, 0.96],
        (Family::Tree, "dqn") => [0.0, 0.0, 0.39, 0.33, 0.42, 0.52, 0.48, 0.34, 0.44],
        (Family::Tree, "q_table") => [0.0, 0.62, 0.57, 0.59, 0.45, 0.62, 0.56, 0.65, 0.62],
        _ => return None,
    })
}

/// Published returns by query type.
pub(super) fn published_type(family: Family, agent: &str, query: &str) -> Option<f64> {
    Some(match (family, agent, query) {
        (Family::Gridworld, "transformer", "novel") => 0.90,
        (Family::Gridworld, "transformer", _) => 0.97,
        (Family::Tree, "transformer", "pre" | "post") => 0.95,
        (Family::Tree, "transformer", "novel") => 0.93,
        (Family::Tree, "q_table", "pre") => 0.98,
        (Family::Tree, "q_table", "post") => 0.865,
        (Family::Tree, "q_table", "novel") => 0.59,
        (Family::Tree, "dqn", "pre") => 0.39,
        (Family::Tree, "dqn", "post") => 0.38,
        (Family::Tree, "dqn", "novel") => 0.29,
        _ => return None,
    })
}

/// Published success of the shortcut tests.
pub(super) const PUBLISHED_SHORTCUTS: [f64; 2] = [0.69, 0.60];

impl Report {
    /// A table for people: ours, its interval, and the published value.
    #[must_use]
    pub fn table(&self) -> String {
        let mut out = String::new();
        // Other sizes are not in the paper.
        let paper = Protocol::published(self.task).size == self.size;
        let mut line = |label: &str, estimate: Option<&Estimate>, published: Option<f64>| {
            let ours = estimate.map_or("–".to_owned(), |e| {
                format!(
                    "{:.3}  [{:.3}, {:.3}]  {:>4} rows",
                    e.mean, e.ci95[0], e.ci95[1], e.rows
                )
            });
            let theirs = published
                .filter(|_| paper)
                .map_or(String::new(), |p| format!("   paper {p:.2}"));
            let _ = writeln!(out, "  {label:<22} {ours}{theirs}");
        };
        let ideal = (self.task == Family::Gridworld).then_some("ideal_observer");
        let agents = ["transformer", "transformer_greedy", "q_table", "dqn"];
        for agent in agents.into_iter().chain(ideal) {
            line(&format!("{agent}, return at"), None, None);
            for rewards in 0..=MOST_REWARDS {
                let published = published_returns(self.task, agent).map(|p| p[rewards]);
                let estimate = self
                    .return_by_rewards
                    .get(agent)
                    .and_then(|r| r.get(&rewards.to_string()));
                line(&format!("  {rewards} rewards"), estimate, published);
            }
        }
        for agent in ["transformer", "q_table", "dqn"].into_iter().chain(ideal) {
            line(&format!("{agent}, starts"), None, None);
            for query in QueryType::ALL.map(type_name) {
                let estimate = self
                    .query_types_by_agent
                    .get(agent)
                    .and_then(|t| t.get(query));
                line(
                    &format!("  {query}"),
                    estimate,
                    published_type(self.task, agent, query),
                );
            }
        }
        for (test, published) in ["1", "2"].iter().zip(PUBLISHED_SHORTCUTS) {
            if let Some(shortcut) = self.shortcuts.get(*test) {
                let estimate = Estimate {
                    mean: shortcut.success,
                    ci95: shortcut.ci95,
                    rows: shortcut.rows,
                };
                line(
                    &format!("shortcut test {test}"),
                    Some(&estimate),
                    Some(published),
                );
            }
        }
        for (title, by_layer, published) in [
            (
                "alignment, first step",
                &self.kernel_alignment_at_first,
                published_first_alignment(self.task),
            ),
            (
                "alignment, whole walk",
                &self.kernel_alignment,
                published_alignment(self.task),
            ),
        ] {
            line(title, None, None);
            for (layer, published) in published.into_iter().enumerate() {
                let key = layer_name(layer);
                line(&format!("  {key}"), by_layer.get(&key), Some(published));
            }
        }
        out
    }

    /// Every row of the returns as CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut out = "agent,task,context_length,rewards,return\n".to_owned();
        for row in &self.rows {
            let _ = writeln!(
                out,
                "{},{},{},{},{}",
                name(row.agent),
                row.task,
                row.length,
                row.rewards,
                row.value
            );
        }
        out
    }
}
