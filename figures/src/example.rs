//! The example task of figures 4C–D, 5A and 5B: caches at 20, 35 and 70, one after the other; after each, the readouts from every
//! place.

use super::{Axis, Bird, Panel, Sample, Series, resolution::THRESHOLD};
use chickadee_engine::{
    base::reduce::argmax,
    models::barcode::{Memory, blend},
};

/// The caches, in this order.
const CACHES: [usize; 3] = [20, 35, 70];
/// Rows of an image of place outputs: so many places' worth of units.
const ROWS: usize = 50;

/// What is shown after each cache: the seed ratio at s = 0 (three lines), then the place output at s = 0 and at `wide` (six images, of
/// the first seed alone).
pub(super) async fn task(mut bird: Bird, seed: u64, wide: f64) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (nth, place) in CACHES.into_iter().enumerate() {
        bird.cache(place).await;
        let narrow = bird.recall(0.0).await;
        let ratios = narrow.seed_ratio.iter().enumerate();
        samples.extend(ratios.map(|(at, ratio)| Sample::new(nth, at as f64, *ratio)));
        if seed > 1 {
            continue;
        }
        let wide = bird.recall(wide).await;
        for (which, recall) in [narrow, wide].iter().enumerate() {
            let series = CACHES.len() + 2 * nth + which;
            samples.extend(image(&bird.readouts, &recall.matches, series));
        }
    }
    samples
}

/// The rectified place output as an image: a column a place, a row the largest of so many neighbouring units, the first ones on top.
/// The largest and not one of them, because a place field may be a single unit (figure 5B).
fn image(memories: &[Memory], matches: &[Vec<f64>], series: usize) -> Vec<Sample> {
    let columns = matches.len();
    let mut samples = vec![Sample::new(series, 0.0, 0.0); ROWS * columns];
    for (column, matches) in matches.iter().enumerate() {
        let output = blend(memories, matches.iter().map(|&m| m as f32));
        for row in 0..ROWS {
            let first = |row: usize| row * output.len() / ROWS;
            let units = &output[first(row)..first(row + 1)];
            // NaN counts as the largest, and stays NaN.
            let largest = argmax(units).map_or(0.0, |at| f64::from(units[at]));
            // Whole numbers: they reach to hundreds and thousands, and no shade needs more.
            let value = if largest < 0.0 { 0.0 } else { largest.round() };
            let at = row * columns + column;
            samples[at] = Sample::new(series, at as f64, value);
        }
    }
    samples
}

/// Published seed ratios after each cache: (place, value), read off an example.
pub(super) type Read = [&'static [(f64, f64)]; 3];

/// The panels of [`task`].
pub(super) fn panels(read: Read, wide: f64) -> Vec<Panel> {
    /// One network's plateau is read, not a mean.
    const READING: f64 = 0.1;
    let after = ["after one cache", "after two", "after three"];
    let lines = after.into_iter().zip(read);
    let lines = lines.map(|(name, read)| Series::new(name).published(read, READING));
    let places = Bird::PLACES as f64;
    let mut panels = vec![
        Panel::lines(
            "Is there a seed? (s = 0)",
            Axis::over("place", 0.0, 99.0),
            Axis::over("seed output (of its maximum)", 0.0, 1.0),
            lines.collect(),
        )
        .with_threshold(THRESHOLD),
    ];
    for name in after {
        for search in [0.0, wide] {
            panels.push(Panel::image(
                &format!("Where is it? ({name}, s = {search})"),
                Axis::over("place of the bird", 0.0, places),
                Axis::over("place output, by the place that units prefer", 0.0, places),
                Bird::PLACES,
            ));
        }
    }
    panels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Caches at 20, 35 and 70 have rows of their own, even where their place fields are one unit among 500.
    #[test]
    fn an_image_leaves_no_cache_out() {
        let memory = |place: usize| Memory {
            place,
            weight: 1.0,
            barcode: [1.0].into(),
            value: (0..500)
                .map(|unit| if unit == 5 * place { 2.0 } else { -1.0 })
                .collect(),
        };
        let memories = CACHES.map(memory);
        let matches = [
            vec![1.0, 0.0, 0.0],
            vec![0.0, 1.0, 0.0],
            vec![0.0, 0.0, 1.0],
        ];
        let samples = image(&memories, &matches, 0);
        for (column, place) in CACHES.into_iter().enumerate() {
            let bright: Vec<usize> = (0..ROWS)
                .filter(|row| samples[row * matches.len() + column].value == 2.0)
                .collect();
            assert_eq!(bright, [place / 2], "{place}");
        }
        assert!(samples.iter().all(|sample| sample.value >= 0.0));
    }
}
