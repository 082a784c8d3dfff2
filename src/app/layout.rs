//! Draws any lab's panels where its view says they stand.

use eframe::egui::{
    CentralPanel, Frame, Margin, Panel as Bar, Rect, RichText, Stroke, StrokeKind, TextStyle, Ui,
    UiBuilder, Window, accesskit::Role, vec2,
};

use super::{
    Chrome,
    panels::{BARS, WINDOWS, figure_link, small},
    shell::Shell,
    theme::{
        TITLE, line, radius,
        space::{GAP, NARROW, PADDING},
    },
    views::{Heading, Layout, Panel, Size, States, rooms},
};
use crate::labs::figures;

/// Draws everything.
pub(super) fn show(ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States) {
    shell.narrow = ui.available_width() < NARROW;
    let view = shell.view;
    (view.begin)(shell.lab, states);
    let [above, sentence] = BARS;
    if shell.options.chrome == Chrome::Full && shows(shell, above) {
        bar(Bar::top("top"), shell).show(ui, |ui| contents(ui, shell, states, above));
    }
    let below: Vec<&dyn Panel> = if shell.narrow { &[] } else { view.below }
        .iter()
        .filter_map(|id| view.panel(id))
        .chain([sentence])
        .filter(|panel| shows(shell, *panel))
        .collect();
    if shell.options.chrome != Chrome::None && !below.is_empty() {
        bar(Bar::bottom("bottom"), shell).show(ui, |ui| {
            for panel in below {
                contents(ui, shell, states, panel);
            }
        });
    }
    let layout = if shell.narrow {
        (view.narrow)(shell)
    } else {
        (view.wide)(shell)
    };
    CentralPanel::no_frame()
        .frame(Frame::new().fill(shell.theme.ground))
        .show(ui, |ui| {
            let rect = ui.max_rect().shrink2(vec2(GAP, 0.0));
            match beside(shell, layout, rect) {
                Some((first, rest)) => {
                    let at = rect.min.x + BESIDE * rect.width();
                    let half = 0.5 * GAP;
                    node(ui, shell, states, (first, rect.with_max_x(at - half)));
                    node(ui, shell, states, (&rest, rect.with_min_x(at + half)));
                }
                None => node(ui, shell, states, (layout, rect)),
            }
        });
    for window in view.windows.iter().chain(WINDOWS).copied() {
        float(ui, shell, states, window);
    }
    (view.end)(ui.ctx(), states);
}

/// The part of the width for what stands beside the rest.
const BESIDE: f32 = 0.45;

/// The rows of a narrow screen that is low as well, such as a telephone on its side: the first one, which then stands beside the
/// others, and these. One below the other, none of them would have room.
fn beside(
    shell: &Shell<'_>,
    layout: &'static Layout,
    room: Rect,
) -> Option<(&'static Layout, Layout)> {
    let Layout::Rows([(_, first), rest @ ..]) = layout else {
        return None;
    };
    let rest = Layout::Rows(rest);
    let is_low = room.width() > LOW * room.height() && room.width() > LEAST * shell.theme.scale;
    let both = is_there(shell, first) && is_there(shell, &rest);
    (shell.narrow && is_low && both).then_some((first, rest))
}

/// Width by height from which a room is low.
const LOW: f32 = 1.25;
/// Width of a room that has two columns, in points.
const LEAST: f32 = 520.0;

fn bar(bar: Bar, shell: &Shell<'_>) -> Bar {
    let frame = Frame::new()
        .fill(shell.theme.ground)
        .inner_margin(Margin::symmetric(8, 5));
    bar.frame(frame).show_separator_line(false)
}

fn shows(shell: &Shell<'_>, panel: &dyn Panel) -> bool {
    shell.shows(panel.heading().id) && panel.is_shown(shell)
}

