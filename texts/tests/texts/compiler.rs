//! Two languages compiled, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{fs, path::PathBuf};

use super::compile;

mod compiled {
    include!(concat!(env!("OUT_DIR"), "/sample_texts.rs"));
}

#[test]
fn words_plurals_and_numbers_follow_the_language() {
    use compiled::{Language, sample::*, set_language};
    let told = || {
        let counts = [0, 1, 3, 5, 12, 22].map(|count| HideHelp { count }.to_string());
        let norm = Norm {
            norm: 1234.5,
            name: "a",
        };
        (hide(), counts, norm.to_string(), braces())
    };
    assert_eq!(
        told(),
        (
            "Hide",
            [
                "Hide nothing in the maze lab",
                "Hide one memory in the maze lab",
                "Hide 3 memories in the maze lab",
                "Hide 5 memories in the maze lab",
                "Hide 12 memories in the maze lab",
                "Hide 22 memories in the maze lab",
            ]
            .map(str::to_owned),
            "Norm 1234.50 of a".to_owned(),
            "An object like {do}"
        )
    );
    let polish = Language::ALL.into_iter().find(|l| l.tag() == "pl").unwrap();
    assert_eq!(polish.name(), "Polski");
    set_language(polish);
    assert_eq!(
        told(),
        (
            "Ukryj",
            [
                "Ukryj nic w labiryncie",
                "Ukryj jedno wspomnienie w labiryncie",
                "Ukryj 3 wspomnienia w labiryncie",
                "Ukryj 5 wspomnień w labiryncie",
                "Ukryj 12 wspomnień w labiryncie",
                "Ukryj 22 wspomnienia w labiryncie",
            ]
            .map(str::to_owned),
            "Norma a: 1234,50".to_owned(),
            "Obiekt jak {do}"
        )
    );
}

/// A folder with an English file and perhaps a Polish one, and what the compiler says.
fn outcome(name: &str, english: &str, polish: Option<&str>) -> Result<(), String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("texts")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    let about = "name = X\ndecimal = .\nplural = one-other\n";
    for (tag, text) in [("en", Some(english)), ("pl", polish)] {
        let Some(text) = text else { continue };
        fs::create_dir_all(folder.join(tag)).unwrap();
        fs::write(folder.join(tag).join("language.ftl"), about).unwrap();
        fs::write(folder.join(tag).join("lab.ftl"), text).unwrap();
    }
    compile::read(&folder, "en").map(|_| ())
}

#[test]
fn what_is_wrong_with_a_file_is_one_sentence() {
    for (name, english, polish, says) in [
        (
            "lacks",
            "a = A\nb = B",
            Some("a = A"),
            "pl: lab.ftl lacks “b”, which en has",
        ),
        (
            "more",
            "a = A",
            Some("a = A\nb = B"),
            "pl: lab.ftl has “b”, which en lacks",
        ),
        (
            "argument",
            "a = A { $x }",
            Some("a = A { $x } { $y }"),
            "pl: “a” in lab.ftl uses $y",
        ),
        ("twice", "a = A\na = B", None, "“a” stands there twice"),
        ("syntax", "a = A\nb = { $", None, "lab.ftl: line 2"),
        ("function", "a = { DATE($x) }", None, "no function DATE"),
        ("message", "a = { b }\nb = B", None, "a term, -b"),
        ("term", "a = { -b }", None, "there is no term -b"),
        (
            "form",
            "a = { $n ->\n  [two-ish] A\n *[other] B\n }",
            None,
            "[two-ish] is neither",
        ),
    ] {
        let error = outcome(name, english, polish).unwrap_err();
        assert!(error.contains(says), "{name}: {error}");
        assert!(!error.contains('\n'), "{name}: {error}");
    }
    assert_eq!(
        outcome("good", "a = A { $x }", Some("a = { $x } A")),
        Ok(())
    );
}
