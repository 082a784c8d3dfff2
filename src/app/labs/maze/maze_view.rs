//! The maze from above: where the agent went, what it would do, and which memories that rests on.

use eframe::egui::{Pos2, Rect, Response, Sense, Ui, WidgetInfo, accesskit::Role};

use super::{
    Ctx, Mode, View, edges::Edges, geometry::Places, marks, paint, state_tooltip::describe,
    status_bar,
};
use crate::{
    app::{
        panels::{small, take},
        widgets::{control, number_field, small_button},
    },
    labs::maze::Command,
    texts,
};
use chickadee_engine::worlds::maze::Topology;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let row = ui.spacing().interact_size.y + ui.spacing().item_spacing.y;
    let below = 2.0 * row + status_bar::height(ui);
    let area = take(ui, (ui.available_height() - below).max(80.0));
    map(ui, ctx, view, area);
    modes(ui, ctx, view);
    status_bar::show(ui, ctx);
}

fn map(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View, area: Rect) {
    let maze = &ctx.activity.task.maze;
    let places = Places::new(maze, area.shrink(2.0));
    let edges = Edges::new(ctx);
    let id = ui.scope_id().with("map");
    let response = ui.interact(area, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name(ctx, view)));

    let pointer = response.hover_pos();
    let state = pointer.and_then(|at| places.nearest(at));
    let on_node = |at: Pos2| {
        let near = state.map(|s| places.at[s].distance(at));
        near.is_some_and(|d| d <= places.node() + 2.0)
    };
    let edge = pointer
        .filter(|at| !on_node(*at) && !response.dragged())
        .and_then(|at| edges.under(ctx, &places, at));
    match edge {
        Some(edge) => view.pointed_memory = Some(edge.strongest),
        None if state.is_some() => view.pointed_state = state,
        None => {}
    }
    let text = edge.map(|edge| {
        let others = match edge.count {
            1 => String::new(),
            count => {
                let total = if ctx.weights.signed {
                    format!("{:.2}", edge.weight / ctx.weights.peak)
                } else {
                    format!("{:.1} %", edge.weight * 100.0)
                };
                format!("\n{}", texts::maze::MemoriesOfThisStep { count, total })
            }
        };
        ctx.recount(edge.strongest) + &others
    });
    let origin = ui.input(|input| input.pointer.press_origin());
    act(ctx, view, &response, (&places, origin));
    paint::show(ui, ctx, view, (area, &places, &edges));
    match (text, state) {
        (Some(text), _) => {
            response.on_hover_text_at_pointer(text);
        }
        (None, Some(state)) => {
            response.on_hover_ui_at_pointer(|ui| describe(ui, ctx, state));
        }
        _ => {}
    }
    if let Some(text) = ctx.loading() {
        marks::veil(ui, ctx, area, &text);
    }
}

/// What a screen reader says of the map.
fn name(ctx: &Ctx<'_>, view: &View) -> String {
    let activity = &ctx.activity;
    let click = Mode::ALL.iter().find(|(mode, ..)| *mode == view.mode);
    texts::maze::MapName {
        agent: ctx.place(activity.agent),
        goal: ctx.place(activity.task.goal),
        click: click.map_or("", |(_, _, help)| help()),
    }
    .to_string()
}

/// What clicks and drags do.
fn act(
    ctx: &mut Ctx<'_>,
    view: &mut View,
    response: &Response,
    (places, origin): (&Places, Option<Pos2>),
) {
    if !ctx.unlocks("walk") {
        return;
    }
    let at = response
        .interact_pointer_pos()
        .and_then(|at| places.nearest(at));
    match view.mode {
        Mode::Path => {
            if response.drag_started() {
                let first = origin.and_then(|at| places.nearest(at));
                view.path = first.into_iter().collect();
            }
            draw_path(ctx, view, response, at);
        }
        Mode::Goal if response.drag_stopped() || response.clicked() => {
            if let Some(state) = at.filter(|s| *s != ctx.activity.task.goal) {
                ctx.send(Command::Goal(state));
            }
        }
        mode if response.clicked() => {
            let Some(state) = at else { return };
            let command = match mode {
                Mode::Walk => Command::GoTo(state),
                Mode::Start => Command::Place(state),
                _ => {
                    let again = !ctx.activity.query_follows && ctx.activity.query == state;
                    Command::Ask((!again).then_some(state))
                }
            };
            ctx.send(command);
        }
        _ => {}
    }
    if view.mode == Mode::Goal && response.dragged() {
        view.path = at.into_iter().collect();
    } else if view.mode != Mode::Path {
        view.path.clear();
    }
}

