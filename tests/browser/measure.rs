//! Measurements for `BENCHMARKS.md`: `cargo xtask bench-web`. They print and judge nothing.

use headless_chrome::protocol::cdp::Page::AddScriptToEvaluateOnNewDocument;

use super::page::{Page, Tier};

in_both_tiers!(
    first_frame,
    memory_of_the_page,
    frames_while_the_bird_forages,
    frames_while_a_maze_is_explored,
    decisions_of_the_transformer,
    decisions_beside_onnx_runtime,
);

with_webgl!(
    kernels_beside_another_build,
    all_places_with_workers,
    frames_beside_workers,
    figures_in_the_page,
);

/// From the navigation to the first frame on the screen (the event `ready`), and when the last byte
/// of the module was there: in a browser that has never seen the page, and again in the same one. The server is on this machine.
fn first_frame(tier: Tier) {
    for _ in 0..3 {
        let page = Page::blank(tier, 1280, 800);
        // Its clock starts with the navigation.
        let watch = AddScriptToEvaluateOnNewDocument {
            source: "let lab; Object.defineProperty(window, 'chickadee', {
                         get: () => lab, set(handle) { lab = handle; window.readyAfter = performance.now(); } });"
                .into(),
            world_name: None,
            include_command_line_api: None,
            run_immediately: None,
        };
        page.tab.call_method(watch).expect("watches");
        for cache in ["cold", "warm"] {
            page.go("?autoplay=0&backend=cpu");
            page.ready();
            let times = page
                .js("const module = performance.getEntriesByType('resource').find((entry) => entry.name.includes('_bg.wasm'));
                     return { loaded: Math.round(module?.responseEnd), ready: Math.round(readyAfter) };")
                .expect("numbers");
            println!("first frame, {cache} ({}), ms: {times}", tier.name());
            page.tab.navigate_to("about:blank").expect("leaves");
            page.tab.wait_until_navigated().expect("has left");
        }
    }
}

