//! Help: the keys, the papers, and what this is.

use eframe::egui::{Grid, Id, ScrollArea, Ui, Window};

use super::{Shell, machine, small};
use crate::{
    app::{
        View,
        keyboard::{CACHING_KEYS, KEYS, MAZE_KEYS},
    },
    session::Lab,
};

pub(crate) fn show(ui: &mut Ui, ctx: &mut Shell<'_>, view: &mut View) {
    if !view.about {
        return;
    }
    let mut open = true;
    let screen = ui.ctx().content_rect();
    let width = (screen.width() - 60.0).min(460.0);
    Window::new("Help and about")
        .id(Id::unique("about"))
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .show(ui.ctx(), |ui| {
            ui.set_width(width);
            ScrollArea::vertical()
                .max_height(screen.height() - 120.0)
                .min_scrolled_height(screen.height() - 120.0)
                .show(ui, |ui| contents(ui, ctx));
        });
    view.about = open;
}

fn contents(ui: &mut Ui, ctx: &mut Shell<'_>) {
    let (what, keys) = match ctx.lab {
        Lab::Caching(_) => (
            "A bird caches seeds. At each cache the recurrent network's chaotic dynamics make a barcode, and Hebbian learning \
             binds place and seed to it. Near the cache the barcode comes back, and the network says: a seed is here.",
            CACHING_KEYS,
        ),
        Lab::Maze(_) => (
            "An agent wanders through a maze that it has never seen. A transformer whose weights do not change reads its \
             memories, one token a step, and says what to do at every place. Green arrows are its decisions, pink lines the \
             memories that it reads. Hide, delete or change memories to see which of them the decision rests on. Drop a \
             checkpoint (.safetensors) or a maze (.txt, .json) on the window to work with your own; nothing is sent anywhere.",
            MAZE_KEYS,
        ),
    };
    ui.label(what);
    ui.add_space(6.0);
    Grid::new("keys")
        .num_columns(2)
        .spacing([16.0, 3.0])
        .show(ui, |ui| {
            for (keys, what) in keys.iter().chain(KEYS) {
                ui.strong(*keys);
                ui.label(*what);
                ui.end_row();
            }
        });
    ui.add_space(6.0);
    ui.strong("Runs on");
    machine::choices(ui, ctx);
    ui.add_space(6.0);
    ui.label(
        "The caching lab: C. Fang, J. Lindsey, L. F. Abbott, D. Aronov, S. N. Chettih, “Barcode activity in a recurrent network \
         model of the hippocampus enables efficient memory binding”, eLife 103512 (2025).",
    );
    ui.hyperlink_to(
        "doi.org/10.7554/eLife.103512",
        "https://doi.org/10.7554/eLife.103512",
    );
    ui.label(
        "The maze lab: C. Fang, K. Rajan, “From Memories to Maps: Mechanisms of In-Context Reinforcement Learning in \
         Transformers”, arXiv 2506.19686 (2025).",
    );
    ui.hyperlink_to(
        "arxiv.org/abs/2506.19686",
        "https://arxiv.org/abs/2506.19686",
    );
    ui.add_space(6.0);
    ui.label(small(
        ctx.theme,
        format!(
            "Chickadee {} is an independent re-implementation, not the authors' code. MIT or Apache-2.0.",
            env!("CARGO_PKG_VERSION")
        ),
    ));
}
