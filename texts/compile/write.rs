//! Messages as Rust.

use std::fmt::Write as _;

use super::{Arguments, Language, Part, arguments};

pub(super) fn all(languages: &[Language], support: &str) -> String {
    let mut out = String::new();
    languages_of(&mut out, languages, support);
    let Some(first) = languages.first() else {
        return out;
    };
    for (section, messages) in &first.sections {
        line(&mut out, &format!("/// Texts of `{section}.ftl`."));
        line(&mut out, &format!("pub mod {section} {{"));
        for (key, parts) in messages {
            let mut all = Arguments::new();
            for language in languages {
                arguments(&language.sections[section][key], &mut all);
            }
            line(&mut out, &format!("/// {}", sample(parts)));
            let wordings: Vec<(&Language, &[Part])> = languages
                .iter()
                .map(|language| (language, language.sections[section][key].as_slice()))
                .collect();
            if all.is_empty() {
                plain(&mut out, key, &wordings);
            } else {
                with_arguments(&mut out, key, &all, &wordings, support);
            }
        }
        line(&mut out, "}");
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// The enum of languages, with what each is like.
fn languages_of(out: &mut String, languages: &[Language], support: &str) {
    line(out, "/// Languages that there are texts in.");
    line(out, "#[derive(Clone, Copy, Debug, PartialEq, Eq)]");
    line(out, "#[repr(u8)]\npub enum Language {");
    for language in languages {
        line(
            out,
            &format!("/// {}\n{},", language.name, camel(&language.tag)),
        );
    }
    line(out, "}\nimpl Language {");
    let list: Vec<String> = languages
        .iter()
        .map(|l| format!("Self::{}", camel(&l.tag)))
        .collect();
    line(
        out,
        &format!(
            "/// All of them, the default first.\npub const ALL: [Self; {}] = [{}];",
            list.len(),
            list.join(", ")
        ),
    );
    for (doc, name, returns, of) in [
        (
            "Tag, as in `lang=\"en\"`.",
            "tag",
            "&'static str",
            (|l: &Language| format!("{:?}", l.tag)) as fn(&Language) -> String,
        ),
        (
            "Name in the language itself.",
            "name",
            "&'static str",
            |l| format!("{:?}", l.name),
        ),
        ("Decimal mark.", "decimal", "&'static str", |l| {
            format!("{:?}", l.decimal)
        }),
    ] {
        line(
            out,
            &format!(
                "/// {doc}\n#[must_use]\npub const fn {name}(self) -> {returns} {{ match self {{"
            ),
        );
        for language in languages {
            line(
                out,
                &format!("Self::{} => {},", camel(&language.tag), of(language)),
            );
        }
        line(out, "} }");
    }
    line(
        out,
        "/// Plural form of a number.\n#[must_use]\npub fn plural(self, number: f64) -> &'static str { match self {",
    );
    for language in languages {
        line(
            out,
            &format!(
                "Self::{} => {support}::plural::{}(number),",
                camel(&language.tag),
                language.plural
            ),
        );
    }
    line(out, "} }\n}");
    line(
        out,
        "static CHOSEN: core::sync::atomic::AtomicU8 = core::sync::atomic::AtomicU8::new(0);\n\
         /// The language that texts are in.\n#[must_use]\npub fn language() -> Language {\n\
         let chosen = CHOSEN.load(core::sync::atomic::Ordering::Relaxed);\n\
         Language::ALL.get(usize::from(chosen)).copied().unwrap_or(Language::ALL[0])\n}\n\
         /// Chooses the language of all texts from now on.\npub fn set_language(language: Language) {\n\
         CHOSEN.store(language as u8, core::sync::atomic::Ordering::Relaxed);\n}",
    );
}

/// A function that returns words.
fn plain(out: &mut String, key: &str, wordings: &[(&Language, &[Part])]) {
    let words = |parts: &[Part]| match parts {
        [Part::Text(text)] => format!("{text:?}"),
        _ => "\"\"".to_owned(),
    };
    line(
        out,
        &format!(
            "#[must_use]\npub fn {}() -> &'static str {{",
            identifier(key)
        ),
    );
    if let [(_, parts)] = wordings {
        line(out, &words(parts));
    } else {
        line(out, "match super::language() {");
        for (language, parts) in wordings {
            line(
                out,
                &format!(
                    "super::Language::{} => {},",
                    camel(&language.tag),
                    words(parts)
                ),
            );
        }
        line(out, "}");
    }
    line(out, "}");
}

/// A struct that displays itself.
fn with_arguments(
    out: &mut String,
    key: &str,
    all: &Arguments,
    wordings: &[(&Language, &[Part])],
    support: &str,
) {
    let name = camel(key);
    let letters: Vec<String> = (0..all.len()).map(|i| format!("T{i}")).collect();
    line(
        out,
        &format!(
            "#[derive(Clone, Copy, Debug)]\npub struct {name}<{}> {{",
            letters.join(", ")
        ),
    );
    for ((argument, is_number), letter) in all.iter().zip(&letters) {
        let kind = if *is_number { ", a number" } else { "" };
        line(
            out,
            &format!(
                "/// `${argument}`{kind}.\npub {}: {letter},",
                identifier(argument)
            ),
        );
    }
    line(out, "}");
    let bounds: Vec<String> = all
        .values()
        .zip(&letters)
        .map(|(is_number, letter)| {
            if *is_number {
                format!("{letter}: {support}::number::Number")
            } else {
                format!("{letter}: core::fmt::Display")
            }
        })
        .collect();
    line(
        out,
        &format!(
            "impl<{}> core::fmt::Display for {name}<{}> {{\nfn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {{",
            bounds.join(", "),
            letters.join(", ")
        ),
    );
    if let [(language, parts)] = wordings {
        statements(out, language, parts, support);
    } else {
        line(out, "match super::language() {");
        for (language, parts) in wordings {
            line(
                out,
                &format!("super::Language::{} => {{", camel(&language.tag)),
            );
            statements(out, language, parts, support);
            line(out, "}");
        }
        line(out, "}");
    }
    line(out, "}\n}");
}

/// Statements that write parts; the last is the result.
fn statements(out: &mut String, language: &Language, parts: &[Part], support: &str) {
    let tag = camel(&language.tag);
    for (index, part) in parts.iter().enumerate() {
        let end = if index + 1 == parts.len() { "" } else { "?;" };
        match part {
            Part::Text(text) => line(out, &format!("f.write_str({text:?}){end}")),
            Part::Argument(name) => {
                line(
                    out,
                    &format!(
                        "core::fmt::Display::fmt(&self.{}, f){end}",
                        identifier(name)
                    ),
                );
            }
            Part::Fixed(name, digits) => line(
                out,
                &format!(
                    "{support}::number::fixed(f, {support}::number::Number::value(&self.{}), {digits}, super::Language::{tag}.decimal()){end}",
                    identifier(name)
                ),
            ),
            Part::Choice(name, wordings) => {
                let name = identifier(name);
                for (rank, (key, parts)) in wordings.iter().enumerate() {
                    let last = rank + 1 == wordings.len();
                    let condition = match (last, key.parse::<u32>()) {
                        (true, _) => String::new(),
                        (false, Ok(number)) => format!(
                            "if {support}::number::Number::value(&self.{name}) == {number}.0 "
                        ),
                        (false, Err(_)) => format!(
                            "if super::Language::{tag}.plural({support}::number::Number::value(&self.{name})) == {key:?} "
                        ),
                    };
                    let joint = if rank == 0 { "" } else { "else " };
                    line(out, &format!("{joint}{condition}{{"));
                    statements(out, language, parts, support);
                    line(out, "}");
                }
                line(out, end);
            }
        }
    }
    if parts.is_empty() {
        line(out, "Ok(())");
    }
}

/// The words of the first language as a line of documentation.
fn sample(parts: &[Part]) -> String {
    fn add(out: &mut String, parts: &[Part]) {
        for part in parts {
            let _ = match part {
                Part::Text(text) => write!(out, "{}", text.replace('\n', " ")),
                Part::Argument(name) | Part::Fixed(name, _) => write!(out, "{{{name}}}"),
                Part::Choice(_, wordings) => {
                    if let Some((_, parts)) = wordings.last() {
                        add(out, parts);
                    }
                    Ok(())
                }
            };
        }
    }
    let mut out = String::new();
    add(&mut out, parts);
    format!("`{}`", out.replace('`', "'"))
}

/// `hide_help` as `HideHelp`.
fn camel(key: &str) -> String {
    key.split(['_', '-'])
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        })
        .collect()
}

/// A key that Rust takes as a name.
fn identifier(key: &str) -> String {
    const TAKEN: [&str; 22] = [
        "as", "break", "const", "continue", "else", "enum", "fn", "for", "if", "in", "let", "loop",
        "match", "mod", "move", "ref", "return", "static", "type", "use", "where", "while",
    ];
    if TAKEN.contains(&key) {
        format!("r#{key}")
    } else {
        key.to_owned()
    }
}
