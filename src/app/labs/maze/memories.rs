//! What becomes of memories: which ones, and what is done to them.

use eframe::egui::{Button, ComboBox, Ui, WidgetInfo, accesskit::Role};

use super::{Ctx, View, memory_strip};
use crate::{
    app::{
        panels::{small, take},
        widgets::{control, label_combo, number_field},
    },
    labs::maze::{Command, Edit, Which},
    texts,
};

/// The panel of a narrow screen: the strip and what can be done.
pub(super) fn panel(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let area = take(ui, 64.0);
    memory_strip::show(ui, ctx, view, area);
    show(ui, ctx, view);
}

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    if !ctx.shows("edit") {
        return;
    }
    ui.add_enabled_ui(ctx.unlocks("edit"), |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = eframe::egui::vec2(4.0, 3.0);
            which(ui, ctx, view);
            let chosen = view.chosen().filter(|_| !ctx.activity.memories.is_empty());
            let layer = ctx.layer();
            let here = layer + 1;
            let bit = 1 << layer;
            for (control_name, edit, name, help) in [
                (
                    "hide",
                    Edit::Hide(bit),
                    texts::maze::hide(),
                    texts::maze::HideHelp { here }.to_string(),
                ),
                (
                    "hide-all",
                    Edit::Hide(u64::MAX),
                    texts::maze::hide_in_all(),
                    texts::maze::hide_in_all_help().to_owned(),
                ),
                (
                    "delete",
                    Edit::Delete,
                    texts::maze::delete(),
                    texts::maze::delete_help().to_owned(),
                ),
                (
                    "unreward",
                    Edit::Unreward,
                    texts::maze::take_reward(),
                    texts::maze::take_reward_help().to_owned(),
                ),
                (
                    "corrupt",
                    Edit::Corrupt,
                    texts::maze::corrupt(),
                    texts::maze::corrupt_help().to_owned(),
                ),
                (
                    "restore",
                    Edit::Restore,
                    texts::maze::restore(),
                    texts::maze::restore_help().to_owned(),
                ),
            ] {
                let clicked = control(ui, ctx, control_name, |ui, _| {
                    let button = ui.add_enabled(chosen.is_some(), Button::new(name));
                    let button = button
                        .on_hover_text(help)
                        .on_disabled_hover_text(texts::maze::select_first());
                    button.clicked()
                });
                if clicked == Some(true)
                    && let Some(which) = &chosen
                {
                    ctx.send(Command::Edit(edit, which.clone()));
                }
            }
            if ctx.shows("shift") {
                let unlocked = ctx.unlocks("shift");
                ui.add_enabled_ui(unlocked, |ui| shift(ui, ctx, view));
            }
            if chosen.is_none() && !ctx.activity.memories.is_empty() {
                let help = texts::maze::how_to_select();
                ui.label(small(ctx.theme, help));
            }
        });
    });
}

/// The selection, or a group with a name.
fn which(ui: &mut Ui, ctx: &Ctx<'_>, view: &mut View) {
    let selection = match view.selected {
        None => texts::maze::selected_none().to_owned(),
        Some((first, last)) if first == last => {
            texts::maze::SelectedOne { first: first + 1 }.to_string()
        }
        Some((first, last)) => texts::maze::SelectedSome {
            first: first + 1,
            last: last + 1,
        }
        .to_string(),
    };
    let text = view.group.map_or(selection.clone(), |group| {
        (Which::NAMED[group].2)().to_owned()
    });
    ui.label(small(ctx.theme, texts::maze::memories_unit()));
    let combo = ComboBox::from_id_salt("which memories")
        .width(118.0)
        .selected_text(&text)
        .show_ui(ui, |ui| {
            ui.selectable_value(&mut view.group, None, selection);
            for (group, (_, _, name)) in Which::NAMED.iter().enumerate() {
                ui.selectable_value(&mut view.group, Some(group), name());
            }
        });
    label_combo(&combo.response, texts::maze::which_memories(), &text);
}

/// One memory at another place in time.
fn shift(ui: &mut Ui, ctx: &mut Ctx<'_>, view: &mut View) {
    let (None, Some((memory, last))) = (view.group, view.selected) else {
        return;
    };
    if memory != last {
        return;
    }
    let count = ctx.activity.memories.len();
    view.shift_to = view.shift_to.clamp(1, count.max(1));
    let help = texts::maze::move_help();
    if ui
        .button(texts::maze::move_to())
        .on_hover_text(help)
        .clicked()
    {
        ctx.send(Command::Shift(memory, view.shift_to - 1));
        view.selected = Some((view.shift_to - 1, view.shift_to - 1));
    }
    let value = view.shift_to;
    let number = ui.add(number_field(&mut view.shift_to).range(1..=count).speed(0.5));
    number.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::SpinButton, true, texts::maze::move_the_memory());
        info.value = Some(value as f64);
        info
    });
}
