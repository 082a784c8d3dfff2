//! The models on the browser's GPU. Here that is SwiftShader, which is software: the lab uses it only when told to.

use serde_json::Value;

use super::page::{PATIENCE, Page, Tier, numbers};

#[test]
#[ignore = "needs the built page and Chromium: run by cargo xtask test"]
fn every_operation_agrees_with_the_cpu() {
    let page = Page::open(Tier::WebGpu, "?autoplay=0");
    page.ready();
    page.run(
        "const { selftest } = await import('./web/chickadee.js'); \
         window.report = undefined; window.broken = undefined; window.through = []; \
         selftest((operation) => window.through.push(operation.name + ' ' + Math.round(performance.now()))).then((report) => (window.report = report), (error) => (window.broken = error.message));",
    );
    page.wait_up_to(
        4 * PATIENCE,
        "the self-test",
        "window.report || window.broken",
    );
    let report = page
        .js("if (window.broken) throw new Error(window.broken); return window.report")
        .expect("the self-test ends");
    assert_eq!(report["ok"], true, "{report:#}");
    let operations = report["operations"].as_array().expect("a list");
    assert!(operations.len() > 10, "{report:#}");
    for operation in operations {
        let (error, tolerance) = (&operation["max_error"], &operation["tolerance"]);
        assert!(error.as_f64() <= tolerance.as_f64(), "{operation}");
        assert!(error.is_number() && tolerance.is_number(), "{operation}");
    }
    page.quiet();
}

/// What the models run on is `machine` now.
fn wait_for_machine(page: &Page, machine: &str) {
    let on_gpu = machine == "gpu";
    // The self-test of an adapter in software takes minutes where other work goes on.
    page.wait_up_to(
        PATIENCE * 4,
        machine,
        &format!(
            "!chickadee.state().busy && !chickadee.state().backend.deciding && chickadee.state().backend.on_gpu === {on_gpu}"
        ),
    );
}

/// The largest difference of two lists of numbers, of lists or not.
fn apart(a: &Value, b: &Value) -> f64 {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b);
            pairs.map(|(a, b)| apart(a, b)).fold(0.0, f64::max)
        }
        (Value::Number(a), Value::Number(b)) => {
            (a.as_f64().unwrap_or(f64::NAN) - b.as_f64().unwrap_or(f64::NAN)).abs()
        }
        (a, b) if a == b => 0.0,
        _ => f64::INFINITY,
    }
}

#[test]
#[ignore = "needs the built page and Chromium: run by cargo xtask test"]
fn a_link_decides_the_same_on_gpu_and_cpu() {
    let page = Page::open(
        Tier::WebGpu,
        "?autoplay=0&backend=gpu#lab=maze&task=gridworld&seed=7&t=120",
    );
    page.ready();
    wait_for_machine(&page, "gpu");
    page.shows_a_picture("maze-on-the-gpu");
    let there = page.state();
    // Switched while it runs: the run stays.
    page.run("chickadee.command('backend:cpu')");
    wait_for_machine(&page, "cpu");
    let here = page.state();
    assert_eq!(here["link"], there["link"]);
    assert_eq!(here["correct"], there["correct"]);
    assert_eq!(here["backend"]["reason"], "the CPU was chosen");
    let policy = apart(&here["policy"], &there["policy"]);
    assert!(policy < 1e-3, "policies differ by {policy}");
    let attention = apart(&here["attention"]["row"], &there["attention"]["row"]);
    assert!(attention < 1e-4, "attention differs by {attention}");
    assert!(!numbers(&here["attention"]["row"]).is_empty());
    // Left to itself, the lab does not use software.
    page.run("chickadee.command('backend:auto')");
    page.quiet();
}

#[test]
#[ignore = "needs the built page and Chromium: run by cargo xtask test"]
fn seeds_are_cached_and_found_on_the_gpu() {
    let link = "lab=caching&seed=2&units=500&places=24&gain=1";
    let page = Page::open(Tier::WebGpu, &format!("?backend=gpu#{link}"));
    page.ready();
    wait_for_machine(&page, "gpu");
    page.run(
        "chickadee.command('fly:8'); chickadee.command('cache'); chickadee.command('speed:100');",
    );
    page.wait_up_to(
        2 * PATIENCE,
        "a seed",
        "chickadee.state().caches.length === 1",
    );
    // Between two seeds the machine changes.
    page.run("chickadee.command('backend:cpu')");
    wait_for_machine(&page, "cpu");
    page.run("chickadee.command('backend:gpu')");
    page.run("chickadee.command('fly:20'); chickadee.command('cache');");
    page.wait_up_to(
        2 * PATIENCE,
        "two seeds",
        "chickadee.state().caches.length === 2",
    );
    wait_for_machine(&page, "gpu");
    page.shows_a_picture("caching-on-the-gpu");
    let state = page.state();
    let outputs = numbers(&state["seed_output"]);
    assert!(
        outputs.len() == 24 && outputs[8].max(outputs[20]) > 0.9,
        "{outputs:?}"
    );
    assert_eq!(state["caches"][0]["place"], 8);
    assert!(
        state["backend"]["adapter"].is_string(),
        "{}",
        state["backend"]
    );
    page.quiet();
}

#[test]
#[ignore = "needs the built page and Chromium: run by cargo xtask test"]
fn software_is_not_used_by_itself() {
    let page = Page::open(Tier::WebGpu, "?autoplay=0#lab=caching&units=300");
    page.ready();
    wait_for_machine(&page, "cpu");
    let backend = page.state()["backend"].clone();
    let reason = backend["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("software"), "{backend}");
    page.quiet();
}

#[test]
#[ignore = "needs the built page and Chromium: run by cargo xtask test"]
fn without_webgpu_the_lab_says_so_and_runs() {
    let page = Page::open(
        Tier::WebGl,
        "?autoplay=0&backend=gpu#lab=caching&units=300&caches=5",
    );
    page.ready();
    wait_for_machine(&page, "cpu");
    let state = page.state();
    let reason = state["backend"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("no GPU adapter"), "{}", state["backend"]);
    assert_eq!(state["caches"][0]["place"], 5);
    page.quiet();
}
