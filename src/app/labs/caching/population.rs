//! The units: over the settling time, at one moment, and against a moment that was kept.

use eframe::egui::{Align2, Color32, Rect, Sense, Stroke, TextStyle, Ui, pos2, vec2};

use super::{Ctx, Pinned, View};
use crate::{
    app::{
        panels::{axis, small, square, take},
        theme::{Theme, line},
        widgets::{Below, HeatMap, button, control},
    },
    labs::caching::{Episode, EpisodeKind, Network},
    texts,
};
use chickadee_engine::{
    analysis::{active_fraction, pearson},
    base::{StateHash, reduce::sum},
};

/// Rows of the image over time: units are pooled into so many, the largest of each pool is shown.
const ROWS: usize = 240;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let (Some(episode), Some(network)) = (ctx.activity.episode, ctx.activity.network) else {
        let part = ctx.activity.building.unwrap_or(0.0);
        ui.add_space(8.0);
        ui.add(
            eframe::egui::ProgressBar::new(part as f32)
                .text(texts::caching::MakingTheNetwork { part: part * 100.0 }.to_string()),
        );
        return;
    };
    let done = episode.step();
    let shown = view.scrub.unwrap_or(done).clamp(1, done.max(1));
    let activity = episode
        .activity_at(shown)
        .unwrap_or_else(|| episode.activity());
    let code = network.place_code.row(episode.place);
    let likeness = pearson(activity, code);

    let header = ui.spacing().interact_size.y + 4.0;
    let room = ui.available_height() - header;
    raster(
        ui,
        ctx,
        view,
        (episode, network),
        (shown, done),
        (room * 0.55).max(40.0),
    );
    facts(ui, ctx, view, activity, likeness, (shown, episode));
    let rest = take(ui, ui.available_height());
    let (bars_area, scatter_area) = match &view.pinned {
        Some(_) if rest.width() > 260.0 => {
            let side = rest.height().min(rest.width() * 0.4);
            rest.split_left_right_at_x(rest.max.x - side - 8.0)
        }
        _ => (rest, Rect::NOTHING),
    };
    bars(ui, ctx, view, network, activity, likeness, bars_area);
    if let Some(pinned) = view
        .pinned
        .as_ref()
        .filter(|p| p.activity.len() == activity.len() && scatter_area.is_positive())
    {
        scatter(
            ui,
            ctx,
            pinned,
            activity,
            square(scatter_area.shrink2(vec2(8.0, 0.0))),
        );
    }
}

/// The colour of a pattern: place blue when it is the place code, vermilion when nothing of that is left.
fn hue(theme: &Theme, likeness: f64) -> Color32 {
    // A barcode still correlates with 0.3 with the place code it came from.
    Theme::blend(
        theme.place,
        theme.barcode,
        if likeness.is_nan() {
            0.0
        } else {
            ((1.0 - likeness) / 0.65) as f32
        },
    )
}

/// The largest of each pool of units, in the order of their place fields.
fn pooled(activity: &[f32], order: &[usize], pools: usize) -> Vec<f32> {
    let pools = pools.clamp(1, order.len().max(1));
    let mut out = vec![0.0_f32; pools];
    for (rank, &unit) in order.iter().enumerate() {
        let pool = rank * pools / order.len();
        out[pool] = out[pool].max(activity[unit]);
    }
    out
}

