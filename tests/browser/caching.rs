//! The page as such, and the caching lab in it.

use std::{process::Command, sync::Arc};

use headless_chrome::{
    browser::tab::RequestPausedDecision,
    protocol::cdp::Fetch::{FulfillRequest, RequestPattern},
};
use serde_json::{Value, json};

use super::page::{Page, Tier, is_one_sentence, numbers};

/// Without a moving bird: what happens is what the test does.
const STILL: &str = "?autoplay=0&backend=cpu";
const LINK: &str = "lab=caching&seed=7&units=1000&search=0";

in_both_tiers!(
    page_loads_and_draws,
    a_page_at_rest_draws_nothing,
    session_has_the_hash_of_the_command_line,
    keyboard_alone_caches_and_recalls,
    bad_input_loses_nothing,
    phone_and_themes,
    broken_page_says_so,
    transformers_answer_as_on_the_command_line,
);

fn page_loads_and_draws(tier: Tier) {
    let page = Page::open_sized(tier, "", 1280, 800);
    page.ready();
    let adapter = page.js("return Boolean(await navigator.gpu?.requestAdapter())");
    assert_eq!(
        adapter,
        Ok(json!(matches!(tier, Tier::WebGpu))),
        "the browser was started as meant"
    );
    let state = page.state();
    assert_eq!(state["lab"], "caching", "{state}");
    page.shows_a_picture("page");
    assert_eq!(
        page.js("return [innerWidth, innerHeight]"),
        Ok(json!([1280, 800]))
    );
    page.quiet();
}

/// However often it is asked for its state: a page in a tab of its own costs nothing. On a busy machine the browser takes long
/// from one animation frame to the next, hence their count.
fn a_page_at_rest_draws_nothing(tier: Tier) {
    let page = Page::open(tier, STILL);
    page.ready();
    page.hurry();
    page.run("chickadee.setState('lab=caching&units=300&caches=20'); await chickadee.settled();");
    page.wait_for(
        "rest",
        "await (async () => { chickadee.work(); await new Promise((go) => setTimeout(go, 700)); \
         for (let i = 0; i < 5; i++) await new Promise(requestAnimationFrame); \
         return chickadee.work().frames === 0; })()",
    );
    let frames = page.js(
        "chickadee.observe(() => {}); \
         for (let i = 0; i < 20; i++) { chickadee.state(); chickadee.link(); chickadee.exportCsv(); \
             await new Promise((go) => setTimeout(go, 60)); await new Promise(requestAnimationFrame); } \
         return chickadee.work().frames",
    );
    assert_eq!(frames, Ok(json!(0)));
    page.run("chickadee.command('fly:5'); await chickadee.settled();");
    let frames = page.js("return chickadee.work().frames > 0");
    assert_eq!(frames, Ok(json!(true)), "what changes is drawn");
    page.quiet();
}

fn session_has_the_hash_of_the_command_line(tier: Tier) {
    let page = Page::open(tier, STILL);
    page.ready();
    page.hurry();
    page.run(&format!(
        "chickadee.setState('{LINK}');
         for (const site of [20, 35, 70]) {{
             chickadee.command(`fly:${{site}}`);
             chickadee.command('cache');
             await chickadee.settled();
         }}
         chickadee.command({{do: 'fly', to: 33}});
         chickadee.command('check');
         await chickadee.settled();"
    ));
    let state = page.state();
    page.shows_a_picture("session");

    let link = state["link"].as_str().expect("a link");
    let output = Command::new(env!("CARGO_BIN_EXE_chickadee"))
        .args(["run", link, "--json"])
        .output();
    let output = output.expect("the program starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let native: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        state["state_hash"], native["state_hash"],
        "the page and the program agree on {link}"
    );
    for key in ["seed_output", "place_output_peak"] {
        assert!(!numbers(&state[key]).is_empty(), "{key}: {state}");
        assert_eq!(numbers(&state[key]), numbers(&native[key]), "{key}");
    }
    page.quiet();
}

