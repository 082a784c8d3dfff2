//! The page before any script has run: static HTML must have its sentences in itself, and they are those of `html.ftl`.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::{collections::BTreeMap, fs};

use super::{
    compile::{self, Part},
    sources::root,
};

/// A tag of the page: where it begins and ends, its name, and what stands in it.
struct Tag<'a> {
    start: usize,
    end: usize,
    name: &'a str,
    attributes: &'a str,
}

fn page() -> String {
    let html = fs::read_to_string(root().join("index.html")).unwrap();
    // Comments and pictures are not read.
    let without = |html: &str, begin: &str, end: &str| {
        let mut parts = html.split(begin);
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |kept, part| kept + part.split_once(end).unwrap().1)
    };
    without(&without(&html, "<!--", "-->"), "<svg", "</svg>")
}

fn tags(html: &str) -> Vec<Tag<'_>> {
    let begins = html.match_indices('<').map(|(start, _)| start);
    begins
        .map(|start| {
            let end = start + html[start..].find('>').unwrap() + 1;
            let inside = &html[start + 1..end - 1];
            let (name, attributes) = inside
                .split_once(char::is_whitespace)
                .unwrap_or((inside, ""));
            Tag {
                start,
                end,
                name,
                attributes,
            }
        })
        .collect()
}

/// The value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Words with plain tags around some of them, in one line.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').unwrap();
        let name = tag.split_whitespace().next().unwrap();
        out += &format!("{before}<{name}>");
        rest = after;
    }
    out += rest;
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The marked sentences of the page, and the page without them.
fn marked(html: &str) -> (Vec<(String, String)>, String) {
    let mut found = Vec::new();
    let mut rest = html.to_owned();
    for tag in tags(html) {
        let Some(key) = attribute(tag.attributes, "data-text") else {
            continue;
        };
        let spoken = match tag.name {
            "meta" => Some("content"),
            "img" => Some("alt"),
            "progress" => Some("aria-label"),
            _ => None,
        };
        let text = match spoken {
            Some(name) => attribute(tag.attributes, name).unwrap(),
            None => {
                let inner = &html[tag.end..];
                let inner = &inner[..inner.find(&format!("</{}>", tag.name)).unwrap()];
                rest = rest.replacen(inner, "", 1);
                inner
            }
        };
        // Its own tag, with what a screen reader says of it.
        rest = rest.replacen(&html[tag.start..tag.end], "", 1);
        found.push((key.replace('-', "_"), plain(text)));
    }
    (found, rest)
}

/// The texts that the page uses.
pub fn keys() -> Vec<String> {
    marked(&page()).0.into_iter().map(|(key, _)| key).collect()
}

#[test]
fn the_page_says_what_the_language_file_says() {
    let languages = compile::read(&root().join("texts/languages"), "en").unwrap();
    let texts: BTreeMap<&str, &str> = languages[0].sections["html"]
        .iter()
        .map(|(key, parts)| match &parts[..] {
            [Part::Text(text)] => (&**key, &**text),
            _ => panic!("html.ftl: {key} must be plain text"),
        })
        .collect();
    let (found, rest) = marked(&page());
    assert!(found.len() > 8);
    for (key, text) in &found {
        let known = texts.get(&**key).map(|text| plain(text));
        assert_eq!(known.as_ref(), Some(text), "{key}");
    }
    // Nothing is said outside of them.
    let words: Vec<&str> = rest
        .split('>')
        .filter_map(|part| part.split('<').next())
        .map(str::trim)
        .filter(|words| !words.is_empty())
        .collect();
    assert!(words.is_empty(), "without data-text: {words:?}");
    for name in ["alt", "aria-label", "title"] {
        let said = tags(&rest)
            .into_iter()
            .find(|tag| attribute(tag.attributes, name).is_some_and(|words| !words.is_empty()));
        assert!(said.is_none(), "{name} without data-text");
    }
}
