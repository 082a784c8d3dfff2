//! The map of gain and search: how far, and how rightly, the network recalls these memories, by the recurrent gain at which their keys
//! are made and the search strength at which they are recalled.

use chickadee_engine::{
    models::{
        barcode::{Memory, Phase},
        key_value::{Lookup, Query},
    },
    worlds::caching::Geometry,
};

use super::{
    Bridge, Key, Network, Study, World,
    batch::{Batch, Settled},
    judge::{Answer, Compared, Judge},
    stored::Storing,
    world::WorldKey,
};
use crate::session::{Derived, Progress};

/// Everything that the map depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct MapKey {
    world: WorldKey,
    clean: bool,
    damage: f64,
    places: Vec<usize>,
    present: Vec<bool>,
}

/// Columns of the map, r = 0, 0.1, … 1.2, and rows, s = 0, 0.2, … 2.
pub const CELLS: [usize; 2] = [13, 11];

/// Recurrent gain of a column.
#[must_use]
pub fn gain_of(column: usize) -> f64 {
    column as f64 / 10.0
}

/// Search strength of a row.
#[must_use]
pub fn search_of(row: usize) -> f64 {
    row as f64 / 5.0
}

/// Recall at one gain and one search strength.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Search radius, in places: around the ring half the number of places at which a memory is found, in the arena the radius of a
    /// disk of so many; mean over memories.
    pub radius: f64,
    /// Precision: of the places that answer “a seed is here” (more than half of the largest total), the part at which the nearest
    /// memory comes back; `None` where none does.
    pub precision: Option<f64>,
}

/// The map.
pub struct Map {
    /// The cells as far as they are known, row by row from s = 0.
    pub cells: Vec<Option<Cell>>,
    /// Cells in the order in which they are computed, and how many are.
    order: Vec<[usize; 2]>,
    next: usize,
    /// Places that are asked.
    places: Vec<usize>,
    /// Memories as stored at the gain of each column.
    stored: Vec<Vec<Memory>>,
    storing: Storing,
    /// Memories as they are compared, and the places that settle among them.
    batch: Option<(Compared, Batch)>,
    answers: Vec<(usize, Answer)>,
}

/// No more places than these are asked for each cell: of a larger world every second, every third, …
const MOST_PLACES: usize = 50;

impl Map {
    /// Begins what is under way anew, on another device; what is known stays.
    pub(super) fn restart_batch(&mut self) {
        self.batch = None;
    }

    /// The cell of a column and a row.
    #[must_use]
    pub fn cell(&self, column: usize, row: usize) -> Option<Cell> {
        self.cells.get(row * CELLS[0] + column).copied().flatten()
    }

    /// The whole map as a picture: cells that are not known yet as the nearest that is, coarse before fine.
    #[must_use]
    pub fn shown(&self, column: usize, row: usize) -> Option<Cell> {
        [1, 2, 4].into_iter().find_map(|stride: usize| {
            let down = |at: usize| at / stride * stride;
            self.cell(down(column), down(row))
        })
    }

    /// Answers of the network at the places of a batch that has settled.
    fn read(
        &mut self,
        lab: &Bridge,
        network: &Network<'_>,
        compared: &Compared,
        settled: &chickadee_engine::base::Matrix,
    ) {
        let stored = &self.stored[self.order[self.next][0]];
        let present = lab.run.present();
        let Some(judge) = Judge::new(lab, stored, &present) else {
            return;
        };
        let begin = self.answers.len();
        for row in 0..settled.rows() {
            let place = self.places[begin + row];
            let query = Query {
                content: network.inputs.rates.row(place),
                barcode: &[],
                recalled: settled.row(row),
            };
            let similarities = compared.similarities(Lookup::Recurrent, &query);
            let answer = judge.answer(Lookup::Recurrent, &similarities);
            self.answers.push((place, answer));
        }
    }