fn keyboard_alone_caches_and_recalls(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#{LINK}"));
    page.ready();
    page.hurry();
    page.run(
        "window.seen = [];
         for (const type of ['cached', 'recalled']) chickadee.on(type, (event) => seen.push(event.type));
         chickadee.canvas.focus();",
    );
    let before = page.state();
    for _ in 0..3 {
        page.press("ArrowRight");
    }
    assert_ne!(
        page.state()["at"],
        before["at"],
        "an arrow key moves the bird"
    );
    page.press("c");
    page.wait_for("an event that a seed was cached", "seen.includes('cached')");
    page.press("r");
    page.wait_for("an event of recall", "seen.includes('recalled')");
    let caches = page.state()["caches"].as_array().map(Vec::len);
    assert_eq!(caches, Some(1), "{}", page.state());
    page.shows_a_picture("keyboard");
    page.quiet();
}

fn bad_input_loses_nothing(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#{LINK}"));
    page.ready();
    page.hurry();
    page.run("chickadee.command('fly:12'); chickadee.command('cache'); await chickadee.settled();");
    let hash = page.state()["state_hash"].clone();
    let wrong = [
        "chickadee.setState(7)",
        "chickadee.setState(['lab=caching'])",
        "chickadee.setState({lab: 'caching'})",
        "chickadee.setState(undefined)",
        "chickadee.setState('seed='.padEnd(1 << 20, '7'))",
        "chickadee.command({do: 'fly', to: NaN})",
        "chickadee.command({do: 'fly', to: 'home'})",
        "chickadee.command({do: 'fly'})",
        "chickadee.command({})",
        "chickadee.command([])",
        "chickadee.command(42)",
        "chickadee.command(null)",
        "chickadee.command('nonsense')",
        "chickadee.command('fly:')",
        "chickadee.command('fly:1e99')",
        "chickadee.command('set:gain=NaN')",
        "chickadee.step(0.5)",
        "chickadee.step('two')",
        "chickadee.on('nonsense', () => {})",
        "chickadee.on('cached', 'nonsense')",
        "chickadee.observe(1)",
    ];
    for call in wrong {
        let error = page
            .js(&format!("return {call}"))
            .expect_err(&format!("{call} is refused"));
        is_one_sentence(call, &error);
        assert_eq!(
            page.state()["state_hash"],
            hash,
            "the run is intact after {call}"
        );
    }
    for link in [
        "lab=caching&units=0",
        "lab=caching&units=-1",
        "lab=caching&units=1000000000",
        "lab=caching&units=NaN",
        "lab=nosuch",
        "lab=caching&seed=%zz",
        "lab=caching&nosuch=1",
    ] {
        // A lab of the largest size is not built here in earnest: what counts is that the link is answered at once.
        match page.js(&format!("return chickadee.setState('{link}')")) {
            Ok(messages) => {
                let messages = messages.as_array().cloned().unwrap_or_default();
                assert_eq!(messages.len(), 1, "one message for {link}: {messages:?}");
                is_one_sentence(link, messages[0].as_str().unwrap_or_default());
            }
            Err(error) => is_one_sentence(link, &error),
        }
        page.run(&format!(
            "chickadee.setState('{LINK}'); await chickadee.settled();"
        ));
        assert!(page.state()["state_hash"].is_string(), "alive after {link}");
    }
    page.shows_a_picture("bad-input");
    page.quiet();
}

fn phone_and_themes(tier: Tier) {
    let page = Page::open_sized(tier, "", 390, 844);
    page.ready();
    page.shows_a_picture("phone");
    assert_eq!(
        page.js("return document.documentElement.scrollWidth <= innerWidth"),
        Ok(json!(true))
    );
    page.quiet();
    for theme in ["light", "dark", "projector"] {
        let page = Page::open(tier, &format!("?autoplay=0&theme={theme}"));
        page.ready();
        page.shows_a_picture(theme);
        page.quiet();
    }
}

