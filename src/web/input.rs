//! Pointer and keyboard where eframe's own handling is not enough for a canvas in somebody's page.

use eframe::egui::{
    Context, Event, Memory, Modifiers, Pos2, RawInput, TouchPhase, Vec2, layers::LayerId, pos2,
};
use web_sys::HtmlCanvasElement;

/// Puts positions right that eframe takes for those of a canvas of its own size: under `transform: scale` and `zoom` they are not.
/// A finger that the browser took away to scroll the page has let go.
pub(super) fn correct(canvas: &HtmlCanvasElement, ctx: &Context, input: &mut RawInput) {
    if !input
        .events
        .iter()
        .any(|event| position(&mut event.clone()).is_some())
    {
        return;
    }
    let rect = canvas.get_bounding_client_rect();
    let shown = Vec2::new(rect.width() as f32, rect.height() as f32) / ctx.zoom_factor();
    let drawn = Vec2::new(canvas.width() as f32, canvas.height() as f32) / ctx.pixels_per_point();
    let scale = drawn / shown;
    let mut cancelled = false;
    for event in &mut input.events {
        if let Event::Touch { phase, .. } = event {
            cancelled |= *phase == TouchPhase::Cancel;
        }
        if let Some(at) = position(event)
            && scale.is_finite()
        {
            *at = (at.to_vec2() * scale).to_pos2();
        }
    }
    if cancelled {
        // Far away: that is no click.
        let gone = pos2(-1e4, -1e4);
        input.events.push(Event::PointerButton {
            pos: gone,
            button: eframe::egui::PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        });
        input.events.push(Event::PointerGone);
    }
}

fn position(event: &mut Event) -> Option<&mut Pos2> {
    match event {
        Event::PointerMoved(pos) | Event::PointerButton { pos, .. } | Event::Touch { pos, .. } => {
            Some(pos)
        }
        _ => None,
    }
}

/// Where the focus is, for a Tab: `end` if it leads out of the lab, `none` if no control has the focus, else `inside`. What is left
/// behind loses the focus.
pub(super) fn focus_edge(ctx: &Context, backward: bool) -> &'static str {
    let focused = ctx.memory(Memory::focused);
    let stops = ctx.viewport(|viewport| {
        let widgets = &viewport.this_pass.widgets;
        let mut layers: Vec<LayerId> = widgets.layer_ids().collect();
        layers.sort_by_key(|layer| layer.order);
        let all = layers
            .into_iter()
            .flat_map(|layer| widgets.get_layer(layer));
        let mut stops = all.filter(|widget| widget.enabled && widget.sense.is_focusable());
        let first = stops.next().map(|widget| widget.id);
        (first, stops.last().map(|widget| widget.id).or(first))
    });
    let edge = if backward { stops.0 } else { stops.1 };
    match (focused, edge) {
        (_, None) => "end",
        (None, Some(_)) => "none",
        (Some(focused), Some(edge)) if focused == edge => {
            ctx.memory_mut(|memory| memory.surrender_focus(focused));
            "end"
        }
        _ => "inside",
    }
}
