//! Weights of all memories at one place, by all five ways to read them.

use eframe::egui::{
    Align, Layout, Rect, RichText, ScrollArea, Sense, Ui, WidgetInfo, accesskit::Role, vec2,
};

use super::{Ctx, View, lookup_colour, lookup_text, slot_colour};
use crate::{app::panels::small, labs::bridge::word, texts};
use chickadee_engine::models::key_value::Lookup;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    if ctx.bridge.slots().is_empty() {
        ui.label(small(ctx.theme, texts::bridge::no_memories()));
        return;
    }
    let at = ctx.bridge.at();
    // The rows share the room above the last line.
    let rows = (ui.available_height() - 28.0 * ctx.theme.scale) / Lookup::ALL.len() as f32;
    let most = 44.0 * ctx.theme.scale;
    let height = (rows - ui.spacing().item_spacing.y).clamp(24.0 * ctx.theme.scale, most);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for lookup in Lookup::ALL {
            row(ui, ctx, (lookup, at), height);
        }
        let identity = ctx.bridge.matches().and_then(|m| m.identity[at]);
        if let Some((synapses, attention)) = identity {
            let (synapses, attention) = (format!("{synapses:.8}"), format!("{attention:.8}"));
            let text = texts::bridge::IdentityIs {
                synapses,
                attention,
            };
            ui.label(small(ctx.theme, text.to_string()))
                .on_hover_text(texts::bridge::identity_help());
        } else if let Some(text) = ctx.computing() {
            ui.label(small(ctx.theme, text));
        }
    });
}

fn row(ui: &mut Ui, ctx: &mut Ctx<'_>, (lookup, at): (Lookup, usize), height: f32) {
    let theme = *ctx.theme;
    let (name, help) = lookup_text(lookup);
    let chosen = ctx.bridge.settings().lookup() == lookup;
    let answer = ctx.bridge.answer(lookup, at);
    ui.horizontal(|ui| {
        let label = RichText::new(name).color(lookup_colour(&theme, lookup));
        let unlocked = ctx.unlocks("lookup");
        let width = 130.0 * theme.scale;
        let middle = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(width, height), middle, |ui| {
            ui.set_min_width(width);
            let button = ui.add_enabled_ui(unlocked, |ui| ui.selectable_label(chosen, label));
            if button.inner.on_hover_text(help).clicked() && !chosen {
                ctx.set("lookup", word(lookup));
            }
        });
        bars(
            ui,
            ctx,
            answer.map_or(&[], |answer| &answer.weights),
            height,
        );
        let text = match answer.map(|answer| (answer.total, answer.place)) {
            Some((total, Some(place))) => {
                let (total, place) = (format!("{total:.2}"), format!("{place:.0}"));
                texts::bridge::TotalAndPlace { total, place }.to_string()
            }
            Some((_, None)) if lookup == Lookup::Recurrent && ctx.bridge.overflows_here() => {
                texts::bridge::overflowed_here().to_owned()
            }
            Some((_, None)) => texts::bridge::nothing_back().to_owned(),
            None => String::new(),
        };
        ui.label(small(&theme, text));
    });
}

fn bars(ui: &mut Ui, ctx: &Ctx<'_>, weights: &[f64], height: f32) {
    let theme = ctx.theme;
    let room = (ui.available_width() - 150.0 * theme.scale).max(40.0);
    let (rect, response) = ui.allocate_exact_size(vec2(room, height), Sense::hover());
    ui.painter().rect_filled(rect, 2.0, theme.well);
    let most = weights
        .iter()
        .fold(1.0_f64, |most, weight| most.max(weight.abs()));
    let signed = weights.iter().any(|weight| *weight < -1e-9);
    let zero = if signed { rect.center().y } else { rect.max.y };
    let tallest = if signed {
        rect.height() / 2.0
    } else {
        rect.height()
    };
    let width = rect.width() / weights.len().max(1) as f32;
    let mut told = Vec::new();
    for (slot, weight) in weights.iter().enumerate() {
        let left = rect.min.x + width * slot as f32;
        let y = zero - tallest * (*weight / most) as f32;
        let bar = Rect::from_x_y_ranges(
            left + 1.0..=left + width.min(40.0) - 1.0,
            y.min(zero)..=y.max(zero),
        );
        ui.painter().rect_filled(bar, 1.0, slot_colour(theme, slot));
        let place = ctx.bridge.slots().get(slot).map_or(0, |slot| slot.place);
        let weight = *weight;
        told.push(
            texts::bridge::WeightIs {
                number: slot + 1,
                place,
                weight,
            }
            .to_string(),
        );
    }
    let text = told.join("\n");
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
    if !text.is_empty() {
        response.on_hover_text(text);
    }
}
