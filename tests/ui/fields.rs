//! What is typed into fields, and what is copied out of a window.

use chickadee::{
    app::{App, Options},
    session::Workbench,
};
use eframe::egui::{Key, OutputCommand, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::{restricted, settle};

const SIZE: [f32; 2] = [1280.0, 800.0];

/// Types over the number of a field.
fn type_into(harness: &mut Harness<'static, App>, label: &str, text: &str) {
    harness
        .get_by_role_and_label(Role::SpinButton, label)
        .click();
    harness.run_steps(2);
    // The number is selected as a whole, and typed over.
    let field = harness.get_by_role_and_label(Role::SpinButton, label);
    field.type_text(text);
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
}

/// The value of a setting as links have it.
fn value(harness: &Harness<'static, App>, key: &str) -> String {
    let values = harness.state().lab().values();
    values.text(values.table().row(key).unwrap())
}

#[test]
fn what_is_no_number_leaves_the_one_before() {
    for (link, label, key, before) in [
        ("units=200&gain=0.25", "Recurrent gain r", "gain", "0.25"),
        ("units=200&seed=9", "Seed", "seed", "9"),
        ("lab=maze&t=5&temp=0.5", "Temperature τ", "temp", "0.5"),
        ("lab=maze&t=5&size=4", "Size", "size", "4"),
        (
            "lab=bridge&units=200&search=0.75",
            "Search strength s",
            "search",
            "0.75",
        ),
    ] {
        let mut harness = restricted(link, SIZE, [&[], &[]]);
        for text in ["NaN", "nan", "inf", "-inf", "one", "1e999", "1,5x", " "] {
            type_into(&mut harness, label, text);
            assert_eq!(value(&harness, key), before, "{label}: {text}");
        }
        type_into(&mut harness, label, "1");
        let after = value(&harness, key);
        assert_ne!(after, before, "{label}: a number is taken");
    }
}

/// What is copied when the button is clicked, and what is said then.
fn copied(link: &str, share: Option<&str>) -> (String, String) {
    let mut session = Workbench::from_link(link).unwrap();
    session.settle();
    let (mut options, ignored) = Options::of_link(link);
    assert_eq!(ignored, []);
    if let Some(share) = share {
        options.set("share", share).unwrap();
    }
    let mut harness = Harness::builder()
        .with_size(SIZE)
        .build_eframe(move |cc| App::new(&cc.egui_ctx, session, options));
    harness.run_steps(4);
    settle(&mut harness);
    harness.get_by_label("Copy link").click();
    let mut text = None;
    for _ in 0..4 {
        harness.step();
        for command in &harness.output().platform_output.commands {
            if let OutputCommand::CopyText(copied) = command {
                text = Some(copied.clone());
            }
        }
    }
    let said = harness.state_mut().take_spoken();
    (text.unwrap(), said.unwrap_or_default())
}

#[test]
fn a_window_copies_what_opens_again() {
    const STATE: &str = "lab=maze&task=gridworld&seed=9&temp=0.5&t=7";
    // Without an address it is the state, and that is what is said.
    let (link, said) = copied(STATE, None);
    assert_eq!(link, format!("#{STATE}"));
    assert!(
        said.contains(&link) && said.contains("without an address") && said.contains("--link"),
        "{said}"
    );
    // With one it is a link to that page, and how it is shown here travels.
    let shown = format!("?theme=dark&hide=walker&lock=seed#{STATE}");
    let (link, said) = copied(&shown, Some("https://lab.example/chickadee/"));
    assert_eq!(link, format!("https://lab.example/chickadee/{shown}"));
    assert_eq!(said, format!("Copied {link}"));
    // One that was copied from a page leads to that page again.
    assert_eq!(copied(&link, None).0, link);
    let bare = format!("#{STATE}");
    assert_eq!(copied(&bare, None).0, bare);
}

#[test]
fn a_maze_that_is_no_square_shows_width_and_height() {
    const OBLONG: &str = "S.#...|..#..G|......";
    let link = format!("lab=maze&maze={}&t=20", OBLONG.replace('#', "%23"));
    let size = |harness: &Harness<'static, App>| {
        let field = harness.get_by_role_and_label(Role::SpinButton, "Size");
        field.value().unwrap_or_default()
    };
    let mut harness = restricted(&link, SIZE, [&[], &[]]);
    assert_eq!(size(&harness), "6 × 3");
    let report = harness.state().lab().report();
    assert_eq!(
        (&report["width"], &report["height"]),
        (&6.into(), &3.into())
    );
    // The link brings it back; a word that is no number leaves it; a number begins another maze.
    let again = restricted(&harness.state().lab().link(), SIZE, [&[], &[]]);
    assert_eq!(size(&again), "6 × 3");
    type_into(&mut harness, "Size", "wide");
    assert_eq!(size(&harness), "6 × 3");
    type_into(&mut harness, "Size", "4");
    assert_eq!(size(&harness), "4");
    let report = harness.state().lab().report();
    assert_eq!(
        (&report["width"], &report["height"]),
        (&4.into(), &4.into())
    );
    // One larger than the knob reaches says what it is, too.
    let wide = "lab=maze&maze=S..............G|................&t=3";
    assert_eq!(size(&restricted(wide, SIZE, [&[], &[]])), "16 × 2");
}

/// A number counts when it is typed to its end: 1 is on the way to 12.
#[test]
fn the_beginning_of_a_number_is_none() {
    let mut harness = restricted("lab=maze&t=20", SIZE, [&[], &[]]);
    let label = "Walk to state";
    harness
        .get_by_role_and_label(Role::SpinButton, label)
        .click();
    harness.run_steps(2);
    let before = harness.state().lab().link();
    for digit in ["1", "2"] {
        let field = harness.get_by_role_and_label(Role::SpinButton, label);
        field.type_text(digit);
        harness.run_steps(2);
        assert_eq!(harness.state().lab().link(), before, "{digit}");
    }
    harness.key_press(Key::Enter);
    settle(&mut harness);
    let mut expected = Workbench::from_link("lab=maze&t=20").unwrap();
    expected.settle();
    expected.dispatch("goto:12".parse().unwrap()).unwrap();
    expected.settle();
    assert_eq!(harness.state().lab().link(), expected.link());
}

/// The tab of another lab leads back to what was there.
#[test]
fn a_look_at_another_lab_loses_nothing() {
    let mut harness = restricted("units=200&caches=20,35&at=35", SIZE, [&[], &[]]);
    let link = |harness: &Harness<'static, App>| harness.state().lab().link();
    let before = link(&harness);
    for lab in ["Maze", "Caching"] {
        harness.get_by_label(lab).click();
        harness.run_steps(2);
        settle(&mut harness);
    }
    assert_eq!(link(&harness), before);
}
