use eframe::egui::Color32;

use crate::figures::colours;

/// Blue, white, orange: −1, 0, 1.
const SIGNED: [[u8; 3]; 5] = [
    [0, 84, 140],
    [120, 176, 214],
    [247, 247, 247],
    [244, 165, 96],
    [191, 83, 0],
];

fn between(stops: &[[u8; 3]], part: f32) -> Color32 {
    let [red, green, blue] = colours::between(stops, part);
    Color32::from_rgb(red, green, blue)
}

/// 0 … 1 in viridis; not a number is transparent.
pub(crate) fn sequential(value: f32) -> Color32 {
    if value.is_nan() {
        Color32::TRANSPARENT
    } else {
        between(&colours::VIRIDIS, value)
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
