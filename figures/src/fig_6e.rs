//! Figure 6E: single units with a place field, a predictive field and barcode responses.
//!
//! Recurrent weights are 1.25 J + 1.5 Δ, as in [figure 6F](super::fig_6f). The tuning of a unit over all places at r = 0 is its place
//! field; at r = 0.3 it is narrower and lies some places *before* the place field, since the unit fires before the bird is there;
//! at r = 1 it responds at a few scattered places. The authors draw 500 units at random and leave out those without a barcode
//! response; here units are 500 evenly spaced ones, since units have no order but their place fields.

use super::{
    Axis, Bird, Figure, Mark, Panel, Sample, Series, Settings, Work,
    fig_6b::{centre, short_way},
    fig_6f::WEIGHTS,
    pause,
};
use chickadee_engine::models::{barcode::Phase, key_value::effective_number};

/// Figure 6E.
pub static FIGURE: Figure = Figure {
    id: "6e",
    name: "Figure 6E",
    title: "Place field, predictive field and barcode of single units",
    question: "How does one unit take part in all three codes?",
    seeds: 1,
    units: 5000,
    least_units: 100,
    quirk: None,
    findings: &[],
    link: "lab=caching&sigma=8.75&mu=-50&skew=1.5&gain=0.3&at=50",
    conditions: |_| 1,
    piece,
    panels,
};

/// Recurrent gains of the three codes.
const GAINS: [f64; 3] = [0.0, 0.3, 1.0];
/// Names of the three codes.
const CODES: [&str; 3] = [
    "place field, r = 0",
    "predictive field, r = 0.3",
    "barcode, r = 1",
];
/// Units that are shown, evenly spaced.
const SHOWN: usize = 6;
/// Units that are measured, at most.
const MEASURED: usize = 500;
/// Classes of a histogram.
const CLASSES: usize = 20;

fn piece(settings: &Settings, seed: u64, _: usize) -> Work {
    let units = settings.units;
    Work::new(async move {
        let mut bird = Bird::new(seed, units).await;
        bird.skew(WEIGHTS[0], WEIGHTS[1]);
        let mut activity = Vec::new();
        for gain in GAINS {
            activity.push(bird.ring(Phase::visit(&bird.parameters, gain)).await);
        }
        // A unit over all places, at each gain.
        let tuning = |unit: usize| -> [Vec<f32>; 3] {
            let over = |gain: usize| {
                let places = 0..bird.places();
                places
                    .map(|place| activity[gain].row(place)[unit])
                    .collect()
            };
            std::array::from_fn(over)
        };
        let responds = |unit: &usize| tuning(*unit)[2].iter().any(|a| *a > 0.0);
        let spaced = |count: usize| (0..count).map(move |n| n * units / count);
        let mut samples = Vec::new();
        for number in (0..SHOWN).filter(|_| seed == 1) {
            let begin = number * units / SHOWN;
            // The next one with a barcode response.
            let Some(unit) = (begin..units).find(responds) else {
                continue;
            };
            for (code, tuning) in tuning(unit).iter().enumerate() {
                let most = largest(tuning);
                let at = tuning.iter().enumerate();
                samples.extend(at.map(|(place, a)| {
                    let series = number * CODES.len() + code;
                    Sample::new(series, place as f64, f64::from(a / most))
                }));
            }
        }
        let first = SHOWN * CODES.len();
        for unit in spaced(units.min(MEASURED)).filter(responds) {
            let [place, ahead, _] = tuning(unit);
            let preferred = unit as f64 / units as f64 * bird.places() as f64;
            samples.push(Sample::new(first, preferred, shift(&place, &ahead)));
            samples.push(Sample::new(first + 1, preferred, width(&place)));
            samples.push(Sample::new(first + 2, preferred, width(&ahead)));
            pause().await;
        }
        samples
    })
}

fn largest(tuning: &[f32]) -> f32 {
    tuning.iter().copied().fold(0.0, f32::max)
}

/// How much later one field lies than another, by their centres of mass, in places; NaN where one is empty.
fn shift(from: &[f32], to: &[f32]) -> f64 {
    let centre = |field: &[f32]| centre(field.iter().copied());
    short_way(centre(to) - centre(from)) * from.len() as f64
}

/// Over how many places a field spreads, (Σa)²/Σa²; NaN where it is empty.
fn width(field: &[f32]) -> f64 {
    let field: Vec<f64> = field.iter().map(|a| f64::from(*a)).collect();
    match effective_number(&field) {
        0.0 => f64::NAN,
        places => places,
    }
}

fn panels(_: &Settings) -> Vec<Panel> {
    let unit = |number: usize| {
        Panel::lines(
            &format!("E: unit {}", number + 1),
            Axis::over("place", 0.0, Bird::PLACES as f64),
            Axis::over("part of its largest activity", 0.0, 1.0),
            CODES.map(Series::new).into(),
        )
    };
    let histogram = |title: &str, label: &str, series: &[&str]| {
        let series = series.iter().map(|name| Series::new(*name)).collect();
        Panel::lines(title, Axis::new(label), Axis::new("units"), series)
            .with_mark(Mark::Histogram(CLASSES))
    };
    let mut panels: Vec<Panel> = (0..SHOWN).map(unit).collect();
    panels.push(histogram(
        "Shift of the predictive field",
        "later than the place field (places)",
        &["shift"],
    ));
    panels.push(histogram(
        "Width of fields",
        "effective number of places, (Σa)²/Σa²",
        &CODES[..2],
    ));
    panels
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As published: the predictive field is narrower and some places earlier. The population runs ahead by as much as fields
    /// shift back, 2.8 places.
    #[test]
    fn predictive_fields_are_narrower_and_earlier() {
        let settings = Settings {
            units: 1000,
            ..Settings::published(&FIGURE)
        };
        let samples = piece(&settings, 1, 0).finish();
        let mean = |series: usize| {
            let of = samples.iter().filter(|s| s.series == SHOWN * 3 + series);
            let values: Vec<f64> = of.map(|s| s.value).filter(|v| v.is_finite()).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        assert!((mean(0) + 2.8).abs() < 0.7, "{}", mean(0));
        assert!(mean(2) < 0.7 * mean(1), "{} {}", mean(2), mean(1));
    }
}
