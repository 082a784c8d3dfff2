//! A TOML file whose entries are taken one by one, each with its place; what nobody took is unknown.

use std::{
    cell::Cell,
    ops::{Range, RangeInclusive},
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{session::shortened, texts};

/// Something wrong at a place of the file: bytes from … to, and one sentence without file and place.
#[derive(Debug)]
pub struct Refusal {
    /// The place.
    pub span: Range<usize>,
    /// The sentence.
    pub says: String,
}

impl Refusal {
    /// A sentence about a place.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a text is made for this call, and nothing else holds it"
    )]
    pub fn new(span: Range<usize>, says: impl ToString) -> Self {
        let says = says.to_string();
        Self { span, says }
    }

    /// The sentence with file, line and column before it.
    pub fn line(&self, file: &Path, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let line = 1 + before.matches('\n').count();
        let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
        let (file, says) = (file.display(), &self.says);
        texts::sweep::At {
            file,
            line,
            column,
            says,
        }
        .to_string()
    }
}

/// A value with its place.
pub type Value<'t> = Spanned<DeValue<'t>>;

/// One `key = value`.
struct Entry<'t> {
    key: String,
    place: Range<usize>,
    value: Value<'t>,
    taken: Cell<bool>,
}

/// A table of the file: all of it, or one below a key.
pub struct Entries<'t> {
    /// Where it stands.
    pub place: Range<usize>,
    /// The folder that names of files in it start from.
    folder: PathBuf,
    entries: Vec<Entry<'t>>,
}

impl<'t> Entries<'t> {
    /// Reads a file's text.
    pub fn parse(text: &'t str, folder: &Path) -> Result<Self, Refusal> {
        let table = DeTable::parse(text).map_err(|error| {
            let says = error.message().replace('\n', ", ");
            Refusal::new(error.span().unwrap_or_default(), says)
        })?;
        Ok(Self::of(0..0, table.get_ref(), folder))
    }

    /// The entries of a table, in the order of the file.
    pub fn of(place: Range<usize>, table: &DeTable<'t>, folder: &Path) -> Self {
        let entry = |(key, value): (&Spanned<_>, &Value<'t>)| Entry {
            key: AsRef::<str>::as_ref(key.get_ref()).to_owned(),
            place: key.span(),
            value: value.clone(),
            taken: Cell::new(false),
        };
        let mut entries: Vec<Entry<'t>> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.place.start);
        Self {
            place,
            folder: folder.to_owned(),
            entries,
        }
    }

    /// Keys in the order of the file, with their places and values; all count as taken.
    pub fn all(&self) -> impl Iterator<Item = (&str, Range<usize>, &Value<'t>)> {
        self.entries.iter().map(|entry| {
            entry.taken.set(true);
            (entry.key.as_str(), entry.place.clone(), &entry.value)
        })
    }

    /// The value of a key.
    pub fn take(&self, key: &str) -> Option<&Value<'t>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        entry.taken.set(true);
        Some(&entry.value)
    }

    /// The value of a key that must be there.
    pub fn need(&self, key: &str) -> Result<&Value<'t>, Refusal> {
        let missing = || Refusal::new(self.place.clone(), texts::sweep::Missing { key });
        self.take(key).ok_or_else(missing)
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> Result<Option<(&str, Range<usize>)>, Refusal> {
        self.take(key).map(|value| text(value)).transpose()
    }

    /// The file of a key, from the folder of this one.
    pub fn file(&self, key: &str) -> Result<Option<PathBuf>, Refusal> {
        let text = self.text(key)?;
        Ok(text.map(|(name, _)| self.folder.join(name)))
    }

    /// The whole number of a key.
    pub fn whole(&self, key: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, Refusal> {
        let value = self.take(key).map(|value| whole(value, range));
        value.transpose()
    }

    /// Refuses a key that nobody took.
    pub fn finish(&self) -> Result<(), Refusal> {
        let Some(unknown) = self.entries.iter().find(|entry| !entry.taken.get()) else {
            return Ok(());
        };
        let key = shortened(&unknown.key);
        let says = texts::sweep::UnknownKey { key };
        Err(Refusal::new(unknown.place.clone(), says))
    }
}

/// A text.
pub fn text<'v>(value: &'v Value<'_>) -> Result<(&'v str, Range<usize>), Refusal> {
    let text = value.get_ref().as_str();
    let refused = || Refusal::new(value.span(), texts::sweep::expects_text());
    Ok((text.ok_or_else(refused)?, value.span()))
}

/// A whole number in a range.
pub fn whole(value: &Value<'_>, range: RangeInclusive<u64>) -> Result<u64, Refusal> {
    let (low, high) = (range.start(), range.end());
    let integer = value.get_ref().as_integer();
    let number = integer.and_then(|n| u64::from_str_radix(n.as_str(), n.radix()).ok());
    let refused = || Refusal::new(value.span(), texts::sweep::ExpectsWhole { low, high });
    number.filter(|n| range.contains(n)).ok_or_else(refused)
}

/// A number that is finite.
pub fn number(value: &Value<'_>) -> Result<f64, Refusal> {
    let read = match value.get_ref() {
        DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
        DeValue::Integer(whole) => i64::from_str_radix(whole.as_str(), whole.radix())
            .ok()
            .map(|whole| whole as f64),
        _ => None,
    };
    let refused = || Refusal::new(value.span(), texts::sweep::expects_number());
    read.filter(|x| x.is_finite()).ok_or_else(refused)
}

/// A text, a number or a switch, as links write it.
pub fn word(value: &Value<'_>) -> Result<String, Refusal> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Boolean(on) => Ok((if *on { "on" } else { "off" }).to_owned()),
        DeValue::Integer(_) | DeValue::Float(_) => Ok(number(value)?.to_string()),
        _ => Err(Refusal::new(value.span(), texts::sweep::expects_values())),
    }
}
