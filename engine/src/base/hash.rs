//! The state hash: one number that two runs share exactly when they are in the same state.

use std::hash::Hasher as _;

use fnv::FnvHasher;

/// Collects a state, value by value, into 64 bits.
///
/// All NaNs count as one, since their payload differs between processors.
#[derive(Default)]
pub struct StateHash(FnvHasher);

impl StateHash {
    /// Adds text, with its length so that neighbours cannot run together.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.integer(text.len() as u64);
        self.0.write(text.as_bytes());
        self
    }

    /// Adds a whole number.
    pub fn integer(&mut self, value: u64) -> &mut Self {
        self.0.write(&value.to_le_bytes());
        self
    }

    /// Adds one number by its bits.
    pub fn number(&mut self, value: f64) -> &mut Self {
        let value = if value.is_nan() { f64::NAN } else { value };
        self.integer(value.to_bits())
    }

    /// Adds an array by its bits.
    pub fn array(&mut self, values: &[f32]) -> &mut Self {
        self.integer(values.len() as u64);
        for &value in values {
            let value = if value.is_nan() { f32::NAN } else { value };
            self.0.write(&value.to_bits().to_le_bytes());
        }
        self
    }

    /// The hash so far.
    #[must_use]
    pub fn finish(&self) -> u64 {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_sign_count_and_nan_payload_does_not() {
        let of = |values: &[f32]| StateHash::default().array(values).finish();
        assert_ne!(of(&[1.0, 2.0]), of(&[2.0, 1.0]));
        assert_ne!(of(&[0.0]), of(&[-0.0]));
        assert_eq!(of(&[f32::NAN]), of(&[f32::from_bits(0xffc0_0001)]));
    }
}
