//! Which panels and scenes of the other labs show what a figure is about: the one table.

use chickadee_figures::{Figure, figure};

/// A lab, one of its panels, and the figure.
const PANELS: [(&str, &str, &str); 4] = [
    ("caching", "population", "2c"),
    ("caching", "similarity", "2b"),
    ("caching", "recall", "3e"),
    ("bridge", "numbers", "bridge-lookups"),
];

/// A scene, and the figure.
const SCENES: [(&str, &str); 6] = [
    ("place-to-barcode", "2b"),
    ("one-cache", "3e"),
    ("two-near-caches", "4c"),
    ("wide-search", "4e"),
    ("no-barcodes", "5a"),
    ("no-place-fields", "5b"),
];

/// The figure whose phenomenon a panel shows.
#[must_use]
pub fn of_panel(lab: &str, panel: &str) -> Option<&'static Figure> {
    let found = PANELS
        .iter()
        .find(|(of, name, _)| (*of, *name) == (lab, panel));
    figure(found?.2)
}

/// The figure whose phenomenon a scene shows.
#[must_use]
pub fn of_scene(scene: &str) -> Option<&'static Figure> {
    figure(SCENES.iter().find(|(name, _)| *name == scene)?.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::registry;

    #[test]
    fn every_row_names_what_there_is() {
        for (lab, panel, id) in PANELS {
            assert!(registry::lab(lab).is_some(), "{lab}");
            assert_eq!(of_panel(lab, panel).map(|figure| figure.id), Some(id));
        }
        for (scene, id) in SCENES {
            assert!(registry::scene(scene).is_some(), "{scene}");
            assert_eq!(of_scene(scene).map(|figure| figure.id), Some(id));
        }
        assert!(of_panel("caching", "map").is_none() && of_scene("shortcut").is_none());
    }
}
