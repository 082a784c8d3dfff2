use serde::Serialize;

use crate::{session::LabEvent, texts};

/// The events that only this lab has.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FiguresEvent {
    /// Everything that was asked for of a figure is there.
    Recomputed {
        /// Its id.
        figure: &'static str,
        /// Networks.
        seeds: usize,
        /// N.
        units: usize,
        /// Published values that agree, within both intervals or within the error of reading.
        agree: usize,
        /// Published values that there is one of ours beside.
        values: usize,
    },
}

impl LabEvent for FiguresEvent {
    fn spoken(&self) -> Option<String> {
        let Self::Recomputed {
            figure,
            agree,
            values,
            ..
        } = self;
        let sentence = texts::figures::SpokenRecomputed {
            figure,
            agree: *agree,
            values: *values,
        };
        Some(sentence.to_string())
    }
}
