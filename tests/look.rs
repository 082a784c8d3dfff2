//! Scratch: pictures to look at.
#![cfg(all(not(target_arch = "wasm32"), feature = "app"))]
#![allow(clippy::unwrap_used, reason = "scratch")]
use chickadee::{
    app::{App, Choice, Options},
    session::Lab,
};
use egui_kittest::Harness;

fn harness(link: &str, steps: usize, size: [f32; 2], theme: Choice) -> Harness<'static, App> {
    let mut lab = Lab::from_link(link).unwrap();
    lab.run(steps);
    lab.settle();
    let options = Options { theme, motion: false, autoplay: false, ..Options::default() };
    let mut harness = Harness::builder()
        .with_size(size)
        .wgpu()
        .build_eframe(move |cc| App::new(&cc.egui_ctx, lab, options));
    harness.run_steps(4);
    harness
}

#[test]
fn look() {
    let list = std::fs::read_to_string("/tmp/look.txt").unwrap();
    for line in list.lines().filter(|l| !l.is_empty()) {
        let parts: Vec<&str> = line.split('|').collect();
        let (name, link, steps) = (parts[0], parts[1], parts[2].parse().unwrap());
        let size = match parts[3] {
            "phone" => [390.0, 844.0],
            _ => [1280.0, 800.0],
        };
        let theme = match parts[4] {
            "light" => Choice::Light,
            "projector" => Choice::Projector,
            _ => Choice::Dark,
        };
        let mut h = harness(link, steps, size, theme);
        for command in parts.get(5).map_or("", |c| *c).split(';').filter(|c| !c.is_empty()) {
            if let Some(at) = command.strip_prefix("hover@") {
                let (x, y) = at.split_once(',').unwrap();
                h.hover_at(eframe::egui::pos2(x.parse().unwrap(), y.parse().unwrap()));
                h.run_steps(60);
            } else if let Some(label) = command.strip_prefix("click@") {
                use egui_kittest::kittest::Queryable as _;
                h.get_by_label(label).click();
                h.run_steps(3);
            } else {
                h.state_mut().dispatch(command.parse().unwrap()).unwrap();
                h.run_steps(1);
                h.state_mut().lab_mut().settle();
            }
        }
        h.state_mut().lab_mut().settle();
        h.run_steps(3);
        h.render().unwrap().save(format!("/tmp/look/{name}.png")).unwrap();
    }
}