fn raster(
    ui: &mut Ui,
    ctx: &mut Ctx<'_>,
    view: &mut View,
    (episode, network): (&Episode, &Network),
    (shown, done): (usize, usize),
    height: f32,
) {
    let theme = ctx.theme;
    let steps = episode.phase().steps().max(1);
    let rect = take(ui, height);
    let area = Rect::from_min_max(rect.min + vec2(18.0, 0.0), rect.max - vec2(0.0, 16.0));
    let mut key = StateHash::default();
    key.integer(done as u64)
        .integer(episode.place as u64)
        .number(sum(episode.activity()))
        .integer(u64::from(theme.dark));
    let map = HeatMap {
        name: texts::caching::PopulationName { done, steps }.to_string(),
        id: "raster",
        cells: [steps, ROWS],
        key: key.finish(),
        sense: Sense::click_and_drag(),
        left: texts::caching::units_by_place_field(),
        below: Below::Counts(steps, texts::caching::settling_steps()),
        ..HeatMap::default()
    };
    let drawn = map.show(ui, theme, area, || pixels(theme, episode, network, done));
    let response = &drawn.response;
    if let Some(at) = response
        .interact_pointer_pos()
        .filter(|_| response.dragged() || response.clicked())
        .filter(|_| ctx.unlocks("scrub"))
    {
        let step = ((at.x - area.min.x) / area.width() * steps as f32).ceil() as usize;
        view.scrub = Some(step.clamp(1, done.max(1)));
    }
    let settle = episode.phase().settle_steps;
    if episode.kind == EpisodeKind::Cache {
        let stroke = Stroke::new(line::THIN, theme.seed);
        drawn.column_line(ui, settle as f32, stroke);
        let x = area.min.x + area.width() * settle as f32 / steps as f32;
        ui.painter().text(
            pos2(x - 4.0, area.min.y + 2.0),
            Align2::RIGHT_TOP,
            "seed",
            TextStyle::Small.resolve(ui.style()),
            theme.seed,
        );
    }
    if view.scrub.is_some() || done < steps {
        let stroke = Stroke::new(line::THIN, theme.text);
        drawn.column_line(ui, shown as f32 - 0.5, stroke);
    }
}

/// Units in rows, steps in columns, from row 0.
fn pixels(theme: &Theme, episode: &Episode, network: &Network, done: usize) -> Vec<Color32> {
    let steps = episode.phase().steps().max(1);
    let mut pixels = vec![theme.well; steps * ROWS];
    let peak = (1..=done)
        .filter_map(|s| episode.activity_at(s))
        .flatten()
        .copied()
        .fold(0.5_f32, f32::max);
    let code = network.place_code.row(episode.place);
    let pools = ROWS.min(network.order.len());
    for step in 1..=done {
        let Some(activity) = episode.activity_at(step) else {
            continue;
        };
        let colour = hue(theme, pearson(activity, code));
        let values = pooled(activity, &network.order, ROWS);
        for (row, value) in values.into_iter().enumerate() {
            let strength = (value / peak).max(0.0).sqrt();
            // Small networks have fewer units than the image has rows.
            for y in (row * ROWS / pools)..((row + 1) * ROWS / pools) {
                pixels[y * steps + step - 1] = Theme::blend(theme.well, colour, strength);
            }
        }
    }
    pixels
}

fn facts(
    ui: &mut Ui,
    ctx: &mut Ctx<'_>,
    view: &mut View,
    activity: &[f32],
    likeness: f64,
    (shown, episode): (usize, &Episode),
) {
    ui.horizontal(|ui| {
        let max = activity.iter().copied().fold(0.0_f32, f32::max);
        let text = texts::caching::StepIs {
            step: shown,
            active: active_fraction(activity) * 100.0,
            max,
            likeness,
        }
        .to_string();
        ui.with_layout(
            eframe::egui::Layout::right_to_left(eframe::egui::Align::Center),
            |ui| {
                let help = texts::caching::keep_this_moment();
                if button(ui, ctx, "pin", (texts::caching::pin(), help)) {
                    let label = texts::caching::PinnedPlace {
                        place: episode.place,
                        step: shown,
                        episode: episode.kind.word(),
                    }
                    .to_string();
                    view.pinned = Some(Pinned {
                        label,
                        activity: activity.to_vec(),
                    });
                }
                if view.pinned.is_some() {
                    let unpinned = control(ui, ctx, "pin", |ui, _| {
                        ui.button(texts::caching::unpin()).clicked()
                    });
                    if unpinned == Some(true) {
                        view.pinned = None;
                    }
                }
                let help = texts::caching::follow_the_latest_step();
                if view.scrub.is_some()
                    && button(ui, ctx, "scrub", (texts::caching::latest(), help))
                {
                    view.scrub = None;
                }
                ui.with_layout(
                    eframe::egui::Layout::left_to_right(eframe::egui::Align::Center),
                    |ui| {
                        ui.add(eframe::egui::Label::new(small(ctx.theme, text)).truncate());
                    },
                );
            },
        );
    });
}

