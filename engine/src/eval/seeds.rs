//! Several seeds: means over all of them, with an interval that says what other seeds *and* other tasks would give.
//!
//! The tasks of one seed share nothing but their number, yet a checkpoint that was chosen by looking at a seed does better on
//! it than on others. What counts is therefore the mean over seeds of the mean over tasks, and its interval is that of a
//! hierarchical bootstrap: of each of 1,000 resamples, the seeds are drawn with replacement, and then, within each seed drawn,
//! its tasks; all rows of a task stay together. The interval holds the middle 95 % of the resampled means.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::{
    Agent, EvalError, Progress, Row, Settings,
    alignment::{Alignment, published_alignment, published_first_alignment},
    gather, published_returns,
    query_types::QueryType,
    report::{MOST_REWARDS, PUBLISHED_SHORTCUTS, name, published_type, type_name},
};
use crate::{
    base::{
        parallel,
        random::{Random, Stream},
    },
    models::transformer::Transformer,
    worlds::maze::{Family, Protocol},
};

/// A mean over seeds, its interval, and the seeds one by one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Mean over the seeds of the mean of each.
    pub mean: f64,
    /// 95 % interval of the hierarchical bootstrap over seeds and tasks.
    pub ci95: [f64; 2],
    /// The mean of each seed, in the order of the seeds; none where a seed has no rows.
    pub by_seed: Vec<Option<f64>>,
    /// Rows of all seeds.
    pub rows: usize,
}

/// The result of an evaluation with several seeds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeedsReport {
    /// Gridworlds or trees.
    pub task: Family,
    /// Cells along a side, or layers.
    pub size: usize,
    /// Tasks of each seed.
    pub tasks: usize,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Seeds that the checkpoint was chosen with, where its metadata name them.
    pub chosen_with_seeds: Option<Vec<u64>>,
    /// The numbers that one looks at first.
    pub summary: BTreeMap<String, Spread>,
    /// Return by agent and rewards experienced, "0" to "8".
    pub return_by_rewards: BTreeMap<String, BTreeMap<String, Spread>>,
    /// Return by agent and query type.
    pub query_types: BTreeMap<String, BTreeMap<String, Spread>>,
    /// Success of the shortcut tests; none for trees.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub shortcuts: BTreeMap<String, Spread>,
    /// Kernel alignment of the sensory codes ("codes") and of the layers ("1", "2", …).
    pub kernel_alignment: BTreeMap<String, Spread>,
    /// The same after one transition: what layers pass on of the codes, before there is a map.
    pub kernel_alignment_at_first: BTreeMap<String, Spread>,
}

const RESAMPLES: usize = 1_000;

/// Seeds that have a column each in the table, at most.
const MOST_COLUMNS: usize = 8;

/// Sum and number of the rows of one task, by cell; a measure is the mean over its cells of the mean in each.
type Cells = BTreeMap<usize, (f64, usize)>;

/// One measure: seed by seed, the tasks that have rows.
struct Measure(Vec<Vec<Cells>>);

impl Measure {
    /// From rows of (seed, task, cell, value).
    fn of(seeds: usize, rows: impl Iterator<Item = (usize, usize, usize, f64)>) -> Self {
        let mut tasks: Vec<BTreeMap<usize, Cells>> = vec![BTreeMap::new(); seeds];
        for (seed, task, cell, value) in rows {
            let (sum, count) = tasks[seed]
                .entry(task)
                .or_default()
                .entry(cell)
                .or_default();
            *sum += value;
            *count += 1;
        }
        let tasks = tasks.into_iter().map(|tasks| tasks.into_values().collect());
        Self(tasks.collect())
    }

    /// Mean over the cells of some tasks; `None` without rows.
    fn mean<'a>(tasks: impl Iterator<Item = &'a Cells>) -> Option<f64> {
        let mut all = Cells::new();
        for (&cell, &(sum, count)) in tasks.flatten() {
            let to = all.entry(cell).or_default();
            to.0 += sum;
            to.1 += count;
        }
        let means = all.values().map(|&(sum, count)| sum / count as f64);
        (!all.is_empty()).then(|| means.sum::<f64>() / all.len() as f64)
    }

    /// The measure with its interval; `None` without rows. The same rows give the same interval.
    fn spread(&self) -> Option<Spread> {
        let by_seed: Vec<Option<f64>> = self.0.iter().map(|seed| Self::mean(seed.iter())).collect();
        let seeds: Vec<&Vec<Cells>> = self.0.iter().filter(|tasks| !tasks.is_empty()).collect();
        if seeds.is_empty() {
            return None;
        }
        let average = |means: &[f64]| means.iter().sum::<f64>() / means.len() as f64;
        let mut random = Random::new(95, Stream::Agent, 1);
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let drawn: Vec<f64> = (0..seeds.len())
                    .filter_map(|_| {
                        let tasks = seeds[random.below(seeds.len())];
                        let drawn: Vec<&Cells> = (0..tasks.len())
                            .map(|_| &tasks[random.below(tasks.len())])
                            .collect();
                        Self::mean(drawn.into_iter())
                    })
                    .collect();
                average(&drawn)
            })
            .collect();
        means.sort_by(f64::total_cmp);
        let at = |share: f64| means[(share * (RESAMPLES - 1) as f64).round() as usize];
        let there: Vec<f64> = by_seed.iter().copied().flatten().collect();
        Some(Spread {
            mean: average(&there),
            ci95: [at(0.025), at(0.975)],
            by_seed,
            rows: self
                .0
                .iter()
                .flatten()
                .flat_map(Cells::values)
                .map(|&(_, n)| n)
                .sum(),
        })
    }
}

