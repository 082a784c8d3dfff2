//! The transformer for JavaScript: load a checkpoint, show it transitions, ask it what to do.
//!
//! `web/chickadee.js` hands it out as `transformer(source)`. Vectors are plain arrays of numbers, laid out as the
//! checkpoint's tokens are; what is wrong with them is thrown as one sentence, and the context stays as it was.

use chickadee::texts;
use chickadee_engine::models::transformer::{
    self as model, Checkpoint, Context, Shape, Want, Weights,
};
use wasm_bindgen::prelude::*;

use super::throw;

/// Largest layers × width² of random weights. Each stands for 12 numbers: 0.8 GB, where a module may have 4.
const MOST: usize = 1 << 24;

/// A transformer and its context.
#[wasm_bindgen]
pub struct Transformer {
    transformer: model::Transformer,
    context: Context,
}

#[wasm_bindgen]
impl Transformer {
    /// From the bytes of a safetensors checkpoint.
    ///
    /// # Errors
    /// When it is none, or does not fit: one sentence.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Self, JsValue> {
        let checkpoint = Checkpoint::read(bytes).map_err(throw)?;
        Ok(Self::from(checkpoint.weights))
    }

    /// One with random weights, to measure with.
    ///
    /// # Errors
    /// When the heads do not divide the width, or a size is beyond reason.
    pub fn untrained(width: usize, layers: usize, heads: usize) -> Result<Self, JsValue> {
        if heads == 0
            || !(1..=4096).contains(&width)
            || !width.is_multiple_of(heads)
            || !(1..=64).contains(&layers)
            || layers * width * width > MOST
        {
            return Err(throw(texts::page::WrongShape {
                width,
                layers,
                heads,
                most: MOST,
            }));
        }
        let shape = Shape {
            width,
            layers,
            heads,
            sensory: 10,
            actions: 5,
        };
        Ok(Self::from(Weights::initial(shape, 0)))
    }

    fn from(weights: Weights) -> Self {
        let transformer = model::Transformer::new(weights);
        let context = Context::new(transformer.shape());
        Self {
            transformer,
            context,
        }
    }

    /// Numbers in a token: state, action, next state, reward.
    #[wasm_bindgen(getter)]
    pub fn token(&self) -> usize {
        self.transformer.shape().token_width()
    }

    /// Number of actions.
    #[wasm_bindgen(getter)]
    pub fn actions(&self) -> usize {
        self.transformer.shape().actions
    }

    /// Tokens in the context.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.context.len()
    }

    /// Adds transitions to the context.
    ///
    /// # Errors
    /// When the numbers are no whole tokens, or not finite.
    pub fn append(&mut self, tokens: &[f32]) -> Result<(), JsValue> {
        self.check(tokens)?;
        self.context.append(&self.transformer, tokens);
        Ok(())
    }

    /// Forgets all transitions from `length` on.
    ///
    /// # Errors
    /// When that is no whole number.
    pub fn truncate(&mut self, length: f64) -> Result<(), JsValue> {
        if length < 0.0 || length.trunc() != length {
            return Err(throw(texts::page::expects_length()));
        }
        // What is more than there are forgets none.
        self.context.truncate(length as usize);
        Ok(())
    }

    /// Logits of all actions for every query (a token of which only the state is filled in), one behind the other.
    ///
    /// # Errors
    /// When the numbers are no whole tokens, or not finite.
    pub fn ask(&self, queries: &[f32]) -> Result<Vec<f32>, JsValue> {
        self.check(queries)?;
        let answers =
            self.transformer
                .ask(&self.context, self.context.len(), queries, Want::default());
        Ok(answers.logits.values().to_vec())
    }

    fn check(&self, tokens: &[f32]) -> Result<(), JsValue> {
        let token = self.token();
        if !tokens.len().is_multiple_of(token) {
            let count = tokens.len();
            return Err(throw(texts::page::NotTokens { count, token }));
        }
        if let Some(at) = tokens.iter().position(|x| !x.is_finite()) {
            return Err(throw(texts::page::NotFinite { at }));
        }
        Ok(())
    }
}