/// The observed path of a shortcut test, from place to place.
fn draw_path(ctx: &mut Ctx<'_>, view: &mut View, response: &Response, at: Option<usize>) {
    const LONGEST: usize = 256;
    if response.dragged()
        && let Some(state) = at
    {
        let maze = &ctx.activity.task.maze;
        if view.path.is_empty() {
            view.path.push(state);
        }
        // A quick pointer skips places: the shortest way joins them.
        while let Some(&last) = view.path.last() {
            if last == state || view.path.len() >= LONGEST {
                break;
            }
            let Some(next) = maze.shortest_path_states(last, state).nth(1) else {
                break;
            };
            if view.path.len() >= 2 && view.path[view.path.len() - 2] == next {
                view.path.pop();
            } else {
                view.path.push(next);
            }
        }
    }
    if response.drag_stopped() {
        let path = std::mem::take(&mut view.path);
        if path.len() >= 2 {
            ctx.send(Command::Walk(path));
        }
    }
}

fn modes(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let roomy = ui.available_width() > 440.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        control(ui, ctx, "modes", |ui, _| {
            for (mode, name, help) in Mode::ALL {
                let label = ui.selectable_label(view.mode == mode, name());
                if label.on_hover_text(help()).clicked() {
                    view.mode = mode;
                }
            }
        });
        if ctx.shows("state-number") {
            let unlocked = ctx.unlocks("state-number");
            ui.add_enabled_ui(unlocked, |ui| by_number(ui, ctx, view.mode));
        }
        if ctx.activity.query_follows {
            if roomy {
                ui.label(small(ctx.theme, texts::maze::asked_at_the_agent()))
                    .on_hover_text(texts::maze::asked_help());
            }
        } else {
            let help = texts::maze::at_the_agent_help();
            if small_button(ui, ctx, "at-agent", (texts::maze::at_the_agent(), help)) {
                ctx.send(Command::Ask(None));
            }
        }
        if roomy && matches!(ctx.activity.task.maze.topology(), Topology::Grid { .. }) {
            control(ui, ctx, "sensory-codes", |ui, _| {
                let help = texts::maze::sensory_codes_help();
                ui.checkbox(&mut view.senses, texts::maze::sensory_codes())
                    .on_hover_text(help);
            });
        }
    });
}

/// The same by the keyboard: the number of a state.
fn by_number(ui: &mut Ui, ctx: &mut Ctx<'_>, mode: Mode) {
    let activity = &ctx.activity;
    let (now, name) = match mode {
        Mode::Walk => (activity.agent, texts::maze::walk_to_state()),
        Mode::Ask => (activity.query, texts::maze::ask_about_state()),
        Mode::Goal => (activity.task.goal, texts::maze::goal_at_state()),
        Mode::Start => (activity.agent, texts::maze::put_the_agent_at_state()),
        Mode::Path => return,
    };
    let last = activity.task.maze.states() - 1;
    let mut state = now;
    let number = ui.add(number_field(&mut state).range(0..=last).speed(0.05));
    number.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SpinButton, true, name);
        info.value = Some(now as f64);
        info
    });
    number.on_hover_text(texts::maze::ByItsNumber { name, last }.to_string());
    if state != now {
        ctx.send(match mode {
            Mode::Walk => Command::GoTo(state),
            Mode::Ask => Command::Ask(Some(state)),
            Mode::Goal => Command::Goal(state),
            _ => Command::Place(state),
        });
    }
}
