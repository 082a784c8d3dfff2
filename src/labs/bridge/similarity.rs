//! Similarity of the keys of two places by their distance: of content, and of the keys that stand beside it.

use chickadee_engine::{
    analysis::{Moments, active_fraction, by_distance, pearson_of},
    base::Matrix,
};

use super::{Bridge, Codes, Queries, codes::CodesKey};
use crate::session::{Derived, Progress};

/// Mean correlation by distance: (distance in places, correlation) by rising distance.
pub type ByDistance = Vec<(f64, f64)>;

/// Similarity of keys by distance.
#[derive(Default)]
pub struct KeySimilarity {
    /// Pearson correlation of place inputs.
    pub content: ByDistance,
    /// The same of barcodes, or of the random keys in their place.
    pub keys: ByDistance,
    /// Fraction of the entries of a key that is active, mean over places.
    pub active: f64,
    rows: Vec<Pairs>,
}

/// Correlations of all pairs of rows, made row by row.
struct Pairs {
    moments: Vec<Moments>,
    /// Correlations, rows × rows; the upper half is not a number.
    matrix: Matrix,
    next: usize,
}

impl Pairs {
    fn new(rows: &Matrix) -> Self {
        let count = rows.rows();
        Self {
            moments: (0..count).map(|row| Moments::of(rows.row(row))).collect(),
            matrix: Matrix::from_values(count, count, vec![f32::NAN; count * count]),
            next: 0,
        }
    }

    /// The correlations of one more row with those up to it. Returns whether there was one.
    fn advance(&mut self, rows: &Matrix) -> bool {
        let row = self.next;
        if row >= rows.rows() {
            return false;
        }
        for other in 0..=row {
            let pair = [row, other].map(|row| (rows.row(row), self.moments[row]));
            self.matrix.row_mut(row)[other] = pearson_of(pair[0], pair[1]) as f32;
        }
        self.next += 1;
        true
    }
}

impl KeySimilarity {
    /// The two matrices of which rows are compared: place inputs, and the keys of all places.
    fn sources(lab: &Bridge) -> Option<[&Matrix; 2]> {
        Some([&lab.network()?.inputs.rates, lab.keys_of_places()?])
    }
}

impl Derived<Bridge> for KeySimilarity {
    type Key = (<Queries as Derived<Bridge>>::Key, Option<CodesKey>);

    fn key(lab: &Bridge) -> Option<Self::Key> {
        lab.queries()?;
        lab.keys_of_places()?;
        Some((Queries::key(lab)?, Codes::key(lab)))
    }

    fn start(lab: &Bridge, _: &Self::Key) -> Self {
        let sources = Self::sources(lab).into_iter().flatten();
        Self {
            rows: sources.map(Pairs::new).collect(),
            ..Self::default()
        }
    }

    fn advance(&mut self, lab: &Bridge) -> Progress {
        let Some(sources) = Self::sources(lab) else {
            return Progress::Idle;
        };
        let settings = &lab.run.settings;
        let (geometry, places) = (settings.geometry(), settings.places());
        let distance = |from, to| geometry.distance(places, from, to);
        let pairs = self.rows.iter_mut().zip(sources);
        let worked: Vec<bool> = pairs.map(|(pairs, rows)| pairs.advance(rows)).collect();
        if worked.contains(&true) {
            return Progress::Worked;
        }
        if let [content, keys] = &self.rows[..] {
            self.content = by_distance(&content.matrix, distance);
            self.keys = by_distance(&keys.matrix, distance);
            let active = (0..places).map(|place| active_fraction(sources[1].row(place)));
            self.active = active.sum::<f64>() / places as f64;
            self.rows.clear();
        }
        Progress::Idle
    }

    fn fraction(&self) -> f64 {
        let next = self
            .rows
            .first()
            .map(|pairs| (pairs.next, pairs.matrix.rows()));
        next.map_or(1.0, |(next, of)| next as f64 / of.max(1) as f64)
    }
}
