//! The list of cached seeds: look at one, weigh it, take it out, or see history without it.

use eframe::egui::{ScrollArea, Sense, Ui, vec2};

use super::{Ctx, Pinned, View};
use crate::{
    app::{
        panels::small,
        theme::Theme,
        widgets::{HeatMap, button, control, number_field, scroll, small_button},
    },
    labs::caching::Command,
    texts,
};
use chickadee_engine::{base::StateHash, models::barcode::Memory};

/// Bars of a small barcode.
const BARS: usize = 96;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    if ctx.activity.memories.is_empty() {
        ui.add_space(6.0);
        ui.label(small(ctx.theme, texts::caching::no_memories()));
        return;
    }
    ui.horizontal(|ui| {
        let help = texts::caching::replay_the_history();
        if button(ui, ctx, "replay", (texts::caching::cache_all_again(), help)) {
            ctx.send(Command::Replay);
        }
        if !ctx.activity.before.is_empty() {
            ui.label(small(ctx.theme, texts::caching::cos_barcode_now()));
        }
    });
    let memories = ctx.activity.memories;
    scroll(ui, ScrollArea::vertical().auto_shrink(false), |ui| {
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
        let name = ui
            .label(
                texts::caching::MemoryAtPlace {
                    number,
                    place: memory.place,
                }
                .to_string(),
            )
            .on_hover_text(
                texts::caching::TheSynapsesHold {
                    footprint: memory.footprint(&parameters),
                }
                .to_string(),
            );
        ui.label(small(theme, texts::caching::weight()));
        control(ui, ctx, "weight", |ui, shell| {
            let mut weight = memory.weight;
            let number = number_field(&mut weight)
                .range(0.0..=3.0)
                .speed(0.02)
                .max_decimals(2);
            let number = ui.add(number).labelled_by(name.id);
            let help = texts::caching::weight_help();
            if number.on_hover_text(help).changed() && weight != memory.weight {
                shell.send(Command::Weight(index, (weight * 100.0).round() / 100.0));
            }
        });
        if let Some(before) = ctx.activity.before.iter().find(|b| b.place == memory.place) {
            ui.label(small(
                theme,
                texts::caching::Cosine {
                    cosine: memory.cosine(&before.barcode),
                }
                .to_string(),
            ))
            .on_hover_text(texts::caching::how_alike_this_barcode());
        }
    });
    stripes(ui, ctx, index, memory);
    ui.horizontal(|ui| {
        let number = index + 1;
        let help = texts::caching::PinBarcodeAndCompare { number }.to_string();
        if small_button(
            ui,
            ctx,
            "compare-barcode",
            (texts::caching::compare(), &help),
        ) {
            view.pinned = Some(Pinned {
                label: texts::caching::BarcodePlace {
                    number,
                    place: memory.place,
                }
                .to_string(),
                activity: memory.barcode.to_vec(),
            });
        }
        let help = texts::caching::TakeMemoryOut { number }.to_string();
        if small_button(ui, ctx, "remove", (texts::caching::remove(), &help)) {
            ctx.send(Command::Remove(index));
        }
        let help = texts::caching::ReplayHistoryAsIf { number }.to_string();
        if small_button(ui, ctx, "without", (texts::caching::without_it(), &help)) {
            ctx.send(Command::Without(index));
        }
    });
}

/// The barcode as a barcode: units in the order of their place fields.
fn stripes(ui: &mut Ui, ctx: &Ctx<'_>, index: usize, memory: &Memory) {
    let theme = ctx.theme;
    let size = vec2(ui.available_width() - 8.0, 16.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let mut key = StateHash::default();
    key.array(&memory.barcode).integer(u64::from(theme.dark));
    let map = HeatMap {
        name: texts::caching::BarcodeOfMemory { index: index + 1 }.to_string(),
        id: "barcode",
        cells: [BARS, 1],
        key: key.finish(),
        ..HeatMap::default()
    };
    map.show(ui, theme, rect, || {
        let order = ctx.activity.network.map(|network| &network.order);
        let mut bars = vec![0.0_f32; BARS];
        let peak = memory.barcode.iter().copied().fold(0.1_f32, f32::max);
        let n = memory.barcode.len();
        for rank in 0..n {
            let unit = order.and_then(|o| o.get(rank)).copied().unwrap_or(rank);
            let bar = rank * BARS / n;
            bars[bar] = bars[bar].max(memory.barcode.get(unit).copied().unwrap_or(0.0) / peak);
        }
        let colour = |v: f32| Theme::blend(theme.well, theme.barcode, v.sqrt());
        bars.into_iter().map(colour).collect()
    });
}
