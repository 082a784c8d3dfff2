//! Workers of a page: the same bits with any number of them, and nothing lost where there can be none.

use chickadee::session::Workbench;
use serde_json::{Value, json};

use super::{
    host::Answer,
    page::{Page, Tier},
};

with_webgl!(
    the_same_bits_with_any_number_of_workers,
    the_maze_with_any_number_of_workers,
    the_figures_with_any_number_of_workers,
    policies_with_and_without_workers,
    workers_that_fail_cost_nothing,
    labs_share_their_workers,
);

/// Large enough for single runs to be handed over as well.
const LINK: &str = "lab=caching&seed=7&units=2000&places=40&caches=5,20&gain=0.5&at=9";

/// A maze of which everything is asked for that workers find.
const MAZE: &str = "lab=maze&task=tree&seed=3&t=260&head=rollout&compare=on&dqn=on";

/// The page of [`LINK`] with so many workers, once these are there, with `before` run before every script of the page.
fn page(tier: Tier, workers: &str, before: &str) -> Page {
    page_of(tier, LINK, workers, before)
}

fn page_of(tier: Tier, link: &str, workers: &str, before: &str) -> Page {
    let page = Page::blank(tier, 960, 600);
    if !before.is_empty() {
        page.before_all(before);
    }
    page.go(&format!("?autoplay=0&backend=cpu&workers={workers}#{link}"));
    page.ready();
    page
}

