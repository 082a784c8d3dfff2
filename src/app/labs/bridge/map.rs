//! Recall by gain and search strength: two heat maps, of precision and of radius.

use eframe::egui::{Color32, Label, Pos2, Rect, Sense, Stroke, Ui, vec2};

use super::Ctx;
use crate::{
    app::{
        panels::{small, take},
        theme::{Theme, line, space::AXIS},
        widgets::{Below, HeatMap},
    },
    labs::bridge::{CELLS, Cell, Key, Map, gain_of, search_of},
    texts,
};
use chickadee_engine::base::StateHash;

/// Where the network of the paper recalls: r and s of its Fig. 4.
const PUBLISHED: [[f64; 2]; 3] = [[1.0, 0.0], [1.0, 0.4], [1.0, 1.0]];

/// A map: its title and help, and what it shows of a cell, 0 … 1.
struct Shown<'a> {
    title: (&'static str, &'static str),
    colour: Color32,
    part: &'a dyn Fn(Cell) -> f64,
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let theme = *ctx.theme;
    let Some(map) = ctx.bridge.map() else {
        let text = match ctx.bridge.slots().iter().all(|slot| slot.removed) {
            true => texts::bridge::no_memories().to_owned(),
            false => ctx.computing().unwrap_or_default(),
        };
        ui.label(small(&theme, text));
        return;
    };
    if !ctx.narrow {
        ui.add(Label::new(small(&theme, texts::bridge::map_points())).wrap());
    }
    let room = take(ui, ui.available_height());
    let (left, right) = if room.width() > 0.9 * room.height() {
        room.split_left_right_at_fraction(0.5)
    } else {
        room.split_top_bottom_at_fraction(0.5)
    };
    let known = map.cells.iter().flatten().map(|cell| cell.radius);
    let most = known.fold(1e-9, f64::max);
    let precision = Shown {
        title: (texts::bridge::precision(), texts::bridge::precision_help()),
        colour: theme.policy,
        part: &|cell| cell.precision.unwrap_or(0.0),
    };
    let radius = Shown {
        title: (texts::bridge::radius(), texts::bridge::radius_help()),
        colour: theme.seed,
        part: &|cell| cell.radius / most,
    };
    draw(ui, ctx, (map, left), &precision);
    draw(ui, ctx, (map, right), &radius);
}

fn draw(ui: &mut Ui, ctx: &mut Ctx<'_>, (map, room): (&Map, Rect), shown: &Shown<'_>) {
    let theme = *ctx.theme;
    let settings = ctx.bridge.settings();
    let now = [settings.get(Key::Gain), settings.get(Key::Search)];
    let area = Rect::from_min_max(
        room.min + vec2(20.0, AXIS + 4.0),
        room.max - vec2(6.0, AXIS + 2.0),
    );
    if !area.is_positive() {
        return;
    }
    let (title, help) = shown.title;
    let part = |column: usize, row: usize| map.shown(column, row).map(shown.part);
    let mut key = StateHash::default();
    key.integer(u64::from(theme.dark)).text(title);
    for row in 0..CELLS[1] {
        for column in 0..CELLS[0] {
            key.number(part(column, row).unwrap_or(-1.0));
        }
    }
    let name = texts::bridge::MapNameOf {
        what: title,
        gain: format!("{:.2}", now[0]),
        search: format!("{:.2}", now[1]),
    };
    let heat = HeatMap {
        name: name.to_string(),
        id: title,
        cells: CELLS,
        key: key.finish(),
        sense: Sense::click(),
        upward: true,
        above: title,
        left: texts::bridge::search_upwards(),
        below: Below::Text(texts::bridge::gain_left_to_right()),
    };
    let drawn = heat.show(ui, &theme, area, || {
        let rows = (0..CELLS[1]).flat_map(|row| (0..CELLS[0]).map(move |column| (column, row)));
        let colour = |(column, row)| match part(column, row) {
            Some(part) => Theme::blend(theme.well, shown.colour, part as f32),
            None => theme.well,
        };
        rows.map(colour).collect()
    });
    marks(ui, &theme, area, now);
    let Some([column, row]) = drawn.cell else {
        return;
    };
    let (gain, search) = (gain_of(column), search_of(row));
    let unlocked = ctx.unlocks("keygain") && ctx.unlocks("search");
    if drawn.response.clicked() && unlocked {
        ctx.set("keygain", gain.to_string());
        ctx.set("search", search.to_string());
    }
    let (gain, search) = (format!("{gain:.1}"), format!("{search:.1}"));
    let text = match map.cell(column, row) {
        None => texts::bridge::MapCellUnknown { gain, search }.to_string(),
        Some(cell) => {
            let none = texts::bridge::map_none().to_owned();
            let share = |part: f64| format!("{:.0} %", 100.0 * part);
            let cell = texts::bridge::MapCell {
                gain,
                search,
                precision: cell.precision.map_or(none, share),
                radius: format!("{:.1}", cell.radius),
            };
            let click = if unlocked {
                texts::bridge::map_click()
            } else {
                ""
            };
            format!("{cell}. {click}\n{title}: {help}.")
        }
    };
    drawn.response.on_hover_text(text);
}

/// The points of the papers, and where the lab is now.
fn marks(ui: &Ui, theme: &Theme, area: Rect, now: [f64; 2]) {
    let painter = ui.painter();
    // The middle of the cell of a gain and a search strength.
    let position = |[gain, search]: [f64; 2]| -> Pos2 {
        let part = |at: f64, cells: usize| ((at + 0.5) / cells as f64).clamp(0.0, 1.0) as f32;
        let x = part(gain * 10.0, CELLS[0]);
        let y = 1.0 - part(search * 5.0, CELLS[1]);
        area.min + vec2(x * area.width(), y * area.height())
    };
    let paper = Stroke::new(line::STRONG, theme.text);
    for point in PUBLISHED {
        painter.circle_stroke(position(point), 5.0, paper);
    }
    painter.vline(area.min.x + 1.0, area.y_range(), paper);
    painter.circle_filled(position(now), 3.5, theme.accent);
    painter.circle_stroke(position(now), 3.5, Stroke::new(line::THIN, theme.ground));
}
