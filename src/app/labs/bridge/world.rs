//! The world from above: places, events in the colours of their memories, and the place that is asked about.

use eframe::egui::{
    Align2, Pos2, Rect, ScrollArea, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo, accesskit::Role,
};

use super::{Ctx, View, slot_colour};
use crate::{
    app::{
        panels::{small, square, take, within},
        theme::{Theme, line},
        widgets::{button, control},
    },
    labs::bridge::Command,
    texts,
};
use chickadee_engine::worlds::caching::Geometry;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let below = 96.0 * ctx.theme.scale;
    let side = ui.available_width();
    let height = (ui.available_height() - below).max(60.0).min(side);
    let map = square(take(ui, height));
    let (places, geometry) = {
        let settings = ctx.bridge.settings();
        (settings.places(), settings.geometry())
    };
    let position = |place: usize| within(map, geometry.position(places, place));
    let id = ui.scope_id().with("world");
    let response = ui.interact(map, id, Sense::click());
    let (count, at) = (ctx.bridge.slots().len(), ctx.bridge.at());
    response.widget_info(|| {
        let name = texts::bridge::MapName { count, at }.to_string();
        WidgetInfo::labeled(Role::Image, true, name)
    });
    let nearest = |at: Pos2| {
        let each = 0..places;
        each.min_by(|&a, &b| {
            let [a, b] = [a, b].map(|place| position(place).distance_sq(at));
            a.total_cmp(&b)
        })
    };
    let pointed = response.hover_pos().and_then(nearest);
    if pointed.is_some() {
        view.hovered = pointed;
    }
    if response.clicked()
        && ctx.unlocks("fly")
        && let Some(place) = response.interact_pointer_pos().and_then(nearest)
    {
        ctx.send(Command::Fly(place));
    }
    paint(ui, ctx, view, map);
    if let Some(place) = pointed {
        let mut slots = ctx.bridge.slots().iter();
        let slot = slots.position(|slot| slot.place == place);
        response.on_hover_text(match slot.map(|slot| slot + 1) {
            Some(number) => texts::bridge::PlaceAndMemory { place, number }.to_string(),
            None => texts::bridge::PlaceIs { place }.to_string(),
        });
    }
    ui.add_space(4.0);
    buttons(ui, ctx);
}

fn paint(ui: &Ui, ctx: &Ctx<'_>, view: &View, map: Rect) {
    let theme = ctx.theme;
    let painter = ui.painter();
    let settings = ctx.bridge.settings();
    let (places, geometry) = (settings.places(), settings.geometry());
    let position = |place: usize| within(map, geometry.position(places, place));
    let cell = match geometry {
        Geometry::Arena => map.width() / geometry.width(places) as f32,
        Geometry::Ring | Geometry::Gaussian => {
            (map.width() * 0.84 * std::f32::consts::PI / places as f32).max(3.0)
        }
    };
    // How much of a memory the chosen way reads at each place.
    let lookup = settings.lookup();
    let mut totals = vec![0.0_f64; places];
    if let Some(answers) = ctx.bridge.answers() {
        for (place, answer) in answers.of(lookup) {
            totals[place] = answer.total.max(0.0);
        }
    }
    let most = totals.iter().copied().fold(1e-9, f64::max);
    for (place, total) in totals.iter().enumerate() {
        let colour = Theme::blend(theme.edge, theme.text, (total / most) as f32 * 0.7);
        match geometry {
            Geometry::Arena => {
                let rect = Rect::from_center_size(position(place), Vec2::splat(cell - 2.0));
                painter.rect_filled(rect, 3.0, colour);
            }
            Geometry::Ring | Geometry::Gaussian => {
                painter.circle_filled(position(place), (cell * 0.35).max(1.5), colour);
            }
        }
    }
    if geometry != Geometry::Arena {
        let font = TextStyle::Small.resolve(ui.style());
        for mark in (0..places).step_by(20.max(places / 5)) {
            let outside = map.center() + (position(mark) - map.center()) * 1.13;
            let text = mark.to_string();
            painter.text(
                outside,
                Align2::CENTER_CENTER,
                text,
                font.clone(),
                theme.faint,
            );
        }
    }
    for (number, slot) in ctx.bridge.slots().iter().enumerate() {
        let (at, colour) = (position(slot.place), slot_colour(theme, number));
        let radius = (cell * 0.7).clamp(4.0, 9.0);
        if slot.removed {
            painter.circle_stroke(at, radius, Stroke::new(line::MARK, colour));
        } else {
            painter.circle_filled(at, radius, colour);
        }
    }
    let ring = Stroke::new(line::STRONG, theme.accent);
    painter.circle_stroke(position(ctx.bridge.at()), cell.clamp(7.0, 16.0), ring);
    if let Some(place) = view.hovered.filter(|place| *place < places) {
        let faint = Stroke::new(line::THIN, theme.accent.gamma_multiply(0.6));
        painter.circle_stroke(position(place), cell.clamp(6.0, 12.0), faint);
    }
}

fn buttons(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let help = texts::bridge::cache_help();
    if button(ui, ctx, "cache", (texts::bridge::cache(), help)) {
        ctx.send(Command::Cache);
    }
    if ctx.bridge.slots().is_empty() {
        ui.label(small(ctx.theme, texts::bridge::no_memories()));
        return;
    }
    let slots = ctx.bridge.slots();
    let theme = *ctx.theme;
    let bridge = ctx.bridge;
    control(ui, ctx, "remove", |ui, shell| {
        ScrollArea::vertical().show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                for (slot, event) in slots.iter().enumerate() {
                    let number = slot + 1;
                    let text = if event.removed {
                        texts::bridge::PutBack { number }.to_string()
                    } else {
                        texts::bridge::Remove { number }.to_string()
                    };
                    let place = event.place;
                    let text = small(&theme, text).color(slot_colour(&theme, slot));
                    let clicked = ui.button(text);
                    let help = if bridge.is_lost(slot) {
                        texts::bridge::LostHelp { number, place }.to_string()
                    } else {
                        texts::bridge::RemoveHelp { number, place }.to_string()
                    };
                    if clicked.on_hover_text(help).clicked() {
                        shell.send(Command::Remove(slot));
                    }
                }
            });
        });
    });
}
