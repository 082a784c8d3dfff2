//! The example task of figures 4C–D, 5A and 5B: caches at 20, 35 and 70, one after the other; after each, the readouts from every
//! place.

use super::{Axis, Bird, Panel, Sample, Series, resolution::THRESHOLD};
use chickadee_engine::models::barcode::{Memory, blend};

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

/// The rectified place output as an image: a column a place, a row so many units.
fn image(memories: &[Memory], matches: &[Vec<f64>], series: usize) -> Vec<Sample> {
    let columns = matches.len();
    let mut samples = vec![Sample::new(series, 0.0, 0.0); ROWS * columns];
    for (column, matches) in matches.iter().enumerate() {
        let output = blend(memories, matches.iter().map(|&m| m as f32));
        for row in 0..ROWS {
            let unit = (2 * row + 1) * output.len() / (2 * ROWS);
            let value = f64::from(output[unit]);
            let at = row * columns + column;
            // NaN stays NaN.
            let value = if value < 0.0 { 0.0 } else { value };
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
                Axis::over("place of the bird", 0.0, Bird::PLACES as f64),
                Axis::over("place output, by place", 0.0, Bird::PLACES as f64),
                Bird::PLACES,
            ));
        }
    }
    panels
}
