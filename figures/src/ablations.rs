//! The two ablations of figure 5: a bird without barcodes, and one without place fields.

use super::Bird;

/// What is left of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// Everything.
    Full,
    /// No random recurrent weights, σ = μ = 0: no barcodes. Learning and the seed phase stay.
    PlaceCodeOnly,
    /// Place fields of a single unit, λ = 10⁻⁴: no two places are alike.
    BarcodeOnly,
}

impl Model {
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Full, "full model"),
        (Self::PlaceCodeOnly, "place code only"),
        (Self::BarcodeOnly, "barcode only"),
    ];

    /// A bird of this model.
    pub async fn bird(self, seed: u64, units: usize) -> Bird {
        let decay = if self == Self::BarcodeOnly {
            1e-4
        } else {
            Bird::DECAY
        };
        let mut bird = Bird::tuned(seed, units, decay).await;
        if self == Self::PlaceCodeOnly {
            bird.parameters.weight_gain = 0.0;
            bird.parameters.weight_mean = 0.0;
        }
        bird
    }
}
