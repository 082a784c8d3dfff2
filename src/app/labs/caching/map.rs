//! The world from above: the bird, its seeds, and what recall says of every place.

use eframe::egui::{
    Align2, Color32, FontId, Painter, Pos2, Rect, Sense, Shape, Stroke, TextStyle, Ui, Vec2,
    WidgetInfo, accesskit::Role, epaint::EllipseShape, pos2, vec2,
};

use super::{Ctx, View};
use crate::{
    app::{
        paint::bird,
        panels::{small, square, take, within},
        theme::{Theme, line},
        widgets::{button, control},
    },
    labs::caching::{Command, EpisodeKind, Knob},
    texts,
};
use chickadee_engine::worlds::caching::Geometry;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let controls = ui.spacing().interact_size.y + 46.0 * ctx.theme.scale;
    let height = (ui.available_height() - controls).max(80.0);
    let area = take(ui, height);
    let map = square(area);
    let places = ctx.activity.settings.count(Knob::Places);
    let geometry = ctx.activity.settings.geometry();
    let position = |place: usize| within(map, geometry.position(places, place));

    let id = ui.scope_id().with("map");
    let response = ui.interact(map, id, Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Image,
            true,
            texts::caching::MapName {
                bird: ctx.activity.bird,
            }
            .to_string(),
        )
    });
    let nearest = |at: Pos2| {
        (0..places).min_by(|&a, &b| {
            position(a)
                .distance_sq(at)
                .total_cmp(&position(b).distance_sq(at))
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
        response.on_hover_text(describe(ctx, place));
    }
    ui.add_space(4.0);
    answer(ui, ctx);
    buttons(ui, ctx);
}

fn paint(ui: &Ui, ctx: &Ctx<'_>, view: &View, map: Rect) {
    let theme = ctx.theme;
    let painter = ui.painter();
    let activity = &ctx.activity;
    let places = activity.settings.count(Knob::Places);
    let geometry = activity.settings.geometry();
    let position = |place: usize| within(map, geometry.position(places, place));
    let ratios = activity
        .recall
        .map(|job| job.curve.ratios())
        .unwrap_or_default();
    let ratio = |place: usize| {
        ratios
            .get(place)
            .copied()
            .flatten()
            .filter(|r| r.is_finite())
            .unwrap_or(0.0) as f32
    };

    let cell = match geometry {
        Geometry::Arena => map.width() / geometry.width(places) as f32,
        Geometry::Ring | Geometry::Gaussian => {
            (map.width() * 0.84 * std::f32::consts::PI / places as f32).max(3.0)
        }
    };
    if geometry == Geometry::Arena {
        painter.rect_filled(map, 4.0, theme.well);
        for place in 0..places {
            let rect = Rect::from_center_size(position(place), Vec2::splat(cell - 2.0));
            painter.rect_filled(
                rect,
                3.0,
                Theme::blend(theme.panel, theme.seed, ratio(place) * 0.8),
            );
        }
    } else {
        painter.circle_stroke(
            map.center(),
            map.width() * 0.42,
            Stroke::new(cell.clamp(6.0, 14.0), theme.well),
        );
        for place in 0..places {
            let strength = ratio(place);
            let radius = cell * 0.28 + strength * cell * 0.55;
            painter.circle_filled(
                position(place),
                radius.max(1.5),
                Theme::blend(theme.edge, theme.seed, strength),
            );
        }
        for site in (0..places).step_by(20.max(places / 5)) {
            // Clear of the dots on small rings, too.
            let out = position(site) - map.center();
            let outside = map.center() + out + out.normalized() * (out.length() * 0.13).max(10.0);
            painter.text(
                outside,
                Align2::CENTER_CENTER,
                site,
                font(ui, &TextStyle::Small),
                theme.faint,
            );
        }
    }
    if let Some(place) = view.hovered.filter(|place| *place < places) {
        painter.circle_stroke(
            position(place),
            cell.max(8.0) * 0.6,
            Stroke::new(line::MARK, theme.accent),
        );
    }
    // Where memory points to, if it says that there is a seed.
    let threshold = activity.settings.get(Knob::Threshold);
    let verdict = activity
        .recall
        .and_then(|job| job.curve.verdict(activity.bird, threshold))
        .filter(|v| v.found);
    let looks = activity
        .episode
        .is_some_and(|e| e.kind == EpisodeKind::Check && e.is_over());
    if let Some(peak) = verdict.and_then(|v| v.peak).filter(|_| looks) {
        let to = position((peak.round() as usize) % places);
        let from = position(activity.bird);
        painter.extend(Shape::dashed_line(
            &[from, to],
            Stroke::new(line::MARK, theme.seed),
            5.0,
            4.0,
        ));
        painter.circle_stroke(to, cell.max(8.0), Stroke::new(line::MARK, theme.seed));
    }
    for memory in activity.memories {
        let at = position(memory.place);
        let at = if geometry == Geometry::Arena {
            at
        } else {
            map.center() + (at - map.center()) * 0.9
        };
        seed(
            painter,
            at,
            Theme::blend(
                theme.panel,
                theme.seed,
                0.25 + 0.75 * memory.weight.min(1.0) as f32,
            ),
            theme,
        );
    }
    let target = position(activity.bird);
    let seconds = if ctx.options.motion { 0.25 } else { 0.0 };
    let at = pos2(
        ui.ctx()
            .animate_value_with_time(ui.scope_id().with("bird-x"), target.x, seconds),
        ui.ctx()
            .animate_value_with_time(ui.scope_id().with("bird-y"), target.y, seconds),
    );
    bird(
        painter,
        at,
        at.x <= map.center().x,
        (map.width() / 24.0).clamp(9.0, 18.0),
        theme,
    );
    if geometry != Geometry::Arena {
        centre(ui, ctx, map.center(), map.width() * 0.42);
    }
}

fn font(ui: &Ui, style: &TextStyle) -> FontId {
    style.resolve(ui.style())
}

/// In the middle of the ring: what is going on, as much of it as there is room for.
fn centre(ui: &Ui, ctx: &Ctx<'_>, at: Pos2, radius: f32) {
    /// Radius of a ring that holds all of it, and of one that holds more than the place.
    const ROOMY: f32 = 62.0;
    const SMALL: f32 = 44.0;
    let theme = ctx.theme;
    let Some(episode) = ctx.activity.episode else {
        return;
    };
    let (word, colour) = match episode.kind {
        EpisodeKind::Visit => (texts::caching::looking_around(), theme.place),
        EpisodeKind::Cache => (texts::caching::caching_a_seed(), theme.seed),
        EpisodeKind::Check => (texts::caching::checking_for_a_seed(), theme.seed),
    };
    let painter = ui.painter();
    let place = texts::caching::Place {
        place: episode.place,
    };
    let place = place.to_string();
    let place = painter.layout_no_wrap(place, font(ui, &TextStyle::Heading), theme.text);
    // On the smallest rings it would lie on the numbers of the places.
    if place.size().x > 2.0 * radius {
        return;
    }
    if radius >= ROOMY {
        painter.text(
            at - vec2(0.0, 22.0),
            Align2::CENTER_CENTER,
            word,
            font(ui, &TextStyle::Body),
            colour,
        );
    }
    painter.galley(at - 0.5 * place.size(), place, theme.text);
    if radius < SMALL {
        return;
    }
    let (step, steps) = (episode.step(), episode.phase().steps());
    let bar = Rect::from_center_size(
        at + vec2(0.0, 22.0),
        vec2(if radius < ROOMY { 44.0 } else { 84.0 }, 4.0),
    );
    painter.rect_filled(bar, 2.0, theme.edge);
    let done = Rect::from_min_size(
        bar.min,
        vec2(
            bar.width() * step as f32 / steps.max(1) as f32,
            bar.height(),
        ),
    );
    painter.rect_filled(done, 2.0, colour);
    if radius < ROOMY {
        return;
    }
    painter.text(
        at + vec2(0.0, 36.0),
        Align2::CENTER_CENTER,
        texts::caching::Step { step, steps }.to_string(),
        font(ui, &TextStyle::Small),
        theme.faint,
    );
}

fn seed(painter: &Painter, at: Pos2, colour: Color32, theme: &Theme) {
    painter.add(EllipseShape::filled(at, vec2(4.0, 6.0), colour));
    painter.add(EllipseShape::stroke(
        at,
        vec2(4.0, 6.0),
        Stroke::new(line::THIN, theme.panel),
    ));
}

fn describe(ctx: &Ctx<'_>, place: usize) -> String {
    let cached = ctx
        .activity
        .memories
        .iter()
        .filter(|memory| memory.place == place)
        .count();
    let seeds = if cached > 0 {
        texts::caching::a_seed_is_cached()
    } else {
        ""
    };
    let threshold = ctx.activity.settings.get(Knob::Threshold);
    match ctx
        .activity
        .recall
        .and_then(|job| job.curve.verdict(place, threshold))
    {
        Some(v) if !ctx.activity.memories.is_empty() => {
            let toward = v.peak.map_or(String::new(), |peak| {
                texts::caching::PointsToPlace { peak }.to_string()
            });
            texts::caching::PlaceOutput {
                place,
                seeds,
                seed_ratio: v.seed_ratio,
                toward,
            }
            .to_string()
        }
        _ => texts::caching::PlaceOnly { place, seeds }.to_string(),
    }
}

fn answer(ui: &mut Ui, ctx: &Ctx<'_>) {
    let theme = ctx.theme;
    let memories = ctx.activity.memories.len();
    let text = match ctx.activity.verdict {
        Some((place, v)) => {
            let whether = if v.found {
                texts::caching::a_seed()
            } else {
                texts::caching::no_seed()
            };
            let toward = v.peak.filter(|_| v.found).map_or(String::new(), |p| {
                texts::caching::AnswerPoints { peak: p }.to_string()
            });
            texts::caching::PlaceAnswer {
                place,
                whether,
                seed_ratio: v.seed_ratio,
                toward,
            }
            .to_string()
        }
        None if memories == 0 => texts::caching::no_seed_is_cached().to_owned(),
        None => texts::caching::CachedCheckAPlace { memories }.to_string(),
    };
    ui.label(small(theme, text).color(theme.text));
}

fn buttons(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    ui.horizontal_wrapped(|ui| {
        let help = texts::caching::cache_help();
        if button(ui, ctx, "cache", (texts::caching::cache(), help)) {
            ctx.send(Command::Cache);
        }
        let help = texts::caching::check_help();
        if button(ui, ctx, "check", (texts::caching::check(), help)) {
            ctx.send(Command::Check);
        }
        let mut forage = ctx.lab.is_foraging();
        control(ui, ctx, "forage", |ui, shell| {
            let help = texts::caching::forage_help();
            let switch = ui.checkbox(&mut forage, texts::caching::forage());
            if switch.on_hover_text(help).changed() {
                shell.send(Command::Forage(forage));
            }
        });
    });
}
