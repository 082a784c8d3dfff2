//! Colours of drawings: viridis for what has an order, Okabe and Ito's for what has none.

/// Red, green, blue.
pub(crate) type Rgb = [u8; 3];

/// Viridis at nine points, evenly spaced.
pub(crate) const VIRIDIS: [Rgb; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

/// Colours that also the colour-blind tell apart (Okabe & Ito 2008): blue, vermilion, green, purple.
const DISTINCT: [Rgb; 4] = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167]];

/// The colour at a part, 0 … 1, of evenly spaced ones.
pub(crate) fn between(stops: &[Rgb], part: f32) -> Rgb {
    let last = stops.len() - 1;
    let position = part.clamp(0.0, 1.0) * last as f32;
    let index = (position as usize).min(last - 1);
    let fraction = position - index as f32;
    std::array::from_fn(|c| {
        let (a, b) = (f32::from(stops[index][c]), f32::from(stops[index + 1][c]));
        (a + (b - a) * fraction).round() as u8
    })
}

/// The colour of a line of several: up to four are told apart by colour, more go from dark to light.
pub(crate) fn line(index: usize, count: usize) -> Rgb {
    match DISTINCT.get(index) {
        Some(colour) if count <= DISTINCT.len() => *colour,
        // The brightest yellow is too light for a line on white.
        _ => between(
            &VIRIDIS,
            0.9 * index as f32 / count.saturating_sub(1).max(1) as f32,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_colours_of_their_own() {
        for count in 1..12 {
            let mut colours: Vec<Rgb> = (0..count).map(|index| line(index, count)).collect();
            colours.sort_unstable();
            colours.dedup();
            assert_eq!(colours.len(), count);
        }
    }
}
