//! Our own sources as tokens: every text is used, and some folders hold no sentence of their own.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::compile;

/// Folders whose sentences all stand in the language files.
const WITHOUT_SENTENCES: [&str; 6] = [
    "src/app",
    "src/cli",
    "src/devices",
    "src/labs",
    "src/session",
    "src/web",
];

/// Units, symbols and names: the same in every language.
const NOT_WORDS: [&str; 9] = [
    "ms",
    "GFLOP/s",
    "GPU",
    "CPU",
    "chickadee:",
    "N_inp",
    "NaN",
    "Content-Length",
    "Content-Encoding",
];

/// Files, whose format has no language: examples of the user's own.
const FILES: [&str; 3] = [
    "S.#..\\n..#..\\n....#\\n.#...\\n.#..G",
    "layers: 5\\nwithout: LRL, RR\\ngoal: LLRR",
    "Downloads",
];

/// Documentation of the interface for scripts: English for programmers, as comments are, and held against `web/chickadee.d.ts`.
const FOR_PROGRAMMERS: [&str; 3] = [
    "src/app/options.rs",
    "src/app/page_events.rs",
    // Of the session and of every lab.
    "interface.rs",
];

/// Functions whose text is an id, the reason of a panic, or a name for debuggers.
const NOT_READ: [&str; 5] = ["expect", "from_id_salt", "push_id", "env", "commands"];

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust files below a folder.
fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
    all.sort();
}

/// Whether a file is a module of tests: `tests.rs`, `device_tests.rs`.
fn are_tests(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str());
    name.is_some_and(|name| name.ends_with("tests"))
}

/// The tokens of a file without what only tests see, one after the other, and without attributes (documentation is one)
/// if those are not wanted; but the wording of an error, which thiserror takes from one, always.
fn tokens(text: &str, attributes: bool) -> Vec<TokenTree> {
    let stream: TokenStream = text.parse().unwrap();
    flat(stream, attributes)
}

fn flat(stream: TokenStream, attributes: bool) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut rest = stream.into_iter().peekable();
    // After #[cfg(test)]: everything up to the end of the item.
    let mut skipping = false;
    while let Some(token) = rest.next() {
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                if matches!(rest.peek(), Some(TokenTree::Punct(mark)) if mark.as_char() == '!') {
                    rest.next();
                }
                if let Some(TokenTree::Group(group)) = rest.peek()
                    && group.delimiter() == Delimiter::Bracket
                {
                    let attribute: String = group.stream().to_string().split_whitespace().collect();
                    skipping |= attribute == "cfg(test)" || attribute == "test";
                    if (attributes || is_wording(&group.stream())) && !skipping {
                        kept.extend(flat(group.stream(), attributes));
                    }
                    rest.next();
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && skipping => {
                skipping = false;
            }
            TokenTree::Punct(mark) if mark.as_char() == ';' && skipping => skipping = false,
            _ if skipping => {}
            TokenTree::Group(group) => {
                // Flat: what stands before and after matters, the nesting does not.
                kept.extend(flat(group.stream(), attributes));
            }
            _ => kept.push(token),
        }
    }
    kept
}

/// Whether an attribute is the wording of an error: `error("…")`.
fn is_wording(attribute: &TokenStream) -> bool {
    let mut tokens = attribute.clone().into_iter();
    matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "error")
        && matches!(tokens.next(), Some(TokenTree::Group(_)))
}

/// `section::key` in a file, both as they stand there.
fn uses(text: &str) -> BTreeSet<(String, String)> {
    let tokens = tokens(text, true);
    let word = |token: &TokenTree| match token {
        TokenTree::Ident(word) => Some(word.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    };
    let colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ':');
    tokens
        .windows(7)
        .filter(|w| word(&w[0]).is_some_and(|first| first == "texts"))
        .filter(|w| colon(&w[1]) && colon(&w[2]) && colon(&w[4]) && colon(&w[5]))
        .filter_map(|w| Some((word(&w[3])?, word(&w[6])?)))
        .collect()
}

/// `HideHelp` as `hide_help`.
fn snake(name: &str) -> String {
    let mut key = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !key.is_empty() {
            key.push('_');
        }
        key.push(letter.to_ascii_lowercase());
    }
    key
}

