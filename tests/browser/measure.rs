//! Measurements for `BENCHMARKS.md`: `cargo xtask bench-web`. They print and judge nothing.

use super::page::{Page, Tier};

in_both_tiers!(
    frames_while_a_maze_is_explored,
    decisions_of_the_transformer
);

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
        let steps = page
            .js("chickadee.command('pause');
                 const steps = [];
                 for (let i = 0; i < 16; i++) {
                     await new Promise((done) => setTimeout(done, 600));
                     chickadee.work();
                     chickadee.command('step:1');
                     await chickadee.settled();
                     const work = chickadee.work();
                     steps.push([work.frames * work.logic, work.ui]);
                 }
                 const sorted = (of) => steps.map(of).sort((a, b) => a - b);
                 const [logic, ui] = [sorted((s) => s[0]), sorted((s) => s[1])];
                 return { step: { least: logic[0], median: logic[8] }, frame: { least: ui[0], median: ui[8] } };")
            .expect("numbers");
        println!("{name} ({}), step by step, ms: {steps}", tier.name());
    }
}

/// One decision, one field and one more memory, of random weights at the page's and the paper's width.
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
                     for (let i = 0; i < times; i++) {{
                         const begin = performance.now();
                         what();
                         best = Math.min(best, performance.now() - begin);
                     }}
                     return Math.round(best * 1000) / 1000;
                 }};
                 const whole = tokens({context}), one = tokens(1), field = tokens(25);
                 const encode = time(() => {{ model.truncate(0); model.append(whole); }}, 3);
                 const append = time(() => {{ model.truncate({context} - 1); model.append(one); }}, 20);
                 const result = {{ encode, append, query: time(() => model.ask(one), 50), field: time(() => model.ask(field), 20) }};
                 model.free();
                 return result;"
            ))
            .expect("numbers");
        println!("d = {width}, T = {context} ({}), ms: {times}", tier.name());
    }
}
