//! The lab of figures: those of the barcode paper, recomputed here, beside the published values.
//!
//! ```text
//! Command ─► Run {settings, pieces asked for} ─┬─► pieces, one after the other, each left and gone on with between two slices
//!            changed at once                   ├─► Recomputation: their samples, beside the published values
//!                                              └─► Line: means, intervals and verdicts of a series, as pieces come
//! ```
//!
//! Nothing is computed until it is asked for: by the command `recompute`, or by a link with `run=on`, or `run=7` for the first seven
//! pieces. Workers compute several at once, where there are some; they are taken in their order. A figure is what [`chickadee_figures`] makes of it; this lab only gives it time. Pieces are kept for as long as the lab
//! is open, whatever is looked at meanwhile: those of a figure depend on N alone, so that more networks go on where fewer ended.
//!
//! Read in this order: `settings`, `run`, `command`, `line`, this, `lab`; `shown` leads here from other labs.

mod command;
mod event;
mod interface;
mod lab;
mod line;
mod report;
mod run;
mod scenes;
mod settings;
mod shown;

use std::collections::BTreeMap;

use chickadee_figures::{Figure, Recomputation, Sample, Settings, Value, Verdicts, Work};

use crate::session::{
    device::{Device, Pending},
    portable::{Part, Piece, Portable},
};

pub use command::Command;
pub use event::FiguresEvent;
pub use lab::INFO;
pub use line::Line;
pub use report::Report;
pub use run::Protocol;
pub use scenes::SCENES;
pub use settings::{Key, TABLE};
pub use shown::{of_panel, of_scene};

use self::{line::Drawing, run::Run};

/// The lab of figures.
pub struct Figures {
    run: Run,
    /// The first pieces of every protocol that was computed.
    kept: BTreeMap<Protocol, Vec<Vec<Sample>>>,
    /// The piece that is being computed, with its number.
    work: Option<(Protocol, usize, Work)>,
    /// Pieces that workers have, and those that have come before their turn.
    aside: Aside,
    /// What was asked for, as far as it is there.
    recomputation: Recomputation,
    lines: Vec<Line>,
    /// The line that is being made again.
    drawing: Option<Drawing>,
    /// Lines from here on are older than the samples.
    fresh: usize,
    /// Pieces that the lines are made of.
    drawn: usize,
    /// Whether it was told that everything asked for is there.
    told: bool,
}

/// Pieces of one protocol on other cores.
#[derive(Default)]
struct Aside {
    out: BTreeMap<usize, Pending<Part>>,
    come: BTreeMap<usize, Vec<Sample>>,
}

impl Aside {
    /// Takes what has come.
    fn take(&mut self) {
        let come = &mut self.come;
        self.out.retain(|&piece, pending| {
            let Some(Part::Samples(samples)) = pending.take() else {
                return true;
            };
            come.insert(piece, samples);
            false
        });
    }
}