/// The panel of a name, if it is shown.
fn shown(shell: &Shell<'_>, id: &str) -> Option<&'static dyn Panel> {
    shell.view.panel(id).filter(|panel| shows(shell, *panel))
}

/// Whether anything of a layout is shown.
fn is_there(shell: &Shell<'_>, layout: &Layout) -> bool {
    match layout {
        Layout::Panel(id) | Layout::Bare(id) => shown(shell, id).is_some(),
        Layout::Columns(members) | Layout::Rows(members) => {
            members.iter().any(|(_, layout)| is_there(shell, layout))
        }
        Layout::Tabs(ids) => ids.iter().any(|id| shown(shell, id).is_some()),
    }
}

fn node(ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States, (layout, rect): (&Layout, Rect)) {
    match layout {
        Layout::Panel(id) => {
            if let Some(panel) = shown(shell, id) {
                boxed(ui, shell, states, (panel, rect));
            }
        }
        Layout::Bare(id) => {
            if let Some(panel) = shown(shell, id) {
                ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
                    contents(ui, shell, states, panel);
                });
            }
        }
        Layout::Columns(members) | Layout::Rows(members) => {
            let there: Vec<_> = members
                .iter()
                .filter(|(_, layout)| is_there(shell, layout))
                .collect();
            let sizes: Vec<Size> = there.iter().map(|(size, _)| *size).collect();
            let downwards = matches!(layout, Layout::Rows(_));
            let rooms = rooms(&sizes, rect, downwards, shell.theme.scale);
            for ((_, layout), room) in there.into_iter().zip(rooms) {
                node(ui, shell, states, (layout, room));
            }
        }
        Layout::Tabs(ids) => {
            let panels: Vec<_> = ids.iter().filter_map(|id| shown(shell, id)).collect();
            let chosen = panels
                .iter()
                .find(|panel| panel.heading().id == shell.windows.tab);
            let Some(chosen) = chosen.or(panels.first()).copied() else {
                return;
            };
            let rest = tabs(ui, shell, rect, (&panels, chosen.heading().id));
            boxed(ui, shell, states, (chosen, rest));
        }
    }
}

/// Buttons that choose one of some panels. Returns the room below them.
fn tabs(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    rect: Rect,
    (panels, chosen): (&[&'static dyn Panel], &str),
) -> Rect {
    let row = 28.0 * shell.theme.scale;
    let room = UiBuilder::new().max_rect(rect.with_max_y(rect.min.y + row));
    let used = ui.scope_builder(room, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            ui.spacing_mut().button_padding.x = 6.0;
            for panel in panels {
                let Heading { id, title, .. } = *panel.heading();
                if ui.selectable_label(chosen == id, title()).clicked() {
                    shell.windows.tab = id;
                }
            }
        });
    });
    let row = row.max(used.response.rect.height());
    rect.with_min_y(rect.min.y + row + 2.0)
}

/// A panel in a calm box with a title that says what it shows.
fn boxed(
    ui: &mut Ui,
    shell: &mut Shell<'_>,
    states: &mut States,
    (panel, rect): (&dyn Panel, Rect),
) {
    let theme = shell.theme;
    let edge = Stroke::new(line::THIN, theme.edge);
    ui.painter()
        .rect(rect, radius::PANEL, theme.panel, edge, StrokeKind::Inside);
    let Heading { id, title, hint } = *panel.heading();
    let inner = UiBuilder::new().max_rect(rect.shrink(PADDING)).id_salt(id);
    ui.scope_builder(inner, |ui| {
        ui.set_clip_rect(rect.shrink(1.0).intersect(ui.clip_rect()));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.label(RichText::new(title()).text_style(TextStyle::Name(TITLE.into())));
            if let Some(figure) = figures::of_panel(shell.lab.info().name, id) {
                figure_link(ui, shell, figure, figure.name);
            }
            ui.add(eframe::egui::Label::new(small(theme, hint())).truncate());
        });
        contents(ui, shell, states, panel);
    });
}

/// What is in a panel: a group of that name for a screen reader, and still when the panel is locked.
fn contents(ui: &mut Ui, shell: &mut Shell<'_>, states: &mut States, panel: &dyn Panel) {
    let heading = panel.heading();
    let mut group = UiBuilder::new()
        .id_salt(heading.id)
        .accessibility_role(Role::Group)
        .accessibility_label((heading.title)());
    if !shell.unlocks(heading.id) {
        group = group.disabled();
    }
    ui.scope_builder(group, |ui| panel.ui(ui, shell, states));
}

/// A panel that floats, if it is open.
fn float(ui: &Ui, shell: &mut Shell<'_>, states: &mut States, panel: &dyn Panel) {
    let heading = panel.heading();
    if !shell.windows.is_open(heading.id) || !shows(shell, panel) {
        return;
    }
    let mut open = true;
    let middle = ui.ctx().content_rect().center();
    Window::new((heading.title)())
        .id(eframe::egui::Id::unique(heading.id))
        .open(&mut open)
        .default_pos(middle - vec2(170.0, 200.0))
        .collapsible(false)
        .resizable(false)
        .show(ui.ctx(), |ui| contents(ui, shell, states, panel));
    if !open {
        shell.windows.close(heading.id);
    }
}
