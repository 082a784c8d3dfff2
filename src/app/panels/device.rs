//! Which machine computes, how fast, and why: a badge in the bar above, and the same in Help for bars that have no room.

use eframe::egui::{Button, ComboBox, Label, Ui};

use super::{Shell, small};
use crate::{
    app::{shell::Request, widgets::label_combo},
    session::{Command, device::Backend},
    texts,
};

/// Of the menu, in points.
const WIDTH: f32 = 300.0;
const HEIGHT: f32 = 400.0;

/// The machine and its speed; a click opens the choice.
pub(super) fn badge(ui: &mut Ui, shell: &mut Shell<'_>) {
    let text = text(shell);
    let combo = ComboBox::from_id_salt("machine")
        .width(0.0)
        .height(HEIGHT)
        .selected_text(small(shell.theme, &text))
        .show_ui(ui, |ui| {
            ui.set_width(WIDTH);
            choices(ui, shell);
        });
    label_combo(&combo.response, texts::shell::runs_on(), &text);
    combo.response.on_hover_ui(|ui| {
        ui.label(why(shell));
    });
}

/// The choice of machines, the self-test, and why it is as it is.
pub(super) fn choices(ui: &mut Ui, shell: &mut Shell<'_>) {
    for (backend, label, help) in [
        (
            Backend::Auto,
            texts::shell::whichever_is_faster(),
            texts::shell::whichever_is_faster_help(),
        ),
        (Backend::Gpu, "GPU", texts::shell::gpu_help()),
        (Backend::Cpu, "CPU", texts::shell::cpu_help()),
    ] {
        let choice = ui.selectable_label(shell.verdict.wanted == backend, label);
        if choice.on_hover_text(help).clicked() {
            shell.send(Command::Backend(backend));
            ui.close();
        }
    }
    ui.separator();
    let label = if shell.examining {
        texts::shell::self_test_is_running()
    } else {
        texts::shell::self_test_in_full()
    };
    let examine = ui.add_enabled(!shell.examining, Button::new(label));
    let help = texts::shell::self_test_help();
    if examine.on_hover_text(help).clicked() {
        shell.requests.push(Request::Examine);
        ui.close();
    }
    // A menu is as wide as its longest line, unless that is wrapped, and justifies what lies directly in it.
    ui.vertical(|ui| ui.add(Label::new(small(shell.theme, why(shell))).wrap()));
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
                crate::devices::unit(times.workload),
                times.gflops
            )
        }
        (true, None, _) => "GPU".to_owned(),
        _ if verdict.workers.count > 0 => texts::shell::CpuWorkers {
            count: verdict.workers.count,
        }
        .to_string(),
        (false, _, Some(ms)) => texts::shell::CpuMsStep { ms }.to_string(),
        (false, _, None) => "CPU".to_owned(),
    }
}

/// The machine, the reason, the self-test and the state hash, in sentences.
fn why(shell: &Shell<'_>) -> String {
    let verdict = shell.verdict;
    let what = (shell.view.model)();
    let mut text = if verdict.on_gpu {
        let adapter = verdict
            .adapter
            .as_deref()
            .unwrap_or(texts::shell::the_gpu());
        texts::shell::RunsOnGpu {
            what,
            adapter,
            reason: &verdict.reason,
        }
        .to_string()
    } else {
        let workers = &verdict.workers;
        let beside = texts::shell::WorkersSimd {
            count: workers.count,
            megabytes: workers.megabytes,
        }
        .to_string();
        let cores = if workers.count > 0 {
            &beside
        } else if cfg!(target_arch = "wasm32") {
            texts::shell::one_core_simd()
        } else {
            texts::shell::all_cores_simd()
        };
        texts::shell::RunsOnCpu {
            what,
            cores,
            reason: &verdict.reason,
        }
        .to_string()
    };
    if let Some(reason) = &verdict.workers.failed {
        text.push(' ');
        text += &texts::shell::NoWorkers { reason }.to_string();
    }
    if let Some(tested) = verdict.tested {
        text.push(' ');
        text += &texts::shell::OperationsAgreed {
            operations: tested.operations,
            ms: tested.ms,
        }
        .to_string();
    }
    let hash = format_args!("{:016x}", shell.lab.state_hash());
    text + " " + &texts::shell::StateHash { hash }.to_string()
}
