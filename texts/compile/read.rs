//! A Fluent file as messages of parts.

use std::collections::BTreeMap;

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
    unicode::unescape_unicode_to_string,
};

use super::{Part, Section};

/// Terms of a file: name without the dash, to its words.
type Terms<'a> = BTreeMap<&'a str, &'a Pattern<&'a str>>;

/// The messages of a file, by key in Rust's writing.
pub(super) fn section(text: &str) -> Result<Section, String> {
    let resource = parser::parse(text).map_err(|(_, errors)| {
        errors.first().map_or_else(String::new, |error| {
            let line = text[..error.pos.start].matches('\n').count() + 1;
            format!("line {line}: {}", error.kind)
        })
    })?;
    let terms: Terms<'_> = resource
        .body
        .iter()
        .filter_map(|entry| match entry {
            Entry::Term(term) => Some((term.id.name, &term.value)),
            _ => None,
        })
        .collect();
    let mut section = Section::new();
    let mut add = |key: String, pattern: &Pattern<&str>| -> Result<(), String> {
        let parts = parts(pattern, &terms).map_err(|error| format!("“{key}”: {error}"))?;
        match section.insert(key.replace('-', "_"), parts) {
            None => Ok(()),
            Some(_) => Err(format!("“{key}” stands there twice")),
        }
    };
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let key = message.id.name;
        if let Some(pattern) = &message.value {
            add(key.to_owned(), pattern)?;
        }
        for attribute in &message.attributes {
            add(format!("{key}-{}", attribute.id.name), &attribute.value)?;
        }
    }
    Ok(section)
}

fn parts(pattern: &Pattern<&str>, terms: &Terms<'_>) -> Result<Vec<Part>, String> {
    let mut all = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => push(&mut all, value),
            PatternElement::Placeable { expression } => place(&mut all, expression, terms)?,
        }
    }
    Ok(all)
}

/// Adds words; neighbours become one.
fn push(all: &mut Vec<Part>, words: &str) {
    if let Some(Part::Text(text)) = all.last_mut() {
        text.push_str(words);
    } else {
        all.push(Part::Text(words.to_owned()));
    }
}

fn place(
    all: &mut Vec<Part>,
    expression: &Expression<&str>,
    terms: &Terms<'_>,
) -> Result<(), String> {
    match expression {
        Expression::Inline(inline) => place_inline(all, inline, terms),
        Expression::Select { selector, variants } => {
            let InlineExpression::VariableReference { id } = selector else {
                return Err("a selection is by an argument, as in { $count -> … }".to_owned());
            };
            let mut wordings = Vec::new();
            for variant in variants {
                let key = match &variant.key {
                    VariantKey::Identifier { name } => (*name).to_owned(),
                    VariantKey::NumberLiteral { value } => (*value).to_owned(),
                };
                if !["zero", "one", "two", "few", "many", "other"].contains(&key.as_str())
                    && key.parse::<u32>().is_err()
                {
                    return Err(format!("[{key}] is neither a plural form nor a number"));
                }
                wordings.push((variant.default, key, parts(&variant.value, terms)?));
            }
            // Numbers first, as exact ones win; the default last, since it is what remains.
            wordings.sort_by_key(|(default, key, _)| (*default, key.parse::<u32>().is_err()));
            let wordings = wordings
                .into_iter()
                .map(|(_, key, parts)| (key, parts))
                .collect();
            all.push(Part::Choice(argument(id.name), wordings));
            Ok(())
        }
    }
}

fn place_inline(
    all: &mut Vec<Part>,
    inline: &InlineExpression<&str>,
    terms: &Terms<'_>,
) -> Result<(), String> {
    match inline {
        InlineExpression::StringLiteral { value } => {
            push(all, &unescape_unicode_to_string(value));
        }
        InlineExpression::NumberLiteral { value } => push(all, value),
        InlineExpression::VariableReference { id } => {
            all.push(Part::Argument(argument(id.name)));
        }
        InlineExpression::TermReference { id, .. } => {
            let term = terms
                .get(id.name)
                .ok_or_else(|| format!("there is no term -{}", id.name))?;
            for part in parts(term, terms)? {
                match part {
                    Part::Text(text) => push(all, &text),
                    part => all.push(part),
                }
            }
        }
        InlineExpression::FunctionReference { id, arguments } if id.name == "FIXED" => {
            match (arguments.positional.as_slice(), arguments.named.as_slice()) {
                ([InlineExpression::VariableReference { id }], [named])
                    if named.name.name == "digits" =>
                {
                    let InlineExpression::NumberLiteral { value } = named.value else {
                        return Err("FIXED takes digits: 2".to_owned());
                    };
                    let digits = value
                        .parse()
                        .map_err(|_| format!("digits: {value} is not a small whole number"))?;
                    all.push(Part::Fixed(argument(id.name), digits));
                }
                _ => return Err("FIXED is written FIXED($x, digits: 2)".to_owned()),
            }
        }
        InlineExpression::FunctionReference { id, .. } => {
            return Err(format!("there is no function {}; there is FIXED", id.name));
        }
        InlineExpression::MessageReference { id, .. } => {
            return Err(format!(
                "{{ {} }} is a message; what is shared is a term, -{}",
                id.name, id.name
            ));
        }
        InlineExpression::Placeable { expression } => place(all, expression, terms)?,
    }
    Ok(())
}

/// An argument in Rust's writing.
fn argument(name: &str) -> String {
    name.replace('-', "_")
}