/// Runs the whole evaluation once a seed; `settings.seed` is not used.
///
/// # Errors
/// When the model does not fit the task, when there is no seed or one of them twice, or when a number is impossible.
pub fn evaluate_seeds(
    settings: &Settings,
    seeds: &[u64],
    transformer: &Transformer,
    progress: &Progress,
) -> Result<SeedsReport, EvalError> {
    if seeds.is_empty() {
        return Err(EvalError::Number("no seeds; expected at least one".into()));
    }
    if let Some(twice) = (1..seeds.len()).find(|&i| seeds[..i].contains(&seeds[i])) {
        let seed = seeds[twice];
        return Err(EvalError::Number(format!(
            "seed {seed} is there twice; expected different seeds"
        )));
    }
    // Seeds beside each other as well as their tasks: the last tasks of a seed leave no core idle.
    let all = parallel::try_map(seeds.len(), |index| {
        let settings = Settings {
            seed: seeds[index],
            ..settings.clone()
        };
        gather(&settings, transformer, progress)
    })?;
    let family = settings.protocol.family;
    // Rows of an agent, in cells by rewards where these are wanted.
    let returns = |agent: Agent, wanted: std::ops::RangeInclusive<usize>| {
        let rows = all.iter().enumerate().flat_map(move |(seed, found)| {
            let rows = found.rows.iter();
            rows.map(move |row: &Row| (seed, row))
        });
        let rows = rows.filter(|(_, row)| row.agent == agent && wanted.contains(&row.rewards));
        Measure::of(
            seeds.len(),
            rows.map(|(seed, row)| (seed, row.task, row.rewards, row.value)),
        )
        .spread()
    };
    let typed = |agent: Agent, query: QueryType| {
        let rows = all.iter().enumerate().flat_map(|(seed, found)| {
            let rows = found.types.iter();
            rows.filter(move |row| row.agent == agent && row.query == query)
                .map(move |row| (seed, row.task, 0, row.value))
        });
        Measure::of(seeds.len(), rows).spread()
    };
    let shown = Agent::shown(family);
    let first = match family {
        Family::Gridworld => 1,
        Family::Tree => 2,
    };
    let greedy = Agent::TransformerGreedy;
    let summary = [
        ("return_at_first", returns(shown, first..=first)),
        ("return_3_to_8", returns(shown, 3..=MOST_REWARDS)),
        ("greedy_return_at_first", returns(greedy, first..=first)),
        ("greedy_return_3_to_8", returns(greedy, 3..=MOST_REWARDS)),
        ("novel", typed(shown, QueryType::Novel)),
    ];
    let there = |(key, spread): (&str, Option<Spread>)| Some((key.to_owned(), spread?));
    let mut return_by_rewards = BTreeMap::new();
    let mut query_types = BTreeMap::new();
    for &agent in Agent::all(family) {
        let by_rewards: BTreeMap<_, _> = (0..=MOST_REWARDS)
            .filter_map(|rewards| there((&rewards.to_string(), returns(agent, rewards..=rewards))))
            .collect();
        let by_type: BTreeMap<_, _> = QueryType::ALL
            .into_iter()
            .filter_map(|query| there((type_name(query), typed(agent, query))))
            .collect();
        if !by_rewards.is_empty() {
            return_by_rewards.insert(name(agent).to_owned(), by_rewards);
            query_types.insert(name(agent).to_owned(), by_type);
        }
    }
    let tests = all.first().map_or(0, |found| found.shortcuts.len());
    let shortcuts = (0..tests).filter_map(|test| {
        let rows = all.iter().enumerate().flat_map(|(seed, found)| {
            let codes = found.shortcuts[test].iter().enumerate();
            codes.map(move |(code, &success)| (seed, code, 0, f64::from(success)))
        });
        let spread = Measure::of(seeds.len(), rows).spread();
        there((&(test + 1).to_string(), spread))
    });
    let layers = transformer.shape().layers;
    let by_layer = |of: fn(&Alignment) -> &[f64]| {
        let one = |layer| {
            let rows = all.iter().enumerate().flat_map(|(seed, found)| {
                let tasks = found.alignments.iter().enumerate();
                tasks.map(move |(task, found)| (seed, task, 0, of(found)[layer]))
            });
            there((&layer_name(layer), Measure::of(seeds.len(), rows).spread()))
        };
        (0..=layers).filter_map(one).collect()
    };
    Ok(SeedsReport {
        task: family,
        size: settings.protocol.size,
        tasks: settings.tasks,
        seeds: seeds.to_vec(),
        chosen_with_seeds: None,
        summary: summary.into_iter().filter_map(there).collect(),
        return_by_rewards,
        query_types,
        shortcuts: shortcuts.collect(),
        kernel_alignment: by_layer(|task| &task.whole),
        kernel_alignment_at_first: by_layer(|task| &task.first),
    })
}

