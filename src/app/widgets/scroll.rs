//! Areas that scroll, and where they are: a page has to know whether a wheel or a finger is theirs.

use eframe::egui::{Context, Id, Popup, Pos2, Rect, ScrollArea, Ui};

/// An area of this frame: its place, and how far it can go up and down.
#[derive(Clone, Copy)]
struct Place {
    rect: Rect,
    up: f32,
    down: f32,
}

/// The areas of a pass, with its number.
type Places = (u64, Vec<Place>);

fn key() -> Id {
    Id::unique("scroll-areas")
}

/// Shows an area that scrolls.
pub(crate) fn scroll<R>(ui: &mut Ui, area: ScrollArea, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let shown = area.show(ui, contents);
    let most = (shown.content_size.y - shown.inner_rect.height()).max(0.0);
    let place = Place {
        rect: shown.inner_rect,
        up: shown.state.unclamped_offset().y,
        down: most - shown.state.unclamped_offset().y,
    };
    let pass = ui.ctx().cumulative_pass_nr();
    ui.ctx().data_mut(|data| {
        let places = data.get_temp_mut_or_default::<Places>(key());
        if places.0 != pass {
            *places = (pass, Vec::new());
        }
        places.1.push(place);
    });
    shown.inner
}

/// Whether something at this point can be scrolled, downwards if `down` is positive. What is open over the lab keeps the wheel.
pub(crate) fn scrolls(ctx: &Context, at: Pos2, down: f32) -> bool {
    const LEAST: f32 = 0.5;
    if Popup::is_any_open(ctx) {
        return true;
    }
    let places = ctx.data(|data| data.get_temp::<Places>(key()));
    let places = places.map_or_else(Vec::new, |(_, places)| places);
    places.iter().any(|place| {
        let room = if down < 0.0 { place.up } else { place.down };
        place.rect.contains(at) && room > LEAST
    })
}
