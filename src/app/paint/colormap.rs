use eframe::egui::Color32;

/// Viridis at nine points, evenly spaced.
const VIRIDIS: [[u8; 3]; 9] = [
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
/// Blue, white, orange: −1, 0, 1.
const SIGNED: [[u8; 3]; 5] = [
    [0, 84, 140],
    [120, 176, 214],
    [247, 247, 247],
    [244, 165, 96],
    [191, 83, 0],
];

fn between(stops: &[[u8; 3]], part: f32) -> Color32 {
    let last = stops.len() - 1;
    let position = part.clamp(0.0, 1.0) * last as f32;
    let index = (position as usize).min(last - 1);
    let fraction = position - index as f32;
    let channel = |c: usize| {
        let (a, b) = (f32::from(stops[index][c]), f32::from(stops[index + 1][c]));
        (a + (b - a) * fraction).round() as u8
    };
    Color32::from_rgb(channel(0), channel(1), channel(2))
}

/// 0 … 1 in viridis; not a number is transparent.
pub(crate) fn sequential(value: f32) -> Color32 {
    if value.is_nan() {
        Color32::TRANSPARENT
    } else {
        between(&VIRIDIS, value)
    }
}

/// −1 … 1 from blue through white to orange; not a number is transparent.
pub(crate) fn signed(value: f32) -> Color32 {
    if value.is_nan() {
        Color32::TRANSPARENT
    } else {
        between(&SIGNED, (value + 1.0) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middle_are_where_they_should_be() {
        assert_eq!(sequential(0.0), Color32::from_rgb(68, 1, 84));
        assert_eq!(sequential(7.0), Color32::from_rgb(253, 231, 37));
        assert_eq!(signed(0.0), Color32::from_rgb(247, 247, 247));
        assert_eq!(signed(f32::NAN), Color32::TRANSPARENT);
    }
}
