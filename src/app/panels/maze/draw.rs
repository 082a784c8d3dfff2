//! A box for a maze of one's own.

use eframe::egui::{Id, RichText, TextEdit, Ui, Window};

use super::{Ctx, View, small};
use crate::app::panels::Request;

/// What is being written.
pub(crate) struct Drawing {
    pub text: String,
    /// What was wrong with it.
    pub error: String,
}

const SAMPLE: &str = "S.#..\n..#..\n....#\n.#...\n.#..G";
const TREE: &str = "layers: 5\nwithout: LRL, RR\ngoal: LLRR";

impl Default for Drawing {
    fn default() -> Self {
        Self {
            text: SAMPLE.to_owned(),
            error: String::new(),
        }
    }
}

pub(crate) fn show(ui: &Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let Some(drawing) = &mut view.drawing else {
        return;
    };
    let mut open = true;
    Window::new("Draw a maze")
        .id(Id::unique("draw"))
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .show(ui.ctx(), |ui| {
            ui.set_width(300.0);
            ui.label(small(
                ctx.theme,
                "A grid: # blocked, . free, S start, G goal; up to 16 × 16. A tree: its layers, the nodes it is without and the \
                 goal, each by the way from the root (L, R). JSON can have walls between cells.",
            ));
            let field = TextEdit::multiline(&mut drawing.text)
                .desired_rows(8)
                .desired_width(f32::INFINITY);
            let field = ui.add(field);
            field.widget_info(|| {
                let mut info = eframe::egui::WidgetInfo::labeled(
                    eframe::egui::accesskit::Role::MultilineTextInput,
                    true,
                    "The maze as text",
                );
                info.current_text_value = Some(drawing.text.clone());
                info
            });
            if field.changed() {
                drawing.error.clear();
            }
            ui.horizontal(|ui| {
                if ui.button("Build it").clicked() {
                    ctx.shell.requests.push(Request::Draw(drawing.text.clone()));
                }
                for (name, sample) in [("Grid", SAMPLE), ("Tree", TREE)] {
                    let button = ui.button(name);
                    if button.on_hover_text("An example to begin with").clicked() {
                        sample.clone_into(&mut drawing.text);
                        drawing.error.clear();
                    }
                }
            });
            if !drawing.error.is_empty() {
                ui.label(RichText::new(&drawing.error).color(ctx.theme.barcode));
            }
        });
    if !open {
        view.drawing = None;
    }
}
