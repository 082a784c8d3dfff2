//! Help: the keys, the papers, and what this is.

use eframe::egui::{Grid, Id, Ui, Window};

use super::{Ctx, small};
use crate::app::{View, keyboard::KEYS};

pub(crate) fn show(ui: &mut Ui, ctx: &Ctx<'_>, view: &mut View) {
    let mut open = view.about;
    let width = (ui.ctx().content_rect().width() - 60.0).min(460.0);
    Window::new("Help and about").id(Id::unique("about")).open(&mut open).collapsible(false).resizable(false).show(ui.ctx(), |ui| {
        ui.set_width(width);
        ui.label(
            "A bird caches seeds. At each cache the recurrent network's chaotic dynamics make a barcode, and Hebbian learning \
             binds place and seed to it. Near the cache the barcode comes back, and the network says: a seed is here.",
        );
        ui.add_space(6.0);
        Grid::new("keys").num_columns(2).spacing([16.0, 3.0]).show(ui, |ui| {
            for (keys, what) in KEYS {
                ui.strong(keys);
                ui.label(what);
                ui.end_row();
            }
        });
        ui.add_space(6.0);
        ui.label(
            "The model: C. Fang, J. Lindsey, L. F. Abbott, D. Aronov, S. N. Chettih, “Barcode activity in a recurrent network model \
             of the hippocampus enables efficient memory binding”, eLife 103512 (2025).",
        );
        ui.hyperlink_to("doi.org/10.7554/eLife.103512", "https://doi.org/10.7554/eLife.103512");
        ui.label(
            "Its sibling, to come: C. Fang, K. Rajan, “From Memories to Maps: Mechanisms of In-Context Reinforcement Learning in \
             Transformers”, arXiv 2506.19686 (2025).",
        );
        ui.hyperlink_to("arxiv.org/abs/2506.19686", "https://arxiv.org/abs/2506.19686");
        ui.add_space(6.0);
        ui.label(small(
            ctx.theme,
            format!("Chickadee {} is an independent re-implementation, not the authors' code. MIT or Apache-2.0.", env!("CARGO_PKG_VERSION")),
        ));
    });
    view.about = open;
}