/// The module's memory, which only grows, and the heap of JavaScript beside it, when three seeds are stored and recalled from
/// everywhere. What the browser needs for drawing is not in it.
fn memory_of_the_page(tier: Tier) {
    for units in [1000, 5000] {
        let page = Page::open(
            tier,
            &format!("?autoplay=0&backend=cpu#lab=caching&units={units}&caches=20,35,70"),
        );
        page.ready();
        page.run("await chickadee.settled();");
        let memory = page
            .js("const { memory } = await wasmBindings.default();
                 const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
                 return { module: megabytes(memory.buffer.byteLength), heap: megabytes(performance.memory?.usedJSHeapSize) };")
            .expect("numbers");
        println!("memory, N = {units} ({}), MB: {memory}", tier.name());
    }
}

/// Step by step, with rests in which drawing by software can end: what our own code takes of a step, and of a frame.
const STEP_BY_STEP: &str = "chickadee.command('pause');
     const steps = [];
     for (let i = 0; i < 16; i++) {
         await new Promise((done) => setTimeout(done, 600));
         chickadee.work();
         chickadee.command('step:1');
         for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
         await chickadee.settled();
         const work = chickadee.work();
         steps.push([work.frames * work.logic, work.ui]);
     }
     const sorted = (of) => steps.map(of).sort((a, b) => a - b);
     const [logic, ui] = [sorted((s) => s[0]), sorted((s) => s[1])];
     return { step: { least: logic[0], median: logic[8] }, frame: { least: ui[0], median: ui[8] } };";

/// The same for the bird, at full gain and with three seeds in its memory.
fn frames_while_the_bird_forages(tier: Tier) {
    for units in [1000, 5000] {
        let page = Page::open(
            tier,
            &format!("?backend=cpu#lab=caching&units={units}&caches=20,35,70&gain=1&forage=on"),
        );
        page.ready();
        page.run("await chickadee.settled(); chickadee.command('play'); chickadee.work();");
        page.run("await new Promise((done) => setTimeout(done, 5000));");
        let foraging = page.js("return chickadee.work()").expect("numbers");
        println!("N = {units} ({}), foraging: {foraging}", tier.name());
        let steps = page.js(STEP_BY_STEP).expect("numbers");
        println!("N = {units} ({}), step by step, ms: {steps}", tier.name());
    }
}

/// Our decisions and ONNX Runtime Web's, with the same weights, context and query, in the same page and run. In the tier
/// without WebGPU its WebAssembly alone.
fn decisions_beside_onnx_runtime(tier: Tier) {
    if std::env::var_os("CHICKADEE_ORT").is_none() {
        println!(
            "ONNX Runtime Web is not here (npm ci --ignore-scripts in benches/web): nothing to compare with"
        );
        return;
    }
    // A page of its own, without a lab: drawing by software would take the cores from both.
    let page = Page::open(tier, "bench/index.html");
    page.wait_for("an empty page", "document.querySelector('p')");
    let small = "'assets/models/gridworld-small.safetensors'";
    // On an adapter in software a pass takes a second: one size has to do.
    let (provider, rounds, sizes): (_, _, &[_]) = match tier {
        Tier::WebGpu => ("webgpu", 3, &[(small, 200)]),
        _ => (
            "wasm",
            15,
            &[(small, 200), (small, 800), ("512", 200), ("512", 800)],
        ),
    };
    for (source, length) in sizes {
        let times = page
            .js(&format!(
                "const {{ compare }} = await import(new URL('compare.js', document.baseURI).href);
                 return await compare({{ source: {source}, length: {length}, provider: '{provider}', rounds: {rounds} }});"
            ))
            .expect("equal answers");
        println!("{source}, T = {length}, ms: {times}");
    }
}

/// Recall and tuning at all places with no worker, one and two, in turn: seconds, and the longest frame of our own code meanwhile.
fn all_places_with_workers(tier: Tier) {
    for units in [2000, 5000] {
        let link = format!("lab=caching&units={units}&caches=20,35,70&gain=1&at=50");
        for round in 0..3 {
            for workers in [0, 1, 2] {
                let page = Page::open(
                    tier,
                    &format!("?autoplay=0&backend=cpu&workers={workers}#{link}"),
                );
                page.ready();
                page.run("await chickadee.settled();");
                page.wait_for(
                    "workers",
                    &format!("chickadee.state().backend.workers.count === {workers}"),
                );
                // Another weight is another network of memories: everything is recalled again.
                let times = page
                    .js("chickadee.command('weight:0=0.9'); await chickadee.settled();
                         chickadee.work();
                         const begin = performance.now();
                         chickadee.command('weight:0=0.8'); await chickadee.settled();
                         const seconds = Number(((performance.now() - begin) / 1000).toFixed(2));
                         const { longest, slice, frames } = chickadee.work();
                         return { seconds, longest: Number(longest.toFixed(1)), slice: Number(slice.toFixed(1)), frames, shown: chickadee.state().shown_hash };")
                    .expect("numbers");
                println!("N = {units}, {workers} workers, round {round}: {times}");
            }
        }
    }
}

/// Costs of every frame, in milliseconds, and for every press of the space bar the milliseconds and frames until it is answered.
const WATCH: &str = "window.costs = []; window.answers = [];
     const each = () => {
         const { frames, logic, ui } = chickadee.work();
         if (frames === 1) costs.push(logic + ui);
         requestAnimationFrame(each);
     };
     requestAnimationFrame(each);
     addEventListener('keydown', (event) => {
         const playing = chickadee.state().playing;
         let frames = 0;
         const look = () => {
             frames += 1;
             if (chickadee.state().playing === playing) return requestAnimationFrame(look);
             answers.push([Math.round(performance.now() - event.timeStamp), frames]);
         };
         requestAnimationFrame(look);
     }, true);";

/// While workers are at it, one of two cores and both: what our own code takes of a frame, and how soon the space bar is answered.
fn frames_beside_workers(tier: Tier) {
    for (link, change) in [
        (
            "lab=caching&units=5000&caches=20,35,70&gain=1&at=50",
            "weight:0=0.9",
        ),
        (
            "lab=maze&task=tree&seed=3&longest=1600&t=800&head=rollout&compare=on&dqn=on",
            "delete:100",
        ),
    ] {
        for workers in [1, 2] {
            let options = format!("?autoplay=0&backend=cpu&workers={workers}#{link}");
            let page = Page::open(tier, &options);
            page.ready();
            page.wait_for(
                "workers",
                &format!("chickadee.state().backend.workers.count === {workers}"),
            );
            page.run("await chickadee.settled();");
            page.run(WATCH);
            page.run(&format!(
                "chickadee.command('{change}');
                 chickadee.settled().then(() => {{ window.ended = true; }});"
            ));
            let found = page.js(
                "await new Promise((done) => setTimeout(done, 6000));
                 const ended = window.ended === true;
                 const sorted = costs.slice(1).sort((a, b) => a - b);
                 const at = (share) => Number(sorted[Math.floor((sorted.length - 1) * share)].toFixed(1));
                 return { ended, frames: sorted.length, first: costs[0], median: at(0.5), of_20: at(0.95), longest: at(1) };",
            );
            let found = found.expect("numbers");
            // Time passes for a moment only.
            for _ in 0..5 {
                page.key(" ", 0);
                page.run("await new Promise((done) => setTimeout(done, 200));");
                page.key(" ", 0);
                page.run("await new Promise((done) => setTimeout(done, 1000));");
            }
            let answers = page.js("return answers").expect("numbers");
            println!("{link}, {workers} workers: {found}, answers: {answers}");
        }
    }
}

/// Four main figures at N = 1,000 with five networks, by as many workers as the page wants (one of them without, too): seconds, the longest frame of our own
/// code meanwhile, and the hash of all samples, which `chickadee run LINK --json` has to give as well.
fn figures_in_the_page(tier: Tier) {
    for figure in ["3e", "4e", "5c", "6f"] {
        let link = format!("lab=figures&figure={figure}&seeds=5&units=1000");
        // Without workers the longer ones take minutes between slow frames.
        let without = (figure == "3e").then_some("0");
        for workers in ["auto"].into_iter().chain(without) {
            let options = format!("?autoplay=0&backend=cpu&workers={workers}#{link}");
            let page = Page::open(tier, &options);
            page.ready();
            if workers == "auto" {
                page.wait_for("workers", "chickadee.state().backend.workers.count > 0");
            }
            page.run(
                "chickadee.work();
                 window.begin = performance.now();
                 chickadee.command('recompute');
                 chickadee.settled().then(() => { window.ended = performance.now(); });",
            );
            // No answer of the browser may take minutes.
            let ended = "await new Promise((done) => setTimeout(done, 3000)); return Boolean(window.ended);";
            while !page
                .js(ended)
                .expect("an answer")
                .as_bool()
                .unwrap_or_default()
            {}
            let found = page
                .js("const seconds = Number(((ended - begin) / 1000).toFixed(1));
                     const { longest, slice, frames } = chickadee.work();
                     const { state_hash, link, backend } = chickadee.state();
                     return { seconds, longest: Number(longest.toFixed(1)), slice: Number(slice.toFixed(1)), frames, workers: backend.workers.count, state_hash, link };")
                .expect("numbers");
            println!("{figure}: {found}");
        }
    }
}

/// Decisions, memories and recall of this build and of another, in turn, in one browser: the same bits, and the ratio of the times.
fn kernels_beside_another_build(tier: Tier) {
    if std::env::var_os("CHICKADEE_BESIDE").is_none() {
        println!("no other build is here (cargo xtask bench-web --beside FOLDER)");
        return;
    }
    let page = Page::open(tier, "bench/index.html");
    page.wait_for("an empty page", "document.querySelector('p')");
    let print = |what: String| {
        let script = format!(
            "const page = await import(new URL('beside.js', document.baseURI).href); return await page.{what};"
        );
        let times = page.js(&script).expect("the same bits");
        println!("{what}, ms: {times}");
    };
    for (width, length) in [(128, 200), (128, 800), (512, 200), (512, 800)] {
        print(format!("decisions({width}, {length})"));
    }
    for units in [1000, 2000] {
        print(format!("recall({units})"));
    }
}

/// What our own code takes of a step and of a frame, policy and attention shown: once while the explorer walks, when drawing by
/// software takes the cores as well, and once step by step with rests in which that can end.
fn frames_while_a_maze_is_explored(tier: Tier) {
    for (name, link) in [
        (
            "gridworld, T = 200",
            "lab=maze&task=gridworld&seed=7&longest=400&t=180",
        ),
        (
            "tree, T = 800",
            "lab=maze&task=tree&seed=3&longest=1600&t=780",
        ),
    ] {
        let page = Page::open(tier, &format!("?backend=cpu#{link}"));
        page.ready();
        page.run("await chickadee.settled(); chickadee.command('play'); chickadee.work();");
        page.run("await new Promise((done) => setTimeout(done, 5000));");
        let walking = page
            .js("return [chickadee.work(), chickadee.state().t]")
            .expect("numbers");
        println!("{name} ({}), walking: {walking}", tier.name());
        let steps = page.js(STEP_BY_STEP).expect("numbers");
        println!("{name} ({}), step by step, ms: {steps}", tier.name());
    }
}

/// One decision, one field and one more memory, of random weights at the page's and the paper's width. The browser's clock
/// is coarse, hence several at a time.
fn decisions_of_the_transformer(tier: Tier) {
    let page = Page::open(tier, "?autoplay=0&backend=cpu");
    page.ready();
    for (width, context) in [(128, 200), (128, 800), (512, 200), (512, 800)] {
        let times = page
            .js(&format!(
                "const {{ transformer }} = await import(new URL('web/chickadee.js', document.baseURI).href);
                 const model = await transformer({{width: {width}, layers: 3, heads: 4}});
                 const tokens = (count) => Float32Array.from({{length: count * model.token}}, (_, i) => Math.sin(i));
                 const time = (what, times) => {{
                     let best = Infinity;
                     for (let i = 0; i < 10; i++) {{
                         const begin = performance.now();
                         for (let j = 0; j < times; j++) what();
                         best = Math.min(best, (performance.now() - begin) / times);
                     }}
                     return Number(best.toPrecision(3));
                 }};
                 const whole = tokens({context}), one = tokens(1), field = tokens(25);
                 const encode = time(() => {{ model.truncate(0); model.append(whole); }}, 1);
                 const append = time(() => {{ model.truncate({context} - 1); model.append(one); }}, 20);
                 const result = {{ encode, append, query: time(() => model.ask(one), 50), field: time(() => model.ask(field), 5) }};
                 model.free();
                 return result;"
            ))
            .expect("numbers");
        println!("d = {width}, T = {context} ({}), ms: {times}", tier.name());
    }
}
