//! Plural rules of languages, by the names that `language.ftl` gives: number in, plural form of the Unicode CLDR out.
//!
//! The number is the one that is shown; a number with decimals is `other` everywhere but where the rule says so.

/// English, German, Dutch, Swedish, Italian for small numbers: 1 is `one`.
#[must_use]
pub fn one_other(number: f64) -> &'static str {
    if number == 1.0 { "one" } else { "other" }
}

/// Polish: 1, 2–4 and 22–24, other whole numbers, fractions.
#[must_use]
pub fn polish(number: f64) -> &'static str {
    let (tens, ones) = (number % 100.0, number % 10.0);
    match number {
        1.0 => "one",
        _ if number.fract() != 0.0 => "other",
        _ if (2.0..=4.0).contains(&ones) && !(12.0..=14.0).contains(&tens) => "few",
        _ => "many",
    }
}