/// Both hashes and the recall curve, once all is there.
fn settled(page: &Page) -> Value {
    page.js("await chickadee.settled();
         const { state_hash, shown_hash, seed_output, place_output_peak } = chickadee.state();
         return { state_hash, shown_hash, seed_output, place_output_peak };")
        .expect("settles")
}

/// The same after something was changed, when the workers, if there are any, are there.
fn again(page: &Page) -> Value {
    page.hurry();
    page.run("chickadee.command('fly:30'); chickadee.command('cache');");
    settled(page)
}

fn workers(page: &Page) -> Value {
    page.state()["backend"]["workers"].clone()
}

fn the_same_bits_with_any_number_of_workers(tier: Tier) {
    let none = page(tier, "0", "");
    let expected = (settled(&none), again(&none));
    assert_eq!(workers(&none)["count"], 0);
    for count in ["1", "3"] {
        let page = page(tier, count, "");
        let first = settled(&page);
        page.wait_for(
            "workers",
            &format!("chickadee.state().backend.workers.count === {count}"),
        );
        let found = (first, again(&page));
        assert_eq!(found, expected, "{count} workers");
        let seen = workers(&page);
        assert_eq!(seen["failed"], Value::Null, "{seen}");
        assert!(seen["megabytes"].as_u64() > Some(15), "{seen}");
        page.quiet();
    }
}

/// Both hashes and the return curve, after memories were edited and a decision was attributed.
fn maze_again(page: &Page, commands: &[&str]) -> Value {
    for command in commands {
        if *command == "attribute" {
            // It needs a decision, which takes some frames.
            page.run("await chickadee.settled();");
        }
        page.run(&format!("chickadee.command('{command}');"));
    }
    page.js("await chickadee.settled();
         const { state_hash, shown_hash, curve, attribution } = chickadee.state();
         return { state_hash, shown_hash, curve, attribution };")
        .expect("settles")
}

fn the_maze_with_any_number_of_workers(tier: Tier) {
    let steps: [&[&str]; 3] = [
        &[],
        &["delete:3-9", "attribute"],
        &["look:180", "hide:20-29@2"],
    ];
    let none = page_of(tier, MAZE, "0", "");
    let expected = steps.map(|commands| maze_again(&none, commands));
    for count in ["1", "3"] {
        let page = page_of(tier, MAZE, count, "");
        page.wait_for(
            "workers",
            &format!("chickadee.state().backend.workers.count === {count}"),
        );
        let found = steps.map(|commands| maze_again(&page, commands));
        assert_eq!(found, expected, "{count} workers");
        let seen = workers(&page);
        assert_eq!(seen["failed"], Value::Null, "{seen}");
        assert!(seen["megabytes"].as_u64() > Some(1), "{seen}");
        page.quiet();
    }
}

/// A figure that is recomputed, and then another: the bits of the program outside a browser.
fn the_figures_with_any_number_of_workers(tier: Tier) {
    let link = "lab=figures&figure=4e&seeds=1&units=200&run=on";
    let mut native = Workbench::from_link(link).expect("a link");
    native.settle();
    let hash = |bench: &Workbench| format!("{:016x}", bench.state_hash());
    let first = hash(&native);
    for command in ["set:figure=6f", "recompute"] {
        let command = command.parse().expect("a command");
        native.dispatch(command).expect("is done");
    }
    native.settle();
    for count in ["0", "1", "3"] {
        let page = page_of(tier, link, count, "");
        assert_eq!(settled(&page)["state_hash"], first, "{count} workers");
        page.run("chickadee.command('set:figure=6f'); chickadee.command('recompute');");
        let second = &settled(&page)["state_hash"];
        assert_eq!(*second, hash(&native), "{count} workers");
        let seen = workers(&page);
        assert_eq!(seen["count"].to_string(), count, "{seen}");
        assert_eq!(seen["failed"], Value::Null, "{seen}");
        page.quiet();
    }
}

/// A page around with a policy, and what is said of workers there.
fn under_policy(tier: Tier, policy: &str) -> (Page, Value) {
    let body = "<script type=module src=web/chickadee.js></script><chickadee-lab link='lab=caching&amp;units=500' autoplay=off backend=cpu workers=2></chickadee-lab>";
    let page = Page::answered(
        tier,
        vec![Answer::page(body).with("Content-Security-Policy", policy)],
    );
    page.go("host.html");
    page.wait_for(
        "workers, or why there are none",
        "(() => { const workers = document.querySelector('chickadee-lab')?.handle?.state().backend.workers; return workers?.count || workers?.failed; })()",
    );
    page.run("await document.querySelector('chickadee-lab').handle.settled();");
    let seen =
        page.js("return document.querySelector('chickadee-lab').handle.state().backend.workers");
    (page, seen.expect("a state"))
}

fn policies_with_and_without_workers(tier: Tier) {
    let policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";
    let (page, seen) = under_policy(tier, policy);
    assert_eq!((&seen["count"], &seen["failed"]), (&json!(2), &Value::Null));
    page.quiet();
    let (_, seen) = under_policy(tier, &format!("{policy}; worker-src 'none'"));
    assert_eq!(seen["count"], 0);
    let reason = seen["failed"].as_str().unwrap_or_default();
    assert!(reason.contains("worker-src"), "{seen}");
}

/// Before every script: workers that cannot be made, never answer, die in the middle, or say something else.
const FAULTS: [(&str, &str); 4] = [
    (
        "cannot be made",
        "window.Worker = class { constructor() { throw new Error('no workers here'); } };",
    ),
    (
        "never answers",
        "window.Worker = class extends EventTarget { postMessage() {} terminate() {} };",
    ),
    (
        "dies in the middle",
        "const Whole = Worker; let left = 12;
         window.Worker = class extends Whole {
             postMessage(data, ...rest) {
                 if (data instanceof Uint8Array && --left === 0) this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
                 super.postMessage(data, ...rest);
             }
         };",
    ),
    (
        "says something else",
        "const Whole = Worker; let left = 12;
         window.Worker = class extends Whole {
             postMessage(data, ...rest) {
                 if (data instanceof Uint8Array && --left === 0) this.dispatchEvent(new MessageEvent('message', { data: new Uint8Array([1, 2, 3]) }));
                 super.postMessage(data, ...rest);
             }
         };",
    ),
];

fn workers_that_fail_cost_nothing(tier: Tier) {
    let none = page(tier, "0", "");
    let expected = (settled(&none), again(&none));
    for (fault, script) in FAULTS {
        let page = page(tier, "2", script);
        let first = settled(&page);
        page.wait_for(
            fault,
            "(({ count, failed }) => count || failed)(chickadee.state().backend.workers)",
        );
        let found = (first, again(&page));
        assert_eq!(found, expected, "a worker that {fault}");
        page.wait_for(
            "a reason",
            "chickadee.state().backend.workers.failed !== null",
        );
        assert_eq!(workers(&page)["count"], 0, "a worker that {fault}");
        let messages = page.state()["messages"].clone();
        let said = messages.as_array().map_or(0, Vec::len);
        assert!(said <= 1, "it is said once: {messages}");
    }
}

fn labs_share_their_workers(tier: Tier) {
    let page = Page::host(
        tier,
        "<div id=one style='width:700px;height:400px'></div><div id=two style='width:700px;height:400px'></div>",
    );
    page.run(
        "const whole = Worker; window.made = 0;
         window.Worker = class extends whole { constructor(...all) { super(...all); made += 1; } };
         const options = { link: 'lab=caching&units=600&places=40&caches=3', autoplay: false, backend: 'cpu', workers: 2 };
         window.labs = [await mount(one, options), await mount(two, { ...options, link: options.link + '&seed=9' })];
         for (const lab of labs) await lab.settled();",
    );
    page.wait_for(
        "workers",
        "labs.every((lab) => lab.state().backend.workers.count === 2)",
    );
    page.run("for (const lab of labs) lab.command('fly:8'), lab.command('cache'); for (const lab of labs) await lab.settled();");
    assert_eq!(page.js("return made"), Ok(json!(2)));
    page.run("labs[0].destroy(); labs[1].command('fly:12'); labs[1].command('cache'); await labs[1].settled();");
    let caches = page.js("return labs[1].state().caches.length");
    assert_eq!(caches, Ok(json!(3)));
    page.quiet();
}
