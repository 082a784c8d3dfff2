//! What is known of one state, under the pointer.

use eframe::egui::{Grid, ProgressBar, Sense, Ui, vec2};

use super::{Ctx, marks::senses};
use crate::{app::panels::small, texts};

pub(super) fn describe(ui: &mut Ui, ctx: &Ctx<'_>, state: usize) {
    let theme = ctx.theme;
    let task = ctx.activity.task;
    let maze = &task.maze;
    let place = ctx.place(state);
    ui.strong(capital(&place));
    let distance = maze.distance(state, task.goal);
    let far = match distance {
        0 => texts::maze::goal_is_here().to_owned(),
        u32::MAX => texts::maze::no_way_to_the_goal().to_owned(),
        steps => texts::maze::StepsToTheGoal { steps }.to_string(),
    };
    ui.label(small(theme, texts::maze::State { state, far }.to_string()));
    let optimal = maze.optimal(task.goal, state);
    if let Some(insight) = ctx.activity.insight.filter(|i| state < i.policy.rows()) {
        Grid::new("actions")
            .num_columns(4)
            .spacing([8.0, 2.0])
            .show(ui, |ui| {
                for (action, &chance) in insight.policy.row(state).iter().enumerate() {
                    ui.label(maze.action_name(action));
                    let bar = ProgressBar::new(chance).fill(theme.policy);
                    ui.add(bar.desired_width(70.0).desired_height(8.0));
                    ui.label(format!("{:.0} %", chance * 100.0));
                    let best = optimal.contains(action);
                    ui.label(small(theme, if best { texts::maze::optimal() } else { "" }));
                    ui.end_row();
                }
            });
    }
    ui.label(small(theme, texts::maze::sensory_code_is()));
    let (rect, _) = ui.allocate_exact_size(vec2(120.0, 26.0), Sense::hover());
    senses(ui.painter(), theme, rect, task.codes.row(state));
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
