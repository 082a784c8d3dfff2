use serde::Serialize;

use super::Figures;
use crate::{
    figures,
    session::{
        FrameOf, Lab,
        csv::{Csv, MadeFrom, cell, number},
    },
};

/// The state in numbers, as `chickadee run --json` prints it and JavaScript's `state()` gives it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The lab: `figures`.
    pub lab: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// The link that brings this state back.
    pub link: String,
    /// Equal exactly when the state is.
    pub state_hash: String,
    /// Equal exactly when everything shown of the figure is; null while any of it is still being computed.
    pub shown_hash: Option<String>,
    /// Steps since the link was read.
    pub tick: u64,
    /// Whether something is still being computed.
    pub busy: bool,
    /// Whether time passes.
    pub playing: bool,
    /// The scene, if one was opened.
    pub scene: Option<&'static str>,
    /// Whether pieces that were asked for are not there yet.
    pub running: bool,
    /// The figure: what it is recomputed with, and its values, as `chickadee figure --json` prints them.
    pub figure: serde_json::Value,
    /// Values that were clamped, ignored or refused.
    pub messages: Vec<String>,
}

impl Figures {
    pub(super) fn report_of(&self, frame: &FrameOf<Self>) -> Report {
        Report {
            lab: "figures",
            version: env!("CARGO_PKG_VERSION"),
            link: self.link(frame),
            state_hash: format!("{:016x}", self.state_hash()),
            shown_hash: self.shown_hash(frame).map(|hash| format!("{hash:016x}")),
            tick: frame.clock.tick,
            busy: self.is_busy(frame),
            playing: frame.clock.playing,
            scene: frame.scene.map(|scene| scene.name),
            running: self.is_running(),
            figure: figures::report(self.recomputation(), None),
            messages: frame.messages().to_vec(),
        }
    }

    /// The tables: a row a point of a line, and a row a sample.
    pub(super) const TABLES: [&'static str; 2] = ["points", "samples"];

    /// One of them.
    pub(super) fn table(&self, name: &str, frame: &FrameOf<Self>) -> String {
        let link = self.link(frame);
        let source = MadeFrom {
            lab: "figures",
            state_hash: self.state_hash(),
            link: &link,
        };
        match name {
            "samples" => self.table_of_samples(&source),
            _ => Csv::beside(&figures::table(self.recomputation()), &source),
        }
    }

    /// What each piece gave, before any mean is taken.
    fn table_of_samples(&self, source: &MadeFrom<'_>) -> String {
        let columns = [
            "figure",
            "seed",
            "condition",
            "panel",
            "series",
            "x",
            "value",
        ];
        let mut table = Csv::new(columns, source);
        let (recomputation, settings) = (self.recomputation(), self.settings());
        for (panel, about) in recomputation.panels().iter().enumerate() {
            for (series, line) in about.series.iter().enumerate() {
                for (piece, sample) in recomputation.samples(panel, series) {
                    let (seed, condition) = settings.piece(self.figure(), piece);
                    table.row([
                        cell(self.figure().id),
                        cell(seed),
                        cell(condition),
                        cell(&about.title),
                        cell(&line.name),
                        number(sample.x),
                        number(sample.value),
                    ]);
                }
            }
        }
        table.finish()
    }
}
