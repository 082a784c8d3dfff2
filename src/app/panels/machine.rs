//! Which machine computes, how fast, and why: a badge in the bar above, and the same in Help for bars that have no room.

use eframe::egui::{Button, ComboBox, Ui};

use super::{Request, Shell, small, top::name};
use crate::session::{Command, Lab, processor::Backend};

/// The machine and its speed; a click opens the choice.
pub(crate) fn badge(ui: &mut Ui, ctx: &mut Shell<'_>) {
    let text = text(ctx);
    let combo = ComboBox::from_id_salt("machine")
        .width(0.0)
        .selected_text(small(ctx.theme, &text))
        .show_ui(ui, |ui| {
            ui.set_min_width(280.0);
            choices(ui, ctx);
        });
    name(&combo.response, "Runs on", &text);
    combo.response.on_hover_ui(|ui| {
        ui.label(why(ctx));
    });
}

/// The choice of machines, the self-test, and why it is as it is.
pub(crate) fn choices(ui: &mut Ui, ctx: &mut Shell<'_>) {
    for (backend, label, help) in [
        (
            Backend::Auto,
            "Whichever is faster",
            "The GPU where it agrees with the CPU and is faster for this lab",
        ),
        (
            Backend::Gpu,
            "GPU",
            "Also where it is slower; its last bits differ from machine to machine",
        ),
        (
            Backend::Cpu,
            "CPU",
            "The same link gives the same bits everywhere",
        ),
    ] {
        let choice = ui.selectable_label(ctx.verdict.wanted == backend, label);
        if choice.on_hover_text(help).clicked() {
            ctx.send(Command::Backend(backend));
            ui.close();
        }
    }
    ui.separator();
    let label = if ctx.examining {
        "Self-test is running …"
    } else {
        "Self-test in full"
    };
    let examine = ui.add_enabled(!ctx.examining, Button::new(label));
    let help = "Every operation of the GPU against the CPU, on awkward sizes: some seconds";
    if examine.on_hover_text(help).clicked() {
        ctx.requests.push(Request::Examine);
        ui.close();
    }
    ui.label(small(ctx.theme, why(ctx)));
}

/// “GPU 0.12 ms/step · 812 GFLOP/s”.
fn text(ctx: &Shell<'_>) -> String {
    let verdict = &ctx.verdict;
    match (verdict.on_gpu, &verdict.times, ctx.step_ms) {
        (true, Some(times), _) => {
            let decimals = usize::from(times.gflops < 10.0);
            format!(
                "GPU {:.2} {} · {:.decimals$} GFLOP/s",
                times.gpu_ms,
                times.workload.unit(),
                times.gflops
            )
        }
        (true, None, _) => "GPU".to_owned(),
        (false, _, Some(ms)) => format!("CPU {ms:.2} ms/step"),
        (false, _, None) => "CPU".to_owned(),
    }
}

/// The machine, the reason, the self-test and the state hash, in sentences.
fn why(ctx: &Shell<'_>) -> String {
    let verdict = &ctx.verdict;
    let what = match ctx.lab {
        Lab::Caching(_) => "network",
        Lab::Maze(_) => "transformer",
    };
    let mut text = if verdict.on_gpu {
        let adapter = verdict.adapter.as_deref().unwrap_or("the GPU");
        format!("The {what} runs on {adapter}: {}.", verdict.reason)
    } else {
        let cores = if cfg!(target_arch = "wasm32") {
            "one core, SIMD"
        } else {
            "all cores, SIMD"
        };
        format!(
            "The {what} runs on the CPU ({cores}), where the same link gives the same bits everywhere: {}.",
            verdict.reason
        )
    };
    if let Some(tested) = verdict.tested {
        text += &format!(
            " {} operations agreed with the CPU in a self-test of {:.0} ms.",
            tested.operations, tested.ms
        );
    }
    text + &format!(" State hash {:016x}.", ctx.lab.state_hash())
}
