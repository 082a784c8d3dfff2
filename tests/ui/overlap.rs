//! No text lies on another: titles, labels of axes, numbers, at every size from a phone's upwards.

use chickadee::app::{App, views};
use eframe::egui::{Rect, Shape, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{panels::link, restricted};

/// A laptop's half, a phone, and the smallest box that a lab is meant for.
const SIZES: [[f32; 2]; 4] = [
    [1280.0, 800.0],
    [800.0, 600.0],
    [360.0, 640.0],
    [320.0, 320.0],
];

/// What is read somewhere on the screen, and where.
fn texts(harness: &Harness<'static, App>) -> Vec<(String, Rect)> {
    fn add(shape: &Shape, clip: Rect, found: &mut Vec<(String, Rect)>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, clip, found)),
            Shape::Text(text) => {
                // The letters, without what a line has above and below them.
                let rows = text.galley.rows.iter().map(|row| {
                    let rect = row.rect_without_leading_space();
                    rect.translate(text.pos.to_vec2())
                        .shrink2([0.0, 2.0].into())
                });
                let turned = text.angle != 0.0;
                let whole = [text.visual_bounding_rect().shrink(2.0)];
                let rects: Vec<Rect> = if turned { whole.into() } else { rows.collect() };
                for rect in rects {
                    let seen = rect.intersect(clip);
                    if seen.is_positive() && !text.galley.text().trim().is_empty() {
                        found.push((text.galley.text().to_owned(), seen));
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for clipped in &harness.output().shapes {
        add(&clipped.shape, clipped.clip_rect, &mut found);
    }
    found
}

/// Pairs of texts of which one lies on the other.
fn overlaps(harness: &Harness<'static, App>) -> Vec<String> {
    let texts = texts(harness);
    let mut pairs = Vec::new();
    for (index, (text, rect)) in texts.iter().enumerate() {
        for (other, under) in &texts[..index] {
            let both = rect.intersect(*under);
            if both.width() > 1.0 && both.height() > 1.0 {
                pairs.push(format!("“{text}” {rect:?} on “{other}” {under:?}"));
            }
        }
    }
    pairs
}

#[test]
fn no_text_lies_on_another() {
    let mut wrong = Vec::new();
    for view in views::all() {
        if view.lab.scenes.is_empty() {
            continue;
        }
        for size in SIZES {
            let mut harness = restricted(link(view.lab.name), size, [&[], &[]]);
            assert!(texts(&harness).len() > 5, "there is text");
            let mut note = |harness: &Harness<'static, App>, what: &str| {
                let pairs = overlaps(harness);
                wrong.extend(
                    pairs
                        .iter()
                        .map(|pair| format!("{} {size:?} {what}: {pair}", view.lab.name)),
                );
            };
            note(&harness, "at first");
            // Narrow screens have a tab for each panel.
            for panel in view.panels {
                let title = (panel.heading().title)();
                if let Some(tab) = harness.query_by_role_and_label(Role::Button, title) {
                    tab.click();
                    harness.run_steps(3);
                    note(&harness, title);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
