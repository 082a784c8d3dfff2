//! Every sentence that a person reads: labels, help, messages, errors, scenes, spoken lines, names for screen readers.
//!
//! ```
//! use chickadee_texts as texts;
//! assert_eq!(texts::scenes::one_cache(), "One cache");
//! assert_eq!(texts::cli::Place { place: 7 }.to_string(), "place 7");
//! ```
//!
//! Texts stand in `languages/en/*.ftl`, one file a lab and a few that all share, in the format of Project Fluent, which
//! translators and their tools know. The build reads them (`build.rs`, `compile/`) and writes one function a text, and
//! one struct a text with arguments. So a key without a text does not compile, neither does an argument too few or too many,
//! and a plain text is a `&'static str`: no table is searched, nothing is allocated. Texts without a use, and sentences
//! that stand in the code instead of here, are found by `cargo test -p chickadee-texts`.
//!
//! In the code a text is always called by its section and key, `texts::maze::hide()`, so that the tests (and `grep`) find it.
//! Static tables hold the function itself, a [`Text`].
//!
//! # Another language
//!
//! Copy `languages/en/` to, say, `languages/pl/`, translate, and say in its `language.ftl` how numbers and plurals go. The
//! build fails with one sentence where a text lacks, is too much, or uses an argument that it is not given.
//! [`set_language`] chooses. Plural forms are those of the Unicode CLDR ([`plural`] has one function a rule); a number with two
//! decimals is `{ FIXED($x, digits: 2) }`. The tests compile a sample in English and Polish.
//!
//! # Why not at run time
//!
//! Measured as wasm (opt-level s, fat LTO, one unit, brotli 11) with one plain text and one with a plural and a number, less the same
//! program with `format!`, in kB to download:
//!
//! | | kB | checked by the compiler | plurals | numbers |
//! | --- | ---: | --- | --- | --- |
//! | fluent-bundle 0.16 (and what stands on it: fluent-templates, i18n-embed, es-fluent, fluent-typed) | 44.4 | by some | yes | yes |
//! | intl_pluralrules 7 | 24.8 | – | yes | no |
//! | icu_plurals + icu_decimal 2 | 21.9 | – | yes | yes |
//! | rust-i18n 4 | 12.3 | no: an unknown key shows itself | no | no |
//! | this | 0.3 | keys and arguments | yes | yes |
//!
//! The page may have 25 kB for this. What is paid for at run time is a parser and the rules of languages that the page does not
//! have; rust-i18n, which fits, has neither plurals nor checks. The parser does the same work in the build: `fluent-syntax`
//! (20 million downloads) is that of the format's authors.

pub mod number;
pub mod plural;

/// A plain text, for tables.
pub type Text = fn() -> &'static str;

/// No words, where a table wants a [`Text`].
#[must_use]
pub fn nothing() -> &'static str {
    ""
}

#[allow(
    clippy::allow_attributes,
    clippy::float_cmp,
    reason = "written by the build: a wording for exactly so many"
)]
mod written {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
pub use written::*;
