//! Where the panels are: columns on a wide screen, one panel under the map on a narrow one.

mod caching;
mod maze;

use eframe::egui::{CentralPanel, Frame, Margin, Panel, Rect, Ui, UiBuilder, vec2};

use super::{
    Chrome, View,
    panels::{self, Request, Shell, small, top},
    theme::Theme,
    widgets::{Icon, icon_button},
};
use crate::session::Lab;

const GAP: f32 = 6.0;
/// Below this width there is room for one panel under the map.
const NARROW: f32 = 860.0;

pub(super) fn show(ui: &mut Ui, shell: Shell<'_>, view: &mut View) {
    match shell.lab {
        Lab::Caching(session) => {
            let mut ctx = panels::caching::Ctx {
                activity: session.activity(),
                session,
                shell,
            };
            caching::show(ui, &mut ctx, view);
        }
        Lab::Maze(session) => {
            let mut ctx = panels::maze::Ctx::new(session, shell, &mut view.maze);
            maze::show(ui, &mut ctx, view);
        }
    }
}

fn bar(shell: &Shell<'_>) -> Frame {
    Frame::new()
        .fill(shell.theme.ground)
        .inner_margin(Margin::symmetric(8, 5))
}

/// The bar above.
fn above(ui: &mut Ui, shell: &mut Shell<'_>, view: &mut View, narrow: bool) {
    if shell.options.chrome != Chrome::Full {
        return;
    }
    Panel::top("top")
        .frame(bar(shell))
        .show_separator_line(false)
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| top::show(ui, shell, view, narrow));
        });
}

/// The room between the bars.
fn between(ui: &mut Ui, theme: &Theme, contents: impl FnOnce(&mut Ui, Rect)) {
    CentralPanel::no_frame()
        .frame(Frame::new().fill(theme.ground))
        .show(ui, |ui| {
            let rect = ui.max_rect().shrink2(vec2(GAP, 0.0));
            contents(ui, rect);
        });
}

/// What to look for, or what has just to be said.
fn sentence(ui: &mut Ui, shell: &mut Shell<'_>, free: &str, paper: &str) {
    ui.horizontal_wrapped(|ui| match shell.notice {
        Some(notice) => {
            if icon_button(ui, Icon::Close, "Dismiss the message", true).clicked() {
                shell.requests.push(Request::Dismiss);
            }
            ui.label(eframe::egui::RichText::new(notice).color(shell.theme.barcode));
        }
        None => {
            let scene = shell.lab.scene();
            ui.label(scene.map_or(free, |scene| (scene.look_for)()));
            if let Some(scene) = scene {
                ui.label(small(shell.theme, (scene.figure)()))
                    .on_hover_text(format!("The figure of {paper} that this scene shows"));
            }
        }
    });
}

/// Buttons that choose the panel of a narrow screen. Returns the room below them.
fn tabs<T: PartialEq + Copy>(
    ui: &mut Ui,
    rect: Rect,
    scale: f32,
    all: &[(T, &'static str)],
    chosen: &mut T,
) -> Rect {
    let row = 28.0 * scale;
    ui.scope_builder(
        UiBuilder::new().max_rect(rect.with_max_y(rect.min.y + row)),
        |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                for (tab, name) in all {
                    if ui.selectable_label(*chosen == *tab, *name).clicked() {
                        *chosen = *tab;
                    }
                }
            });
        },
    );
    rect.with_min_y(rect.min.y + row + 2.0)
}
