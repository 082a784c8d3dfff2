//! Boxes of any size: no lab fails in one, and from a phone's upwards no text lies on another: titles, labels of axes, numbers.

use chickadee::{
    app::{App, Choice, Chrome, Options, views},
    session::Workbench,
};
use eframe::egui::{Rect, Shape, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{options, panels::link, restricted};

/// A laptop's half, a phone, also on its side, and the smallest box that a lab is meant for.
const SIZES: [[f32; 2]; 5] = [
    [1280.0, 800.0],
    [800.0, 600.0],
    [360.0, 640.0],
    [844.0, 390.0],
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

/// Embedders give a lab whatever box they have, with or without what stands around it.
#[test]
fn boxes_of_any_size_are_survived() {
    for view in views::all()
        .iter()
        .filter(|view| !view.lab.scenes.is_empty())
    {
        for chrome in [Chrome::Full, Chrome::Min, Chrome::None] {
            let mut session = Workbench::from_link(link(view.lab.name)).unwrap();
            session.settle();
            let options = Options {
                chrome,
                ..options(Choice::Dark)
            };
            let mut harness = Harness::builder()
                .with_size([480.0, 300.0])
                .build_eframe(move |cc| App::new(&cc.egui_ctx, session, options));
            harness.run_steps(3);
            for size in [
                [1.0, 1.0],
                [60.0, 40.0],
                [200.0, 150.0],
                [320.0, 90.0],
                [90.0, 2000.0],
                [620.0, 300.0],
                [900.0, 200.0],
                [2400.0, 90.0],
                [1280.0, 320.0],
                [4000.0, 3000.0],
            ] {
                harness.set_size(size.into());
                harness.run_steps(3);
            }
            assert!(!harness.state().lab().is_busy());
        }
    }
}
