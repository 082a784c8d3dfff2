//! Return: by memories and by rewards, beside learning by value, and beside what was published.

use eframe::egui::{Rect, Ui, UiBuilder};
use egui_plot::{HLine, Line, LineStyle, MarkerShape, PlotPoints, Points, VLine};

use super::{Ctx, View};
use crate::{
    app::{
        panels::{plot, small, take},
        theme::Theme,
        widgets::switch,
    },
    labs::maze::{CurvePoint, Key},
    texts,
};
use chickadee_engine::{eval::published_returns, worlds::maze::Protocol};

/// Rewards that the paper's figure shows.
const MOST: usize = 8;

pub(super) fn show(ui: &mut Ui, ctx: &mut Ctx<'_>, _view: &mut View) {
    legend(ui, ctx);
    let rest = take(ui, ui.available_height());
    let (first, second) = if rest.width() > rest.height() * 1.8 {
        rest.split_left_right_at_x(rest.center().x)
    } else {
        rest.split_top_bottom_at_y(rest.center().y)
    };
    let inside = |ui: &mut Ui, rect: Rect, draw: fn(&mut Ui, &Ctx<'_>), ctx: &Ctx<'_>| {
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| draw(ui, ctx));
    };
    inside(ui, first, by_memories, ctx);
    inside(ui, second, by_rewards, ctx);
}

fn legend(ui: &mut Ui, ctx: &mut Ctx<'_>) {
    let theme = *ctx.theme;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = eframe::egui::vec2(6.0, 1.0);
        ui.label(small(&theme, texts::maze::model()).color(theme.policy));
        ui.label(small(&theme, texts::maze::legend_q_table()).color(theme.text))
            .on_hover_text(texts::maze::legend_q_table_help());
        let on = ctx.activity.settings.is_on(Key::Dqn);
        switch(
            ui,
            ctx,
            "dqn",
            texts::maze::legend_deep_q_net(),
            on,
            texts::maze::legend_deep_q_net_help(),
        );
        match ctx.activity.dqn.filter(|_| on) {
            Some((part, value)) if part >= 1.0 => ui.label(small(&theme, format!("{value:.2}"))),
            Some((part, _)) => ui.label(small(
                &theme,
                texts::maze::Learning { part: part * 100.0 }.to_string(),
            )),
            None => ui.label(small(&theme, "")),
        };
    });
}

/// Diamond of the deep Q-network.
fn diamond<'a>(theme: &Theme, at: Vec<[f64; 2]>) -> Points<'a> {
    Points::new(texts::maze::deep_q_network(), PlotPoints::from(at))
        .color(theme.text)
        .shape(MarkerShape::Diamond)
        .radius(5.0)
}

/// The transformer with the memories that are looked at.
fn present<'a>(theme: &Theme, at: Vec<[f64; 2]>) -> Points<'a> {
    Points::new("now", PlotPoints::from(at))
        .color(theme.policy)
        .filled(false)
        .radius(5.0)
}

fn by_memories(ui: &mut Ui, ctx: &Ctx<'_>) {
    let theme = *ctx.theme;
    let span = ctx.span() as f64;
    let look = ctx.activity.look as f64;
    let curve = ctx.activity.curve;
    let finite = |value: f64| value.is_finite().then_some(value);
    let ours: Vec<[f64; 2]> = curve
        .iter()
        .filter_map(|p| Some([p.length as f64, finite(p.value)?]))
        .collect();
    let table: Vec<[f64; 2]> = curve
        .iter()
        .filter_map(|p| Some([p.length as f64, finite(p.q_table?)?]))
        .collect();
    let memories = ctx.activity.memories.iter().enumerate();
    let rewards: Vec<[f64; 2]> = memories
        .filter(|(_, memory)| ctx.is_rewarded(memory))
        .map(|(i, _)| [i as f64 + 1.0, 0.0])
        .collect();
    let dqn = ctx.activity.dqn.map(|(_, value)| [look, value]);
    let now = ctx.activity.insight.map(|i| [i.look as f64, i.value]);
    let marks = if span > 400.0 { 200.0 } else { 50.0 };
    let shown = plot(
        ui,
        &theme,
        "return-by-memories",
        (texts::maze::memories_unit(), marks),
        (texts::maze::return_of(), 0.5),
    )
    .show(ui, |plot| {
        plot.set_plot_bounds_x(0.0..=span * 1.06);
        plot.set_plot_bounds_y(-0.06..=1.08);
        plot.vline(VLine::new("now", look).color(theme.text.gamma_multiply(0.6)));
        if let Some(&[first, _]) = rewards.first() {
            let line = VLine::new(texts::maze::first_reward(), first).color(theme.reward);
            plot.vline(line.style(LineStyle::dashed_dense()));
        }
        plot.points(
            Points::new("rewards", PlotPoints::from(rewards))
                .color(theme.reward)
                .shape(MarkerShape::Up)
                .radius(3.0),
        );
        plot.line(
            Line::new(texts::maze::q_table(), PlotPoints::from(table))
                .color(theme.text)
                .style(LineStyle::dashed_loose()),
        );
        let line = Line::new("transformer", PlotPoints::from(ours));
        plot.line(line.color(theme.policy).width(2.2));
        plot.points(present(&theme, now.into_iter().collect()));
        plot.points(diamond(&theme, dqn.into_iter().collect()));
    });
    shown
        .response
        .on_hover_text(texts::maze::by_memories_help());
}

