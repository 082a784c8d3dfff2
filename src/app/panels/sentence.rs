//! What to look for, or what has just to be said.

use eframe::egui::{RichText, Ui};

use super::{Shell, figure_link, small};
use crate::{
    app::{
        shell::Request,
        widgets::{Icon, icon_button},
    },
    labs::figures,
    texts,
};

pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>) {
    ui.horizontal_wrapped(|ui| match shell.notice {
        Some(notice) => {
            if icon_button(ui, Icon::Close, texts::shell::dismiss_the_message(), true).clicked() {
                shell.requests.push(Request::Dismiss);
            }
            ui.label(RichText::new(notice).color(shell.theme.barcode));
        }
        None => {
            let scene = shell.lab.scene();
            ui.label(scene.map_or_else(shell.view.free, |scene| (scene.look_for)()));
            let figure = scene.and_then(|scene| figures::of_scene(scene.name));
            if let (Some(scene), Some(figure)) = (scene, figure) {
                figure_link(ui, shell, figure, (scene.figure)());
            } else if let Some(scene) = scene {
                ui.label(small(shell.theme, (scene.figure)()))
                    .on_hover_text(
                        texts::shell::FigureHelp {
                            paper: (shell.view.paper.short)(),
                        }
                        .to_string(),
                    );
            }
        }
    });
}