/// Key of a layer: 0 is before all of them.
pub(super) fn layer_name(layer: usize) -> String {
    match layer {
        0 => "codes".to_owned(),
        layer => layer.to_string(),
    }
}

impl SeedsReport {
    /// A table for people: mean over seeds, its interval, every seed (of many the lowest and the highest), and the published value.
    #[must_use]
    pub fn table(&self) -> String {
        let many = self.seeds.len() > MOST_COLUMNS;
        let columns = if many {
            format!("lowest and highest of {} seeds", self.seeds.len())
        } else {
            format!("seeds {}", list(&self.seeds))
        };
        let mut out = format!(
            "  {:<22} mean   [95 % over seeds and tasks]  {columns}\n",
            ""
        );
        // Other sizes are not in the paper.
        let paper = Protocol::published(self.task).size == self.size;
        let mut line = |label: &str, spread: Option<&Spread>, published: Option<f64>| {
            let ours = spread.map_or("–".to_owned(), |s| {
                let seed = |mean: &Option<f64>| mean.map_or("–".into(), |m| format!("{m:.3}"));
                let seeds: Vec<String> = if many {
                    let by_seed = || s.by_seed.iter().copied().flatten();
                    let ends = [by_seed().reduce(f64::min), by_seed().reduce(f64::max)];
                    ends.iter().map(seed).collect()
                } else {
                    s.by_seed.iter().map(seed).collect()
                };
                let [low, high] = s.ci95;
                format!("{:.3}  [{low:.3}, {high:.3}]  {}", s.mean, seeds.join(" "))
            });
            let theirs = published
                .filter(|_| paper)
                .map_or(String::new(), |p| format!("   paper {p:.2}"));
            let _ = writeln!(out, "  {label:<22} {ours}{theirs}");
        };
        let shown = name(Agent::shown(self.task));
        let published_as = |agent: &str| if agent == shown { "transformer" } else { "" }.to_owned();
        line("rewards 3 to 8", self.summary.get("return_3_to_8"), None);
        line("  greedy", self.summary.get("greedy_return_3_to_8"), None);
        for (agent, by_rewards) in &self.return_by_rewards {
            let published = match agent.as_str() {
                "q_table" | "dqn" => agent.clone(),
                other => published_as(other),
            };
            line(&format!("{agent}, return at"), None, None);
            for rewards in 0..=MOST_REWARDS {
                let published = published_returns(self.task, &published).map(|p| p[rewards]);
                let spread = by_rewards.get(&rewards.to_string());
                line(&format!("  {rewards} rewards"), spread, published);
            }
            line(&format!("{agent}, starts"), None, None);
            for query in QueryType::ALL.map(type_name) {
                let spread = self
                    .query_types
                    .get(agent)
                    .and_then(|types| types.get(query));
                let published = published_type(self.task, &published, query);
                line(&format!("  {query}"), spread, published);
            }
        }
        for (test, published) in ["1", "2"].iter().zip(PUBLISHED_SHORTCUTS) {
            if let Some(spread) = self.shortcuts.get(*test) {
                line(
                    &format!("shortcut test {test}"),
                    Some(spread),
                    Some(published),
                );
            }
        }
        for (title, by_layer, published) in [
            (
                "kernel alignment after one transition",
                &self.kernel_alignment_at_first,
                published_first_alignment(self.task),
            ),
            (
                "kernel alignment after the whole walk",
                &self.kernel_alignment,
                published_alignment(self.task),
            ),
        ] {
            line(title, None, None);
            for layer in 0..by_layer.len() {
                let key = layer_name(layer);
                let label = if layer == 0 {
                    "  codes alone".to_owned()
                } else {
                    format!("  layer {key}")
                };
                line(&label, by_layer.get(&key), published.get(layer).copied());
            }
        }
        out
    }
}

