//! The list of cached seeds: look at one, weigh it, take it out, or see history without it.

use eframe::egui::{
    Color32, DragValue, Rect, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, accesskit::Role, pos2,
    vec2,
};

use super::{Ctx, small};
use crate::{
    app::{View, panels::caching::Pinned, theme::Theme},
    session::Command,
};
use chickadee_engine::{base::StateHash, models::barcode::Memory};

/// Bars of a small barcode.
const BARS: usize = 96;

pub(crate) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    if ctx.activity.memories.is_empty() {
        ui.add_space(6.0);
        ui.label(small(ctx.theme, "Cache a seed (C): its barcode appears here. The synapses hold it until you take it out."));
        return;
    }
    ui.horizontal(|ui| {
        if ui
            .button("Cache all again")
            .on_hover_text("Replay the history with the settings of now")
            .clicked()
        {
            ctx.send(Command::Replay);
        }
        if !ctx.activity.before.is_empty() {
            ui.label(small(ctx.theme, "cos: barcode now with barcode before"));
        }
    });
    let memories = ctx.activity.memories;
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (index, memory) in memories.iter().enumerate() {
            ui.push_id(index, |ui| row(ui, ctx, view, index, memory));
            ui.add_space(2.0);
        }
    });
}

fn row(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, index: usize, memory: &Memory) {
    let theme = ctx.theme;
    let parameters = ctx.activity.settings.parameters();
    ui.horizontal(|ui| {
        let number = index + 1;
        let name = ui.label(format!("{number} · place {}", memory.place)).on_hover_text(format!(
            "The synapses hold it with a norm of {:.1} (weight × η/N × |a + β| × |a|)",
            memory.footprint(&parameters)
        ));
        ui.label(small(theme, "weight"));
        let mut weight = memory.weight;
        let drag = ui.add(DragValue::new(&mut weight).range(0.0..=3.0).speed(0.02).max_decimals(2)).labelled_by(name.id);
        if drag.on_hover_text("How much of it the synapses hold: 1 as stored, 0 as if forgotten").changed() && weight != memory.weight {
            ctx.send(Command::Weight(index, (weight * 100.0).round() / 100.0));
        }
        if let Some(before) = ctx.activity.before.iter().find(|b| b.place == memory.place) {
            ui.label(small(theme, format!("cos {:.2}", memory.cosine(&before.barcode))))
                .on_hover_text("How alike this barcode is to the one of the history before: later barcodes depend on earlier memories");
        }
    });
    stripes(ui, ctx, view, index, memory);
    ui.horizontal(|ui| {
        let number = index + 1;
        if ui
            .small_button("Compare")
            .on_hover_text(format!(
                "Pin barcode {number} and compare it with activity, unit by unit"
            ))
            .clicked()
        {
            view.caching.pinned = Some(Pinned {
                label: format!("barcode {number}, place {}", memory.place),
                activity: memory.barcode.to_vec(),
            });
        }
        if ui
            .small_button("Remove")
            .on_hover_text(format!("Take memory {number} out of the synapses"))
            .clicked()
        {
            ctx.send(Command::Remove(index));
        }
        let without = ui.small_button("Without it").on_hover_text(format!(
            "Replay history as if seed {number} had never been cached"
        ));
        if without.clicked() {
            ctx.send(Command::Without(index));
        }
    });
}

/// The barcode as a barcode: units in the order of their place fields.
fn stripes(ui: &mut Ui, ctx: &Ctx<'_>, view: &mut View, index: usize, memory: &Memory) {
    const NAMES: [&str; 8] = [
        "barcode 1",
        "barcode 2",
        "barcode 3",
        "barcode 4",
        "barcode 5",
        "barcode 6",
        "barcode 7",
        "barcode 8",
    ];
    let theme = ctx.theme;
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width() - 8.0, 16.0), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            format!("Barcode of memory {}", index + 1),
        )
    });
    let Some(name) = NAMES.get(index) else {
        ui.painter().text(
            rect.left_center(),
            eframe::egui::Align2::LEFT_CENTER,
            "barcode",
            TextStyle::Small.resolve(ui.style()),
            theme.faint,
        );
        return;
    };
    let mut key = StateHash::default();
    key.array(&memory.barcode).integer(u64::from(theme.dark));
    let order = ctx.activity.network.map(|network| network.order.clone());
    let texture = view.images.get(ui.ctx(), name, key.finish(), || {
        let mut bars = vec![0.0_f32; BARS];
        let peak = memory.barcode.iter().copied().fold(0.1_f32, f32::max);
        let n = memory.barcode.len();
        for rank in 0..n {
            let unit = order
                .as_ref()
                .and_then(|o| o.get(rank))
                .copied()
                .unwrap_or(rank);
            let bar = rank * BARS / n;
            bars[bar] = bars[bar].max(memory.barcode.get(unit).copied().unwrap_or(0.0) / peak);
        }
        (
            [BARS, 1],
            bars.into_iter()
                .map(|v| Theme::blend(theme.well, theme.barcode, v.sqrt()))
                .collect(),
        )
    });
    ui.painter().image(
        texture.id(),
        rect,
        Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)),
        Color32::WHITE,
    );
}