#[test]
fn every_text_is_used() {
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    let mut used = BTreeSet::new();
    for path in sources {
        for (section, key) in uses(&fs::read_to_string(path).unwrap()) {
            used.insert((section, snake(&key)));
        }
    }
    for key in super::html::keys() {
        used.insert(("html".to_owned(), key));
    }
    let languages = compile::read(&root().join("texts/languages"), "en").unwrap();
    let unused: Vec<String> = languages[0]
        .sections
        .iter()
        .flat_map(|(section, messages)| messages.keys().map(move |key| (section, key)))
        // Camel case forgets where a digit began a word.
        .filter(|(section, key)| {
            let plain = |key: &str| key.replace('_', "");
            !used
                .iter()
                .any(|(s, k)| s == *section && plain(k) == plain(key))
        })
        .map(|(section, key)| format!("{section}.ftl: {key}"))
        .collect();
    assert!(unused.is_empty(), "texts that are not used: {unused:#?}");
}

/// Sentences of a file: string literals that a person would read, outside of panics.
fn sentences(text: &str) -> Vec<String> {
    let tokens = tokens(text, false);
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Literal(literal) = token else {
            continue;
        };
        let literal = literal.to_string();
        let Some(words) = words(&literal) else {
            continue;
        };
        // `expect("…")` and `env!("…")`.
        let is_id = |back: usize| {
            let before = index.checked_sub(back).map(|i| tokens[i].to_string());
            before.is_some_and(|word| NOT_READ.contains(&word.as_str()))
        };
        let known = is_id(1) || is_id(2) || FILES.contains(&words.as_str());
        if !known && is_sentence(&words) {
            found.push(words);
        }
    }
    found
}

/// What a string literal says; none of another literal.
fn words(literal: &str) -> Option<String> {
    let start = literal.find('"')?;
    let kind = &literal[..start];
    if kind.chars().any(|c| c == 'b' || c == 'c') {
        return None;
    }
    let end = literal.rfind('"')?;
    literal.get(start + 1..end).map(str::to_owned)
}

/// Several words, or one that begins like a label. Units and what `format!` puts in are not words.
fn is_sentence(words: &str) -> bool {
    let mut outside = String::new();
    let mut depth = 0;
    for letter in words.chars() {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                outside.push('0');
            }
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    let is_word = |word: &&str| {
        let letters = word.chars().filter(|letter| letter.is_alphabetic());
        letters.count() > 1 && !NOT_WORDS.contains(&word.trim_matches(','))
    };
    let mut found = outside.split_whitespace().filter(is_word);
    let Some(first) = found.next() else {
        return false;
    };
    outside.trim().contains(char::is_whitespace) || first.starts_with(char::is_uppercase)
}

#[test]
fn sentences_stand_in_the_language_files() {
    let mut bad = Vec::new();
    for folder in WITHOUT_SENTENCES {
        let mut sources = Vec::new();
        files(&root().join(folder), &mut sources);
        assert!(!sources.is_empty(), "{folder} is empty");
        sources.retain(|path| !FOR_PROGRAMMERS.iter().any(|file| path.ends_with(file)));
        sources.retain(|path| !are_tests(path));
        for path in sources {
            for sentence in sentences(&fs::read_to_string(&path).unwrap()) {
                let path = path.strip_prefix(root()).unwrap_or(&path).display();
                bad.push(format!("{path}: {sentence}"));
            }
        }
    }
    assert!(bad.is_empty(), "sentences in the code: {bad:#?}");
}

#[test]
fn sentences_and_uses_are_seen() {
    let code = r##"
        //! A page of documentation.
        #[doc = "Words of an attribute"]
        fn a() { label("Hide"); texts::maze::hide(); ui.hover(crate::texts::maze::HideHelp { layer: 1 }); }
        fn b() { format!("{x} memories"); combo("which memories"); from_id_salt("which memories"); x.expect("it is there"); key("caching"); format!("{a} {b:.2} ms"); #[error("{}", texts::session::no())] ; }
        enum E { #[error("there is no place {place}")] NoPlace { place: usize }, #[error("{0}")] Other(String), #[error(transparent)] Inner(F) }
        #[serde(rename = "Not an error")]
        #[cfg(test)]
        mod tests { #[error("no error of the program")] fn c() { assert!(true, "A sentence of a test"); } }
        fn d() { b"Bytes of a file"; r#"Raw words"#; }
    "##;
    assert_eq!(
        sentences(code),
        [
            "Hide",
            "{x} memories",
            "which memories",
            "there is no place {place}",
            "Raw words"
        ]
    );
    let used: Vec<_> = uses(code)
        .into_iter()
        .map(|(s, k)| (s, snake(&k)))
        .collect();
    assert_eq!(
        used,
        [("maze", "hide_help"), ("maze", "hide"), ("session", "no")]
            .map(|(s, k)| (s.to_owned(), k.to_owned()))
    );
}