/// Seeds as text; of three and more that follow each other the first and the last.
fn list(seeds: &[u64]) -> String {
    let runs = seeds.chunk_by(|a, b| a.checked_add(1) == Some(*b));
    let text = runs.map(|run| match run {
        [first, .., last] if run.len() > 2 => format!("{first}–{last}"),
        run => run
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    });
    text.collect::<Vec<_>>().join(", ")
}

/// One line on the seeds that a checkpoint was chosen with, as its metadata say, and those among them that are evaluated.
#[must_use]
pub fn on_choice(chosen: Option<&[u64]>, evaluated: &[u64]) -> String {
    let Some(chosen) = chosen else {
        return "the checkpoint does not say which seeds it was chosen with".to_owned();
    };
    let both: Vec<u64> = evaluated
        .iter()
        .copied()
        .filter(|seed| chosen.contains(seed))
        .collect();
    let flatter = if both.is_empty() {
        "; none of them is evaluated here".to_owned()
    } else {
        format!("; {} flatter it here", list(&both))
    };
    format!(
        "the checkpoint was chosen with the seeds {}{flatter}",
        list(chosen)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seeds that differ by more than their tasks make the interval as wide as seeds alone would; equal seeds do not.
    #[test]
    fn the_interval_covers_seeds_and_tasks() {
        let rows = |apart: f64| {
            (0..5_usize).flat_map(move |seed| {
                (0..40_usize).map(move |task| {
                    let value = apart * seed as f64 + f64::from(u8::from(task % 2 == 0));
                    (seed, task, 0, value)
                })
            })
        };
        let same = Measure::of(5, rows(0.0)).spread().unwrap();
        assert!((same.mean - 0.5).abs() < 1e-12);
        assert_eq!(same.rows, 200);
        // 200 coins: ± 1.96 · ½ / √200 = 0.069.
        let half = (same.ci95[1] - same.ci95[0]) / 2.0;
        assert!((half - 0.069).abs() < 0.01, "{half}");
        let apart = Measure::of(5, rows(1.0)).spread().unwrap();
        assert!((apart.mean - 2.5).abs() < 1e-12);
        // Five seeds with a deviation of √2: ± 1.96 · √2 / √5 = 1.24.
        let half = (apart.ci95[1] - apart.ci95[0]) / 2.0;
        assert!((half - 1.24).abs() < 0.15, "{half}");
        assert_eq!(apart.by_seed[3], Some(3.5));
        assert_eq!(Measure::of(2, std::iter::empty()).spread(), None);
    }

    /// Rows of one task count together: copies of them make no interval narrower.
    #[test]
    fn rows_of_a_task_stay_together() {
        let rows = |copies: usize| {
            (0..3).flat_map(move |seed| {
                (0..20).flat_map(move |task| {
                    (0..copies).map(move |_| (seed, task, 0, f64::from(u8::from(task % 4 == 0))))
                })
            })
        };
        let one = Measure::of(3, rows(1)).spread().unwrap();
        let ten = Measure::of(3, rows(10)).spread().unwrap();
        for (a, b) in one.ci95.iter().zip(ten.ci95) {
            assert!((a - b).abs() < 1e-9, "{one:?} {ten:?}");
        }
    }

    /// The mean over cells weighs every number of rewards alike, however many rows it has.
    #[test]
    fn cells_count_alike() {
        let rows = [
            (0, 0, 3, 1.0),
            (0, 0, 3, 1.0),
            (0, 1, 3, 1.0),
            (0, 1, 4, 0.0),
        ];
        let spread = Measure::of(1, rows.into_iter()).spread().unwrap();
        assert_eq!(spread.mean, 0.5);
    }

    #[test]
    fn seeds_that_chose_are_named() {
        assert!(on_choice(None, &[1]).contains("does not say"));
        assert!(on_choice(Some(&[1, 2]), &[3]).contains("1, 2; none"));
        assert!(on_choice(Some(&[1, 2]), &[2, 3]).contains("; 2 flatter"));
        assert_eq!(list(&[4, 5, 6, 9, 8, 7, 1, 2]), "4–6, 9, 8, 7, 1, 2");
        assert_eq!(
            list(&[u64::MAX - 1, u64::MAX, 0]),
            format!("{}, {}, 0", u64::MAX - 1, u64::MAX)
        );
    }
}
