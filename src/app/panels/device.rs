//! Which machine computes, how fast, and why: a badge in the bar above, and the same in Help for bars that have no room.

use eframe::egui::{Button, ComboBox, Ui};

use super::{Shell, small};
use crate::{
    app::{shell::Request, widgets::label_combo},
    session::{Command, processor::Backend},
};

/// The machine and its speed; a click opens the choice.
pub(super) fn badge(ui: &mut Ui, shell: &mut Shell<'_>) {
    let text = text(shell);
    let combo = ComboBox::from_id_salt("machine")
        .width(0.0)
        .selected_text(small(shell.theme, &text))
        .show_ui(ui, |ui| {
            ui.set_min_width(280.0);
            choices(ui, shell);
        });
    label_combo(&combo.response, "Runs on", &text);
    combo.response.on_hover_ui(|ui| {
        ui.label(why(shell));
    });
}

/// The choice of machines, the self-test, and why it is as it is.
pub(super) fn choices(ui: &mut Ui, shell: &mut Shell<'_>) {
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
        let choice = ui.selectable_label(shell.verdict.wanted == backend, label);
        if choice.on_hover_text(help).clicked() {
            shell.send(Command::Backend(backend));
            ui.close();
        }
    }
    ui.separator();
    let label = if shell.examining {
        "Self-test is running …"
    } else {
        "Self-test in full"
    };
    let examine = ui.add_enabled(!shell.examining, Button::new(label));
    let help = "Every operation of the GPU against the CPU, on awkward sizes: some seconds";
    if examine.on_hover_text(help).clicked() {
        shell.requests.push(Request::Examine);
        ui.close();
    }
    ui.label(small(shell.theme, why(shell)));
}

/// “GPU 0.12 ms/step · 812 GFLOP/s”.
fn text(shell: &Shell<'_>) -> String {
    let verdict = shell.verdict;
    match (verdict.on_gpu, &verdict.times, shell.step_ms) {
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
fn why(shell: &Shell<'_>) -> String {
    let verdict = shell.verdict;
    let what = shell.view.model;
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
    text + &format!(" State hash {:016x}.", shell.lab.state_hash())
}
