//! Measurements for `BENCHMARKS.md`: `cargo xtask bench-web`. They print and judge nothing.

use super::page::{Page, Tier};

in_both_tiers!(
    frames_while_a_maze_is_explored,
    decisions_of_the_transformer
);

/// What our own code takes of a frame while the explorer makes twenty steps a second, policy and attention shown.
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
        let work = page
            .js("return [chickadee.work(), chickadee.state().t]")
            .expect("numbers");
        println!("{name} ({}): {work}", tier.name());
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