impl Figures {
    /// The figure that is looked at.
    #[must_use]
    pub fn figure(&self) -> &'static Figure {
        self.run.figure()
    }

    /// What it is recomputed with.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.run.settings()
    }

    /// All that its pieces depend on.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.run.protocol()
    }

    /// What was asked for, as far as it is there.
    #[must_use]
    pub fn recomputation(&self) -> &Recomputation {
        &self.recomputation
    }

    /// Pieces of the whole figure.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.recomputation.pieces()
    }

    /// Pieces that are there.
    #[must_use]
    pub fn done(&self) -> usize {
        self.recomputation.done()
    }

    /// Whether pieces that were asked for are not there yet.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.done() < self.run.asked()
    }

    /// What is drawn of a panel's series.
    #[must_use]
    pub fn line(&self, panel: usize, series: usize) -> Option<&Line> {
        self.lines.get(self.recomputation.series(panel, series))
    }

    /// Published values, beside ours.
    pub fn compared(&self) -> impl Iterator<Item = &Value> {
        self.lines.iter().flat_map(|line| &line.values)
    }

    /// How the published values stand so far.
    #[must_use]
    pub fn verdicts(&self) -> Verdicts {
        Verdicts::count(self.compared())
    }

    /// The pieces of a figure that are kept, of the N with the most of them; a result may be old, but it is ours.
    #[must_use]
    pub fn kept(&self, figure: &str) -> Option<(Protocol, &[Vec<Sample>])> {
        let of = self.kept.iter();
        let of = of.filter(|(protocol, _)| protocol.figure == figure);
        let most = of.max_by_key(|(_, pieces)| pieces.len())?;
        Some((*most.0, most.1))
    }

    /// Makes everything that is shown follow from another run.
    fn become_run(&mut self, run: Run) {
        if run.protocol() != self.run.protocol() {
            self.aside = Aside::default();
        }
        self.aside.out.retain(|&piece, _| piece < run.asked());
        self.run = run;
        self.recomputation = Recomputation::new(self.run.figure(), self.run.settings());
        let kept = self.kept.get(&self.run.protocol()).into_iter().flatten();
        for (piece, samples) in kept.take(self.run.asked()).enumerate() {
            self.recomputation.put(piece, samples.clone());
        }
        let panels = self.recomputation.panels().iter();
        let series: usize = panels.map(|panel| panel.series.len()).sum();
        self.lines = vec![Line::default(); series];
        self.draw_again();
        self.told = !self.is_running();
    }

    fn draw_again(&mut self) {
        self.drawing = None;
        self.fresh = 0;
        self.drawn = self.done();
    }

    /// Makes a point of a line of the samples that are there. Returns whether there was one to make.
    fn draw_line(&mut self) -> bool {
        let mut number = self.fresh;
        for (panel, about) in self.recomputation.panels().iter().enumerate() {
            if number < about.series.len() {
                let begin = || Drawing::new(&self.recomputation, (panel, number));
                let drawing = self.drawing.get_or_insert_with(begin);
                if let Some(line) = drawing.advance(&self.recomputation) {
                    self.drawing = None;
                    self.lines[self.fresh] = line;
                    self.fresh += 1;
                }
                return true;
            }
            number -= about.series.len();
        }
        false
    }

    /// Takes what other cores have computed, and gives them the next pieces. Returns whether there are other cores, and pieces to
    /// wait for.
    fn compute_aside(&mut self, device: Option<&dyn Device>) -> bool {
        self.aside.take();
        while let Some(samples) = self.aside.come.remove(&self.done()) {
            self.put(samples);
        }
        if !self.is_running() {
            return false;
        }
        let bytes = self.portable(self.done()).bytes();
        let other_cores = device.and_then(|device| Some((device.room(bytes)?, device)));
        if let Some((room, device)) = other_cores {
            self.hand_out(room, device);
        }
        other_cores.is_some()
    }

    /// Gives workers what they have room for: the next pieces.
    fn hand_out(&mut self, room: usize, device: &dyn Device) {
        let Aside { out, come } = &self.aside;
        let wanted = self.recomputation.done()..self.run.asked();
        let new = |piece: &usize| !out.contains_key(piece) && !come.contains_key(piece);
        let next: Vec<usize> = wanted.filter(new).take(room).collect();
        for piece in next {
            let pending = device.begin(self.portable(piece));
            self.aside
                .out
                .extend(pending.map(|pending| (piece, pending)));
        }
    }

    /// A piece as work for another core.
    fn portable(&self, piece: usize) -> Portable {
        Portable::Piece(Piece {
            figure: self.run.figure().id,
            settings: self.run.settings(),
            piece,
        })
    }

    /// Goes on with the next piece to its next pause.
    fn compute_here(&mut self) {
        let (piece, protocol) = (self.done(), self.run.protocol());
        let begun = self.work.take();
        let begun = begun.filter(|(of, number, _)| (*of, *number) == (protocol, piece));
        let mut work = begun.map_or_else(
            || self.run.settings().work(self.run.figure(), piece),
            |(_, _, work)| work,
        );
        let Some(samples) = work.advance() else {
            self.work = Some((protocol, piece, work));
            return;
        };
        self.put(samples);
    }

    /// Takes the samples of the next piece.
    fn put(&mut self, samples: Vec<Sample>) {
        let (piece, protocol) = (self.done(), self.run.protocol());
        let kept = self.kept.entry(protocol).or_default();
        if kept.len() == piece {
            kept.push(samples.clone());
        }
        self.recomputation.put(piece, samples);
        // A line that was begun has points of other samples.
        self.drawing = None;
        // Intervals cost time, too: the more there is, the less another piece says.
        let done = self.done();
        if !self.is_running() || done >= self.drawn + (self.drawn / 8).max(1) {
            self.draw_again();
        }
    }
}