fn bars(
    ui: &Ui,
    ctx: &Ctx<'_>,
    view: &View,
    network: &Network,
    activity: &[f32],
    likeness: f64,
    rect: Rect,
) {
    let theme = ctx.theme;
    let painter = ui.painter();
    let small_font = TextStyle::Small.resolve(ui.style());
    let below = 14.0;
    let area = Rect::from_min_max(rect.min + vec2(18.0, 2.0), rect.max - vec2(0.0, below));
    if !area.is_positive() {
        return;
    }
    painter.rect_filled(area, 0.0, theme.well);
    let pinned = view
        .pinned
        .as_ref()
        .filter(|p| p.activity.len() == activity.len());
    let pools = (area.width() as usize).max(1);
    let now = pooled(activity, &network.order, pools);
    let kept = pinned.map(|p| pooled(&p.activity, &network.order, pools));
    let peak = now
        .iter()
        .chain(kept.iter().flatten())
        .copied()
        .fold(1.0_f32, f32::max);
    let baseline = if kept.is_some() {
        area.center().y
    } else {
        area.max.y
    };
    let full = if kept.is_some() {
        area.height() / 2.0
    } else {
        area.height()
    };
    let width = area.width() / now.len() as f32;
    let draw = |values: &[f32], direction: f32, colour: Color32| {
        for (i, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let x = area.min.x + (i as f32 + 0.5) * width;
            let top = baseline - direction * full * value / peak;
            painter.line_segment(
                [pos2(x, baseline), pos2(x, top)],
                Stroke::new(width.max(1.0), colour),
            );
        }
    };
    draw(&now, 1.0, hue(theme, likeness));
    if let (Some(kept), Some(pinned)) = (&kept, pinned) {
        draw(kept, -1.0, theme.faint);
        painter.text(
            area.left_bottom() + vec2(4.0, -2.0),
            Align2::LEFT_BOTTOM,
            texts::caching::Pinned {
                label: &pinned.label,
            }
            .to_string(),
            small_font.clone(),
            theme.faint,
        );
    }
    painter.hline(
        area.x_range(),
        baseline,
        Stroke::new(line::THIN, theme.edge),
    );
    let places = network.inputs.places();
    axis(ui, theme, area, places, texts::caching::preferred_place());
    painter.text(
        area.left_top() + vec2(-3.0, 0.0),
        Align2::RIGHT_TOP,
        format!("{peak:.0}"),
        small_font,
        theme.faint,
    );
    if let Some(episode) = ctx.activity.episode {
        let x = area.min.x + area.width() * (episode.place as f32 + 0.5) / places as f32;
        painter.vline(
            x,
            area.y_range(),
            Stroke::new(line::THIN, theme.accent.gamma_multiply(0.5)),
        );
    }
}

fn scatter(ui: &Ui, ctx: &Ctx<'_>, pinned: &Pinned, activity: &[f32], rect: Rect) {
    let theme = ctx.theme;
    let painter = ui.painter();
    let small_font = TextStyle::Small.resolve(ui.style());
    let area = Rect::from_min_max(rect.min, rect.max - vec2(0.0, 14.0));
    painter.rect_filled(area, 0.0, theme.well);
    let peak = activity
        .iter()
        .chain(&pinned.activity)
        .copied()
        .fold(0.5_f32, f32::max);
    let at = |x: f32, y: f32| {
        pos2(
            area.min.x + area.width() * x / peak,
            area.max.y - area.height() * y / peak,
        )
    };
    painter.line_segment(
        [at(0.0, 0.0), at(peak, peak)],
        Stroke::new(line::THIN, theme.edge),
    );
    for (&x, &y) in pinned
        .activity
        .iter()
        .zip(activity)
        .filter(|(x, y)| **x > 0.0 || **y > 0.0)
    {
        painter.rect_filled(
            Rect::from_center_size(at(x, y), vec2(2.0, 2.0)),
            0.0,
            theme.text.gamma_multiply(0.6),
        );
    }
    let text = texts::caching::PinnedAgainstNowR {
        r: pearson(&pinned.activity, activity),
    }
    .to_string();
    painter.text(
        area.left_bottom() + vec2(0.0, 1.0),
        Align2::LEFT_TOP,
        text,
        small_font,
        theme.faint,
    );
}