/// Both committed checkpoints load in the page and give the bits that they give natively; a broken one gets a sentence.
fn transformers_answer_as_on_the_command_line(tier: Tier) {
    use chickadee_engine::{
        base::random::{Random, Stream},
        models::transformer::{Checkpoint, Context, Transformer, Want},
        worlds::maze::{Task, explore},
    };
    let page = Page::open(tier, "");
    page.ready();
    for (name, bytes, task) in [
        (
            "gridworld",
            chickadee::built_in::GRIDWORLD,
            Task::published_grid(828_000, 15).expect("a state"),
        ),
        (
            "tree",
            chickadee::built_in::TREE,
            Task::published_tree(0, 1.0, Some(102)).expect("a state"),
        ),
    ] {
        let steps = explore(&task, 0, 120, &mut Random::new(3, Stream::Explore, 0));
        let (tokens, queries) = (task.observe(&steps), task.ask_everywhere());
        let transformer = Transformer::new(Checkpoint::read(bytes).expect("ours").weights);
        let mut context = Context::new(transformer.shape());
        context.append(&transformer, &tokens);
        let expected = transformer
            .ask(&context, 120, &queries, Want::default())
            .logits;
        let answer = page.js(&format!(
            "const {{ transformer }} = await import(new URL('web/chickadee.js', document.baseURI).href);
             const model = await transformer(new URL('assets/models/{name}-small.safetensors', document.baseURI));
             model.append(new Float32Array({tokens:?}));
             const logits = [...model.ask(new Float32Array({queries:?}))];
             model.free();
             return logits;"
        ));
        assert_eq!(
            numbers(&answer.expect("answers")),
            expected.values(),
            "{name}"
        );
    }
    let error = page.js(
        "const { transformer } = await import(new URL('web/chickadee.js', document.baseURI).href);
         const bytes = await (await fetch('assets/models/tree-small.safetensors')).arrayBuffer();
         await transformer(bytes.slice(0, 50000));",
    );
    is_one_sentence("a truncated checkpoint", &error.expect_err("is refused"));
    for size in [
        "{ width: 4096, layers: 64, heads: 4 }",
        "{ width: 10, layers: 1, heads: 3 }",
        "{}",
    ] {
        let error = page.js(&format!(
            "const {{ transformer }} = await import(new URL('web/chickadee.js', document.baseURI).href);
             await transformer({size});"
        ));
        is_one_sentence(size, &error.expect_err("is refused"));
    }
    page.quiet();
}

fn broken_page_says_so(tier: Tier) {
    let page = Page::blank(tier, 1280, 800);
    let pattern = RequestPattern {
        url_pattern: Some("*chickadee_bg.wasm".into()),
        resource_Type: None,
        request_stage: None,
    };
    page.tab
        .enable_fetch(Some(&[pattern]), None)
        .expect("intercepts");
    let gone = |_, _, event: headless_chrome::protocol::cdp::Fetch::events::RequestPausedEvent| {
        RequestPausedDecision::Fulfill(FulfillRequest {
            request_id: event.params.request_id,
            response_code: 404,
            response_headers: None,
            binary_response_headers: None,
            body: None,
            response_phrase: None,
        })
    };
    page.tab
        .enable_request_interception(Arc::new(gone))
        .expect("intercepts");
    page.go(&format!("#{LINK}"));
    page.explains("broken", "404");
}

#[test]
#[ignore = "needs the built page and Chromium: run by cargo xtask test"]
fn browser_that_cannot_draw_gets_a_sentence() {
    let page = Page::blank(Tier::Nothing, 1280, 800);
    page.go("");
    page.explains("nothing-to-draw-with", "WebGL2");
    let fetched = page.js(
        "return performance.getEntriesByType('resource').some((entry) => entry.name.endsWith('.wasm'))",
    );
    assert_eq!(fetched, Ok(json!(false)), "nothing is downloaded in vain");
}