    /// The cell that these answers make.
    fn judged(&self, lab: &Bridge) -> Cell {
        let settings = &lab.run.settings;
        let (geometry, all) = (settings.geometry(), settings.places());
        let there: Vec<usize> = {
            let slots = lab.run.slots.iter().enumerate();
            slots
                .filter(|(_, slot)| !slot.removed)
                .map(|(slot, _)| slot)
                .collect()
        };
        let distance =
            |place: usize, slot: usize| geometry.distance(all, place, lab.run.slots[slot].place);
        let nearest = |place: usize| {
            let each = there.iter().map(|slot| distance(place, *slot));
            each.fold(f64::INFINITY, f64::min)
        };
        let most = self.answers.iter().map(|(_, answer)| answer.total);
        let most = most.fold(0.0, f64::max);
        let (mut yes, mut right) = (0_usize, 0_usize);
        for (place, answer) in &self.answers {
            if most > 0.0 && answer.total > THRESHOLD * most {
                yes += 1;
                let largest = answer.largest();
                let is_right = |slot: usize| distance(*place, slot) <= nearest(*place);
                right += usize::from(largest.is_some_and(is_right));
            }
        }
        // Every place that was asked stands for so many.
        let stands_for = all as f64 / self.places.len().max(1) as f64;
        let found = right as f64 * stands_for / there.len().max(1) as f64;
        Cell {
            radius: match geometry {
                Geometry::Ring | Geometry::Gaussian => found / 2.0,
                Geometry::Arena => (found / std::f64::consts::PI).sqrt(),
            },
            precision: (yes > 0).then(|| right as f64 / yes as f64),
        }
    }
}

/// A seed is here where the total is above this part of the largest, as in the paper's analysis of recall.
const THRESHOLD: f64 = 0.5;

impl Derived<Bridge> for Map {
    type Key = MapKey;

    fn key(lab: &Bridge) -> Option<MapKey> {
        let settings = &lab.run.settings;
        let asked = settings.study() == Study::Map && lab.queries().is_some();
        let present = lab.run.present();
        (asked && present.contains(&true)).then_some(())?;
        Some(MapKey {
            world: World::key(lab)?,
            clean: settings.is_on(Key::Clean),
            damage: settings.get(Key::Damage),
            places: lab.run.slots.iter().map(|slot| slot.place).collect(),
            present,
        })
    }

    fn start(lab: &Bridge, _: &MapKey) -> Self {
        let places = lab.run.settings.places();
        let stride = places.div_ceil(MOST_PLACES);
        Self {
            cells: vec![None; CELLS[0] * CELLS[1]],
            order: coarse_to_fine(),
            next: 0,
            places: (0..places).step_by(stride).collect(),
            stored: vec![Vec::new(); CELLS[0]],
            storing: Storing::default(),
            batch: None,
            answers: Vec::new(),
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let (Some(network), Some([column, row])) =
            (lab.network(), self.order.get(self.next).copied())
        else {
            return Progress::Idle;
        };
        let stored = &mut self.stored[column];
        if let Some(slot) = lab.run.slots.get(stored.len()) {
            let at = (slot.place, gain_of(column));
            let memory = self.storing.at_gain(lab, &network, at, stored);
            stored.extend(memory);
            return Progress::Worked;
        }
        let settings = &lab.run.settings;
        let (compared, batch) = self.batch.get_or_insert_with(|| {
            let damage = settings.get(Key::Damage);
            let compared = Compared::new(lab, stored, &lab.run.present(), damage);
            let begin = self.answers.len();
            let end = (begin + Batch::size(&network)).min(self.places.len());
            let phase = Phase::recall(&settings.parameters(), search_of(row));
            let places = self.places[begin..end].to_vec();
            let batch = Batch::new(lab, &network, (phase, places), &compared.memories);
            (compared, batch)
        });
        let (progress, settled) = batch.advance(lab, &network, &compared.memories);
        let Some(Settled { activity, .. }) = settled else {
            return progress;
        };
        if let Some((compared, _)) = self.batch.take() {
            self.read(lab, &network, &compared, &activity);
        }
        if self.answers.len() >= self.places.len() {
            self.cells[row * CELLS[0] + column] = Some(self.judged(lab));
            self.answers.clear();
            self.next += 1;
        }
        progress
    }

    fn fraction(&self) -> f64 {
        self.next as f64 / self.order.len() as f64
    }
}

/// Cells, every fourth in both directions first, then every second, then the rest.
fn coarse_to_fine() -> Vec<[usize; 2]> {
    let mut order = Vec::new();
    for stride in [4, 2, 1] {
        let rows = (0..CELLS[1]).step_by(stride);
        let cells = rows.flat_map(|row| {
            (0..CELLS[0])
                .step_by(stride)
                .map(move |column| [column, row])
        });
        for cell in cells {
            if !order.contains(&cell) {
                order.push(cell);
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_comes_once_and_the_coarse_ones_first() {
        let order = coarse_to_fine();
        assert_eq!(order.len(), CELLS[0] * CELLS[1]);
        assert!(order[..12].iter().all(|[c, r]| c % 4 == 0 && r % 4 == 0));
        let mut sorted = order.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), order.len());
    }
}
