//! The packages and the examples on pages of others: as the READMEs say, in a bundler, in React, on a slide.
//!
//! `cargo xtask test` makes the pages (`xtask/src/package/trial/pages.rs`) and serves them: `CHICKADEE_URL` is the folder that the
//! README's lines made, one below the top, and `CHICKADEE_VITE` the addresses of Vite's development servers, of today and of before.

use serde_json::json;

use super::page::{Page, Tier};

with_webgl!(
    the_readmes_four_lines_put_a_lab_on_a_page,
    the_unpacked_page_runs_where_it_lies,
    the_installed_package_runs_without_a_bundler,
    the_installed_package_runs_in_a_bundle,
    the_installed_package_runs_while_developing,
    a_react_page_mounts_unmounts_and_mounts,
    a_click_lands_on_a_scaled_slide,
);

/// A page at the top of the server.
fn open(path: &str) -> Page {
    let page = Page::blank(Tier::WebGl, 1280, 800);
    page.go(&format!("../{path}"));
    page
}

/// The page has a lab with three seeds, which is seen, does what it is told, and is heard to find a seed again.
fn works(page: &Page, name: &str) {
    page.wait_for("the lab", "document.querySelector('chickadee-lab')?.handle");
    page.run("window.lab = document.querySelector('chickadee-lab').handle; await lab.settled();");
    page.shows_a_picture(name);
    page.run(
        "window.found = [];
         lab.on('recalled', (event) => found.push([event.place, event.found]));
         lab.command('fly:35'); lab.command('check'); await lab.settled();",
    );
    let seen =
        page.js("return [lab.state().caches.map((seed) => seed.place), lab.state().at, found]");
    assert_eq!(seen, Ok(json!([[20, 35, 70], 35, [[35, true]]])), "{name}");
    // The transformer's weights are files of the package, too.
    page.run("lab.setState('lab=maze&task=gridworld&seed=7&t=40'); await lab.settled();");
    let model = page.js("return [lab.state().model?.name, lab.state().messages]");
    assert_eq!(model, Ok(json!(["gridworld-small", []])), "{name}");
    page.quiet();
}

fn the_readmes_four_lines_put_a_lab_on_a_page(_: Tier) {
    works(&open("readme.html"), "readme-site");
}

fn the_unpacked_page_runs_where_it_lies(tier: Tier) {
    let page = Page::blank(tier, 1280, 800);
    page.go(&format!(
        "../chickadee-{}/?autoplay=0&backend=cpu",
        env!("CARGO_PKG_VERSION")
    ));
    page.ready();
    page.run("await chickadee.settled();");
    page.shows_a_picture("page-zip");
    page.quiet();
}

fn the_installed_package_runs_without_a_bundler(_: Tier) {
    works(&open("plain.html"), "npm-plain");
}

fn the_installed_package_runs_in_a_bundle(_: Tier) {
    works(&open("vite/"), "npm-vite");
}

fn the_installed_package_runs_while_developing(tier: Tier) {
    let addresses = std::env::var("CHICKADEE_VITE").expect("addresses of Vite's servers");
    for address in addresses.split(' ') {
        let page = Page::blank(tier, 1280, 800);
        page.tab.navigate_to(address).expect("the page is there");
        works(&page, "npm-vite-development");
    }
}

/// In StrictMode: what was mounted first is ended, and one lab is left; a change of its link changes it, and hiding ends it.
fn a_react_page_mounts_unmounts_and_mounts(_: Tier) {
    let page = open("react/");
    let labs = "document.querySelectorAll('.chickadee-frame').length";
    page.wait_for("the lab", "window.lab");
    page.run("await lab.settled();");
    page.shows_a_picture("react");
    assert_eq!(page.js(&format!("return {labs}")), Ok(json!(1)));
    let seen = page.js("lab.command('check'); await lab.settled();
         return [recalled, lab.state().at];");
    assert_eq!(seen, Ok(json!([[20], 20])), "one lab tells it once");
    page.run("document.getElementById('elsewhere').click();");
    page.wait_for("the other link", "lab.state().at === 40");
    for _ in 0..3 {
        page.run("window.old = lab; window.lab = null; document.getElementById('toggle').click();");
        page.wait_for("its end", &format!("{labs} === 0"));
        let gone = page.js("return old.settled().then(() => '', (error) => error.message)");
        assert_eq!(gone, Ok(json!("This lab was destroyed.")));
        page.run("document.getElementById('toggle').click();");
        page.wait_for("the next lab", "window.lab");
        let seen = page.js(&format!(
            "await lab.settled(); return [{labs}, lab.state().at]"
        ));
        assert_eq!(seen, Ok(json!([1, 40])));
    }
    page.shows_a_picture("react-again");
    page.quiet();
}

/// reveal.js makes its slides smaller than the window; a click leads where it would on a slide that is not scaled.
fn a_click_lands_on_a_scaled_slide(tier: Tier) {
    let page = Page::blank(tier, 1400, 860);
    page.go("web/examples/slide.html");
    let lab = "document.querySelector('section.present chickadee-lab')";
    page.wait_for("the lab", &format!("{lab}?.handle"));
    page.run(&format!(
        "window.Reveal = (await import(new URL('node_modules/reveal.js/dist/reveal.mjs', location.href).href)).default;
         window.lab = {lab}.handle; await lab.settled();",
    ));
    page.shows_a_picture("slide");
    page.run("lab.setState('lab=caching&units=300&seed=1&autoplay=0'); await lab.settled();");
    // The place that a click at this share of the lab leads to.
    let place_at = |x: f64, y: f64| {
        page.run("lab.command('fly:50'); await lab.settled();");
        let rect = page.js("const { left, top, width, height } = lab.canvas.getBoundingClientRect(); return [left, top, width, height]");
        let rect: Vec<f64> = serde_json::from_value(rect.expect("a place")).expect("numbers");
        page.click(rect[0] + x * rect[2], rect[1] + y * rect[3]);
        page.run("await lab.settled();");
        page.js("return lab.state().at").expect("a place").as_i64()
    };
    let points = [(0.1, 0.3), (0.15, 0.55), (0.22, 0.3), (0.15, 0.25)];
    let large = points.map(|(x, y)| place_at(x, y));
    let mut places = large.to_vec();
    places.dedup();
    assert!(places.len() > 2, "clicks fly: {large:?}");
    page.resize(900, 600);
    page.run("await new Promise((go) => setTimeout(go, 700));");
    let scale = page.js("return Reveal.getScale()").expect("a number");
    assert!(scale.as_f64().is_some_and(|scale| scale < 0.8), "{scale}");
    let small = points.map(|(x, y)| place_at(x, y));
    // A pixel of the window is more than one of the lab.
    let apart =
        |(a, b): (&Option<i64>, &Option<i64>)| a.zip(*b).is_some_and(|(a, b)| (a - b).abs() <= 1);
    assert!(
        large.iter().zip(&small).all(apart),
        "{small:?} for {large:?}"
    );
    page.shows_a_picture("slide-small");
    // The arrow keys are the lab's while it has the focus, and the slides' before and after.
    page.key("ArrowRight", 0);
    let seen = page.js(&format!(
        "return [Reveal.getIndices().h, {lab}.handle === lab]"
    ));
    assert_eq!(seen, Ok(json!([0, true])), "the lab has the focus");
    page.run("document.activeElement.blur();");
    page.key("ArrowRight", 0);
    page.wait_for(
        "the second lab",
        &format!("Reveal.getIndices().h === 1 && {lab}?.handle"),
    );
    page.run(&format!("await {lab}.handle.settled();"));
    page.shows_a_picture("slide-second");
    page.quiet();
}