fn by_rewards(ui: &mut Ui, ctx: &Ctx<'_>) {
    let theme = *ctx.theme;
    let settings = ctx.activity.settings;
    let kind = settings.kind();
    let means = |value: &dyn Fn(&CurvePoint) -> Option<f64>| {
        let mut sums = [(0.0, 0.0); MOST + 1];
        for point in ctx.activity.curve {
            if let (Some(slot), Some(value)) = (sums.get_mut(point.rewards), value(point)) {
                slot.0 += value;
                slot.1 += 1.0;
            }
        }
        let known = sums.iter().enumerate().filter(|(_, sum)| sum.1 > 0.0);
        known
            .map(|(rewards, sum)| [rewards as f64, sum.0 / sum.1])
            .collect::<Vec<_>>()
    };
    let finite = |value: f64| value.is_finite().then_some(value);
    let ours = means(&|p| finite(p.value));
    let table = means(&|p| p.q_table.and_then(finite));
    let experienced = ctx.rewards().min(MOST) as f64;
    let dqn = ctx.activity.dqn.map(|(_, value)| [experienced, value]);
    let now = ctx.activity.insight.map(|i| [experienced, i.value]);
    // Other sizes are not in the paper.
    let published = settings.protocol() == Protocol::published(kind) && !ctx.activity.own_maze;
    let ghost = |agent: &str| -> Vec<[f64; 2]> {
        let values = published_returns(kind, agent).filter(|_| published);
        let values = values.iter().flatten().enumerate();
        values.map(|(i, &value)| [i as f64, value]).collect()
    };
    let shown = plot(
        ui,
        &theme,
        "return-by-rewards",
        (texts::maze::rewards_experienced(), 2.0),
        (texts::maze::return_of(), 0.5),
    )
    .show(ui, |plot| {
        plot.set_plot_bounds_x(-0.3..=MOST as f64 + 0.3);
        plot.set_plot_bounds_y(-0.06..=1.08);
        plot.hline(HLine::new("best", 1.0).color(theme.edge));
        for (agent, colour, shape) in [
            ("transformer", theme.policy, MarkerShape::Circle),
            ("q_table", theme.faint, MarkerShape::Cross),
            ("dqn", theme.faint, MarkerShape::Diamond),
        ] {
            let colour = colour.gamma_multiply(0.45);
            let points = ghost(agent);
            plot.line(
                Line::new(agent, PlotPoints::from(points.clone()))
                    .color(colour)
                    .width(1.0),
            );
            plot.points(
                Points::new(agent, PlotPoints::from(points))
                    .color(colour)
                    .shape(shape)
                    .radius(2.5)
                    .filled(false),
            );
        }
        plot.line(
            Line::new(texts::maze::q_table(), PlotPoints::from(table))
                .color(theme.text)
                .style(LineStyle::dashed_loose()),
        );
        plot.line(
            Line::new("transformer", PlotPoints::from(ours.clone()))
                .color(theme.policy)
                .width(2.2),
        );
        let dots = Points::new("transformer", PlotPoints::from(ours));
        plot.points(dots.color(theme.policy).radius(3.0));
        plot.points(present(&theme, now.into_iter().collect()));
        plot.points(diamond(&theme, dqn.into_iter().collect()));
    });
    let paper = if published {
        texts::maze::by_rewards_paper()
    } else {
        ""
    };
    shown
        .response
        .on_hover_text(texts::maze::ByRewardsHelp { paper }.to_string());
}
