//! Numbers as arguments of texts.

use std::fmt::{Display, Formatter, Result, Write};

/// A number that a wording can depend on, or that is written with so many decimals.
pub trait Number: Display {
    /// Its value.
    fn value(&self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            fn value(&self) -> f64 {
                *self as f64
            }
        }
    )*};
}

impl<N: Number> Number for &N {
    fn value(&self) -> f64 {
        N::value(self)
    }
}

numbers!(u8, u16, u32, u64, usize, i32, i64, isize, f32, f64);

/// Writes a number with so many decimals and the decimal mark of a language.
///
/// # Errors
/// Those of the formatter.
pub fn fixed(f: &mut Formatter<'_>, value: f64, digits: u8, decimal: &str) -> Result {
    write!(
        Marked { f, decimal },
        "{value:.digits$}",
        digits = usize::from(digits)
    )
}

/// Puts the language's mark for the point.
struct Marked<'a, 'b> {
    f: &'a mut Formatter<'b>,
    decimal: &'a str,
}

impl Write for Marked<'_, '_> {
    fn write_str(&mut self, text: &str) -> Result {
        match text.split_once('.') {
            None => self.f.write_str(text),
            Some((whole, rest)) => {
                self.f.write_str(whole)?;
                self.f.write_str(self.decimal)?;
                self.f.write_str(rest)
            }
        }
    }
}
