//! Labs in pages that are not ours: focus, keyboard, scrolling, scale, size, contexts, attributes, policies.

use headless_chrome::protocol::cdp::Emulation::SetTouchEmulationEnabled;
use serde_json::{Value, json};

use super::{
    host::Answer,
    page::{Page, Tier, is_one_sentence},
};

in_both_tiers!(
    tab_leads_through_a_lab_and_out_again,
    boxes_of_any_size,
    clicks_land_at_any_scale,
    a_lost_picture_comes_back,
    labs_out_of_view_give_their_contexts_back,
);

with_webgl!(
    nothing_takes_the_focus_unasked,
    wheel_and_finger_are_the_pages,
    a_finger_scrolls_past_a_lab,
    small_textures_are_enough,
    attributes_come_in_any_order,
    a_failed_start_can_be_tried_again,
    what_is_said_again_is_heard_again,
    strict_policies,
    the_labs_keys_work_beside_a_focused_control,
    a_lab_out_of_view_answers,
    what_ends_answers_too,
    // Contexts that browsers count are those of WebGL; software WebGPU takes many seconds a lab.
    labs_come_and_go,
    a_hundred_labs_are_scrolled_through,
    hostile_messages_do_no_harm,
    the_examples_and_the_readme_work,
);

/// A lab of few units that nothing moves by itself, in `box`.
const LAB: &str = "window.lab = await mount(box, { link: 'lab=caching&units=400&seed=1', autoplay: false, backend: 'cpu' });";

/// The state of the lab of a host.
fn state(page: &Page) -> Value {
    page.js("return lab.state()").expect("has a state")
}

fn nothing_takes_the_focus_unasked(tier: Tier) {
    let page = Page::host(
        tier,
        "<input id=search><div style='height:1500px'></div><div id=box style='width:800px;height:500px'></div>",
    );
    page.run(&format!(
        "search.focus(); window.mounting = (async () => {{ {LAB} }})();"
    ));
    let mut typed = 0;
    while page.js("return !window.lab") == Ok(json!(true)) || typed < 20 {
        page.key("a", 0);
        typed += 1;
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(typed < 2000, "the lab starts");
    }
    let seen = page.js("return [document.activeElement.id, search.value.length, scrollY]");
    assert_eq!(seen, Ok(json!(["search", typed, 0])));
    // Not even when the simulator stops.
    page.run("dispatchEvent(new CustomEvent('chickadee-panic', { detail: 'the sky fell' }));");
    let active = page.js("return document.activeElement.id");
    assert_eq!(active, Ok(json!("search")));
    page.quiet();
}

fn tab_leads_through_a_lab_and_out_again(tier: Tier) {
    let page = Page::host(
        tier,
        "<button id=before>before</button><div id=box style='width:800px;height:500px'></div><button id=after>after</button>",
    );
    page.run(&format!("{LAB} await lab.settled(); before.focus();"));
    let walk = |modifiers, end: &str| {
        for stops in 0..150 {
            page.key("Tab", modifiers);
            page.frames(3);
            let active =
                page.js("return document.activeElement.id || document.activeElement.className");
            let active = active.expect("an element");
            if active == json!(end) {
                return stops;
            }
            assert_eq!(
                active,
                json!("chickadee-canvas"),
                "inside or out, {stops} stops"
            );
        }
        panic!("no way to {end}");
    };
    let stops = walk(0, "after");
    assert!(stops > 5, "controls are stops: {stops}");
    assert_eq!(walk(8, "before"), stops, "the way back is as long");
    // Escape, then Tab, from anywhere.
    for _ in 0..4 {
        page.key("Tab", 0);
        page.frames(3);
    }
    page.key("Escape", 0);
    page.frames(2);
    page.key("Tab", 0);
    assert_eq!(
        page.js("return document.activeElement.id"),
        Ok(json!("after"))
    );
    let label = page.js("return lab.canvas.getAttribute('aria-label')");
    assert!(
        label
            .expect("a label")
            .as_str()
            .is_some_and(|label| label.contains("Escape"))
    );
    page.quiet();
}

fn wheel_and_finger_are_the_pages(tier: Tier) {
    let page = Page::host(
        tier,
        "<div id=box style='width:100%;height:600px'></div><div style='height:3000px'></div>",
    );
    page.run(
        "window.lab = await mount(box, { link: 'lab=caching&units=300&seed=1&caches=3,9,15,21,27,33,39,45,51,57,63,69,75,81', autoplay: false, backend: 'cpu' });
         await lab.settled(); lab.command('cache'); await lab.settled();",
    );
    let scrolled = |x: f64, y: f64| {
        page.run("scrollTo(0, 0)");
        page.frames(3);
        page.wheel(x, y, 120.0);
        page.run("await new Promise((go) => setTimeout(go, 600));");
        let moved = page.js("return scrollY").expect("a number");
        page.run("scrollTo(0, 0)");
        moved.as_f64().unwrap_or_default()
    };
    assert!(scrolled(300.0, 300.0) > 50.0, "nothing scrolls there");
    // Where something in the lab can be scrolled: the page's before a click, the lab's after it.
    let place = page.js(
        "const { width, height } = lab.canvas.getBoundingClientRect();
         for (let y = 40; y < height; y += 12) for (let x = 20; x < width; x += 40) {
             const event = new WheelEvent('wheel', { clientX: x, clientY: y, deltaY: 40, bubbles: true, cancelable: true });
             lab.canvas.dispatchEvent(event);
             if (box.querySelector('.chickadee-note')) return [x, y];
         }",
    );
    let place = place.expect("looks");
    let (Some(x), Some(y)) = (place[0].as_f64(), place[1].as_f64()) else {
        panic!("nothing in this lab scrolls: {place}");
    };
    assert!(scrolled(x, y) > 50.0, "before a click");
    let hint = page.js("return box.querySelector('.chickadee-note').innerText");
    assert_eq!(hint, Ok(json!("Click the lab to scroll in it")));
    page.run("lab.canvas.focus();");
    assert_eq!(scrolled(x, y), 0.0, "after it");
    page.quiet();
}

fn a_finger_scrolls_past_a_lab(tier: Tier) {
    let page = Page::blank(tier, 390, 844);
    page.answer(vec![Answer::page(
        "<meta name=viewport content='width=device-width'><div style='height:200px'></div><div id=box style='width:100%;height:600px'></div><div style='height:3000px'></div>",
    )]);
    let touch = SetTouchEmulationEnabled {
        enabled: true,
        max_touch_points: Some(5),
    };
    page.tab.call_method(touch).expect("has a touch screen");
    page.go("host.html");
    page.wait_for("the host's page", "document.readyState === 'complete'");
    page.run(
        "window.mount = (await import(new URL('web/chickadee.js', location.href).href)).mount;",
    );
    page.run(LAB);
    page.swipe_up(195.0, 600.0, 300.0);
    page.wait_for("the page to move", "scrollY > 100");
    // The finger has let go of the lab: a later click on the page is not the lab's.
    page.frames(3);
    assert_eq!(
        page.js("return document.activeElement === document.body"),
        Ok(json!(true))
    );
}

fn clicks_land_at_any_scale(tier: Tier) {
    let page = Page::host(
        tier,
        "<div id=box style='width:900px;height:560px;position:absolute;left:0;top:0;transform-origin:0 0'></div>",
    );
    page.run(
        "window.lab = await mount(box, { link: 'lab=caching&units=300&seed=1', ui: 'none', autoplay: false, backend: 'cpu' });
         lab.command('speed:100');
         await lab.settled();",
    );
    // The place that a click at this share of the lab leads to.
    let place_at = |x: f64, y: f64| {
        page.run("lab.command('fly:50'); await lab.settled();");
        let rect = page.js("const { left, top, width, height } = lab.canvas.getBoundingClientRect(); return [left, top, width, height]");
        let rect: Vec<f64> = serde_json::from_value(rect.expect("a place")).expect("numbers");
        page.click(rect[0] + x * rect[2], rect[1] + y * rect[3]);
        page.run("await lab.settled();");
        state(&page)["at"].clone()
    };
    let points = [(0.2, 0.2), (0.2, 0.45), (0.3, 0.3), (0.12, 0.33)];
    let plain = points.map(|(x, y)| place_at(x, y));
    let mut places = plain.to_vec();
    places.dedup();
    assert!(
        places.len() > 2 && plain.iter().any(|at| *at != json!(50)),
        "clicks fly: {plain:?}"
    );
    // A pixel of the window is more than one of the lab where that is made smaller.
    let near = |seen: &[Value; 4], meant: &[Value; 4], how: &str| {
        for (seen, meant) in seen.iter().zip(meant) {
            let apart = seen
                .as_i64()
                .zip(meant.as_i64())
                .map(|(a, b)| (a - b).abs());
            assert!(
                apart.is_some_and(|apart| apart <= 1),
                "{how}: {seen} for {meant}"
            );
        }
    };
    for style in ["transform = 'scale(0.6)'", "transform = 'scale(1.2)'"] {
        page.run(&format!(
            "box.style.{style}; await new Promise((go) => setTimeout(go, 300));"
        ));
        near(&points.map(|(x, y)| place_at(x, y)), &plain, style);
    }
    // With zoom a lab has fewer pixels: it is laid out as one of that size is.
    let resized = |style: &str| {
        page.run(&format!(
            "box.style.cssText = 'position:absolute;left:0;top:0;{style}'; await new Promise((go) => setTimeout(go, 500));"
        ));
        points.map(|(x, y)| place_at(x, y))
    };
    let zoomed = resized("width:1000px;height:640px;zoom:0.8");
    near(&zoomed, &resized("width:800px;height:512px"), "zoom");
    page.quiet();
}

fn boxes_of_any_size(tier: Tier) {
    let page = Page::host(
        tier,
        "<div id=box style='position:relative;width:400px;height:300px'></div>",
    );
    page.run(LAB);
    for (width, height) in [(400, 8193), (9000, 200), (400, 17000), (0, 0), (400, 300)] {
        page.run(&format!(
            "box.style.width = '{width}px'; box.style.height = '{height}px'; await new Promise((go) => setTimeout(go, 700));"
        ));
        let seen = page.js("return [Boolean(box.querySelector('.chickadee-stopped')), lab.state().at, Math.max(lab.canvas.width, lab.canvas.height) <= 8192]");
        assert_eq!(
            seen,
            Ok(json!([false, state(&page)["at"], true])),
            "{width} × {height}"
        );
    }
    page.run("lab.command('fly:9'); await lab.settled();");
    assert_eq!(state(&page)["at"], 9);
    page.quiet();
}

/// A graphics chip whose largest texture is 4,096 on a side.
fn small_textures_are_enough(tier: Tier) {
    let page = Page::blank(tier, 1280, 800);
    page.before_all(
        "for (const kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
             const get = kind.prototype.getParameter;
             kind.prototype.getParameter = function (name) {
                 const value = get.call(this, name);
                 if ([this.MAX_TEXTURE_SIZE, this.MAX_RENDERBUFFER_SIZE, this.MAX_CUBE_MAP_TEXTURE_SIZE].includes(name)) return Math.min(value, 4096);
                 if (name === this.MAX_VIEWPORT_DIMS) return value.map((side) => Math.min(side, 4096));
                 return value;
             };
         }",
    );
    page.go("?autoplay=0&backend=cpu");
    page.ready();
    page.shows_a_picture("small-textures");
    page.run("stage.style.height = '5000px'; await new Promise((go) => setTimeout(go, 700));");
    let side = page.js("return chickadee.canvas.height");
    assert!(
        side.is_ok_and(|side| side.as_u64() <= Some(4096)),
        "coarser"
    );
    page.quiet();
}

/// How many colours the picture of a lab has.
const COLOURS: &str = "window.colours = async (lab) => {
    await lab.settled();
    const image = await createImageBitmap(await lab.exportPng());
    const copy = Object.assign(document.createElement('canvas'), { width: 200, height: 125 });
    const context = copy.getContext('2d');
    context.drawImage(image, 0, 0, 200, 125);
    return new Set(new Uint32Array(context.getImageData(0, 0, 200, 125).data.buffer)).size;
};";

fn a_lost_picture_comes_back(tier: Tier) {
    let page = Page::host(tier, "<div id=box style='width:800px;height:500px'></div>");
    // WebGL in either browser: WebGPU's loss cannot be made by a page.
    page.run("window.lab = await mount(box, { link: 'lab=caching&units=300&seed=1&caches=20', renderer: 'webgl', autoplay: false, backend: 'cpu' });");
    page.run(COLOURS);
    page.run("lab.command('fly:7'); await lab.settled();");
    let lose = "const before = lab.canvas;
        before.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext();
        while (lab.canvas === before || !lab.canvas.isConnected || lab.canvas.style.opacity !== '1') {
            await new Promise((go) => setTimeout(go, 100));
            if (box.querySelector('.chickadee-note')) break;
        }";
    page.run(lose);
    let seen = page.js("return [lab.state().at, await colours(lab) > 20]");
    assert_eq!(seen, Ok(json!([7, true])), "the same lab, drawn again");
    // Taken again and again: a button, not a race with the browser.
    page.run(lose);
    page.run(lose);
    page.wait_for("a way on", "box.querySelector('.chickadee-note button')");
    page.run("box.querySelector('.chickadee-note button').click();");
    page.wait_for("the picture", "lab.canvas.style.opacity === '1'");
    assert_eq!(page.js("return await colours(lab) > 20"), Ok(json!(true)));
}

fn labs_out_of_view_give_their_contexts_back(tier: Tier) {
    let page = Page::host(
        tier,
        "<canvas id=theirs width=100 height=100></canvas><div id=list></div>",
    );
    page.run(COLOURS);
    page.run(
        "const gl = theirs.getContext('webgl2');
         window.lost = 0;
         theirs.addEventListener('webglcontextlost', () => (lost += 1));
         window.labs = [];
         for (let i = 0; i < 18; i++) {
             const box = document.createElement('div');
             box.style.cssText = 'width:640px;height:400px;margin-bottom:500px';
             list.append(box);
             labs.push(await mount(box, { link: `lab=caching&units=100&places=24&seed=${i}`, ui: 'none', autoplay: false, backend: 'cpu', renderer: 'webgl' }));
         }",
    );
    let live = page.js("return [document.querySelectorAll('.chickadee-canvas').length <= 9, lost]");
    assert_eq!(live, Ok(json!([true, 0])), "half of what a browser allows");
    for i in [0, 9, 17, 0] {
        page.run(&format!("labs[{i}].canvas.isConnected; document.querySelectorAll('.chickadee-frame')[{i}].scrollIntoView();"));
        page.wait_for(
            "the lab in view",
            &format!("labs[{i}].canvas.isConnected && labs[{i}].canvas.style.opacity === '1'"),
        );
        let seen = page.js(&format!(
            "return [labs[{i}].state().seed, await colours(labs[{i}]) > 10, lost]"
        ));
        assert_eq!(seen, Ok(json!([i, true, 0])));
    }
    // One that rests takes commands, and does them.
    page.run("labs[9].command('fly:5'); await labs[9].settled();");
    assert_eq!(page.js("return labs[9].state().at"), Ok(json!(5)));
}

fn attributes_come_in_any_order(tier: Tier) {
    let page = Page::host(
        tier,
        "<style>chickadee-lab{display:inline-block;width:400px;height:260px}</style>",
    );
    let seen = page.js(
        "const LINK = 'lab=maze&task=tree&seed=3&t=20';
         const make = () => {
             const lab = document.createElement('chickadee-lab');
             for (const [name, value] of Object.entries({ backend: 'cpu', autoplay: '0', ui: 'none' })) lab.setAttribute(name, value);
             return lab;
         };
         const labs = { before: make(), after: make(), later: make(), twice: make(), property: make() };
         labs.before.setAttribute('link', LINK);
         document.body.append(...Object.values(labs));
         labs.after.setAttribute('link', LINK);
         labs.twice.setAttribute('link', 'lab=caching&seed=5&units=400');
         labs.property.link = LINK;
         await new Promise((go) => setTimeout(go));
         labs.later.setAttribute('link', LINK);
         labs.twice.setAttribute('link', LINK);
         const seen = {};
         for (const [name, lab] of Object.entries(labs)) seen[name] = (await lab.ready).state().lab;
         window.element = labs.before;
         for (const name of ['after', 'later', 'twice', 'property']) labs[name].remove();
         return seen;",
    );
    let expected = json!({"before": "maze", "after": "maze", "later": "maze", "twice": "maze", "property": "maze"});
    assert_eq!(seen, Ok(expected));
    // A link that is none is an event; the run goes on. Other attributes are obeyed while it runs.
    let told = page.js(
        "const errors = [];
         element.addEventListener('chickadee-error', (event) => errors.push(event.detail.message));
         element.setAttribute('link', 'nonsense');
         element.setAttribute('hide', 'attention,nosuch');
         await element.handle.settled();
         return { errors, task: element.handle.state().task, messages: element.handle.state().messages };",
    );
    let told = told.expect("nothing is thrown");
    is_one_sentence("a bad link", told["errors"][0].as_str().unwrap_or_default());
    assert_eq!(told["task"], "tree", "{told}");
    assert!(told["messages"].to_string().contains("nosuch"), "{told}");
    page.quiet();
}

fn a_failed_start_can_be_tried_again(tier: Tier) {
    let page = Page::host(tier, "");
    let seen = page.js("const lab = document.createElement('chickadee-lab');
         lab.style.cssText = 'width:600px;height:400px';
         lab.setAttribute('assets', '/nowhere/');
         lab.setAttribute('autoplay', 'off');
         document.body.append(lab);
         const failure = await lab.ready.then(() => 'it runs', (error) => error.message);
         const note = lab.innerText;
         lab.removeAttribute('assets');
         await new Promise((go) => setTimeout(go));
         const handle = await lab.ready;
         const after = lab.querySelector('p')?.innerText ?? '';
         return { failure, note, after, at: handle.state().at };");
    let seen = seen.expect("runs in the end");
    let failure = seen["failure"].as_str().unwrap_or_default();
    is_one_sentence("a file that is not there", failure);
    assert!(failure.contains("404"), "{failure}");
    assert!(
        seen["note"]
            .as_str()
            .is_some_and(|note| note.contains("Try again")),
        "{seen}"
    );
    assert_eq!(seen["after"], "");
    assert!(seen["at"].is_u64(), "{seen}");
}

fn what_is_said_again_is_heard_again(tier: Tier) {
    let page = Page::host(
        tier,
        "<div id=one style='width:480px;height:300px'></div><div id=two style='width:480px;height:300px'></div><div id=host></div>",
    );
    let seen = page.js(
        "const options = { link: 'lab=caching&units=300&seed=14&caches=20,35,70&at=20', autoplay: false, backend: 'cpu' };
         const region = () => document.getElementById('chickadee-live');
         const check = async (lab) => {
             lab.command('check');
             await lab.settled();
             for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame);
         };
         const first = await mount(one, options);
         await first.settled();
         await check(first);
         const said = region().textContent;
         let changes = 0;
         const watch = new MutationObserver((list) => (changes += list.length));
         watch.observe(region(), { childList: true, characterData: true, subtree: true });
         await check(first);
         watch.disconnect();
         const second = await mount(two, options);
         first.destroy();
         await check(second);
         const left = region()?.textContent;
         second.destroy();
         const root = host.attachShadow({ mode: 'open' });
         root.innerHTML = '<div style=\"width:480px;height:300px\"></div>';
         const third = await mount(root.firstChild, options);
         region().textContent = '';
         await check(third);
         return { said, changes, left: Boolean(left), shadow: region().textContent };",
    );
    let seen = seen.expect("labs run");
    assert!(
        seen["said"]
            .as_str()
            .is_some_and(|said| said.contains("20")),
        "{seen}"
    );
    assert!(seen["changes"].as_u64() > Some(0), "{seen}");
    assert_eq!(seen["left"], true, "{seen}");
    assert_ne!(seen["shadow"], "", "{seen}");
    page.quiet();
}

fn strict_policies(tier: Tier) {
    let body = "<script type=module src=web/chickadee.js></script><chickadee-lab link='lab=caching&amp;units=300' autoplay=off backend=cpu></chickadee-lab>";
    let policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'";
    let page = Page::answered(
        tier,
        vec![Answer::page(body).with("Content-Security-Policy", policy)],
    );
    page.go("host.html");
    page.wait_for("the lab", "document.querySelector('chickadee-lab')?.handle");
    let size = page.js("const { width, height } = document.querySelector('chickadee-lab').getBoundingClientRect(); return width > 300 && height > 300");
    assert_eq!(
        size,
        Ok(json!(true)),
        "a lab has a size without inline styles"
    );
    page.quiet();

    // The page of Chickadee itself.
    let own = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/dist/index.html"));
    let own = Answer::new("own.html", "text/html", own.expect("the page was built"))
        .with("Content-Security-Policy", policy);
    let page = Page::answered(tier, vec![own]);
    page.go("own.html");
    page.ready();
    page.quiet();

    let page = Page::answered(
        tier,
        vec![Answer::page(body).with("Content-Security-Policy", "script-src 'self'")],
    );
    page.go("host.html");
    page.wait_for("a reason", "document.querySelector('chickadee-lab p')");
    let reason = page.js("return document.querySelector('chickadee-lab p').innerText");
    let reason = reason.expect("a text");
    assert!(
        reason
            .as_str()
            .is_some_and(|text| text.contains("'wasm-unsafe-eval'") && text.contains("script-src")),
        "{reason}"
    );
}

fn the_labs_keys_work_beside_a_focused_control(tier: Tier) {
    let page = Page::host(tier, "<div id=box style='width:1000px;height:700px'></div>");
    page.run(&format!("{LAB} await lab.settled(); lab.canvas.focus();"));
    page.key("Tab", 0);
    page.frames(3);
    let before = state(&page)["at"].clone();
    page.key("ArrowRight", 0);
    page.frames(3);
    page.run("await lab.settled();");
    assert_ne!(
        state(&page)["at"],
        before,
        "an arrow moves the bird though a button has the focus"
    );
    page.key("c", 0);
    page.run("await lab.settled();");
    assert_eq!(state(&page)["caches"].as_array().map(Vec::len), Some(1));
    page.quiet();
}

fn a_lab_out_of_view_answers(tier: Tier) {
    let page = Page::host(
        tier,
        "<div style='height:3000px'></div><iframe id=frame style='width:900px;height:600px'></iframe>",
    );
    let seen = page.js(
        "let id = 0;
         const said = [];
         addEventListener('message', ({ data }) => data?.event && said.push(data.event.type));
         const ask = (message) => new Promise((resolve) => {
             const mine = ++id;
             addEventListener('message', function listen({ data }) {
                 if (data?.id !== mine) return;
                 removeEventListener('message', listen);
                 resolve(data);
             });
             frame.contentWindow.postMessage({ v: 1, id: mine, ...message }, '*');
         });
         frame.src = './?backend=cpu&autoplay=0#lab=caching&units=300&seed=1';
         await new Promise((go) => (frame.onload = go));
         // At once: the lab is not there yet, and answers when it is.
         const early = ask({ do: 'state' });
         const first = await early;
         await ask({ do: 'command', command: 'fly:40' });
         const settled = await ask({ do: 'settled' });
         const png = await ask({ do: 'exportPng' });
         return { first: first.ok, settled: settled.ok, png: png.ok && png.result.size > 1000, at: (await ask({ do: 'state' })).result.at, said };",
    );
    assert_eq!(
        seen,
        Ok(json!({"first": true, "settled": true, "png": true, "at": 40, "said": ["ready"]}))
    );
    page.quiet();
}

/// Promises that a lab has given are kept or broken when it ends, never left.
fn what_ends_answers_too(tier: Tier) {
    let page = Page::host(tier, "<div id=box style='width:600px;height:400px'></div>");
    let seen = page.js(
        "const lab = await mount(box, { link: 'lab=caching&units=1500&seed=2&caches=5,25,45', autoplay: false, backend: 'cpu' });
         const answers = [lab.settled(), lab.exportPng()].map((promise) => promise.then(() => 'kept', (error) => error.message));
         lab.destroy();
         const after = [lab.settled(), lab.exportPng()].map((promise) => promise.then(() => 'kept', (error) => error.message));
         return [...await Promise.all(answers), ...await Promise.all(after), box.children.length];",
    );
    let gone = "This lab was destroyed.";
    assert_eq!(seen, Ok(json!([gone, gone, gone, gone, 0])));
    page.quiet();
}

fn labs_come_and_go(tier: Tier) {
    let page = Page::host(
        tier,
        "<canvas id=theirs></canvas><div id=box style='width:480px;height:300px'></div>",
    );
    let seen = page.js(
        "theirs.getContext('webgl2');
         let lost = 0;
         theirs.addEventListener('webglcontextlost', () => (lost += 1));
         const { ensureWasm } = await import(new URL('web/chickadee.js', location.href).href);
         const bindings = await ensureWasm();
         const { memory } = await bindings.default();
         let before;
         for (let i = 0; i < 50; i++) {
             const lab = await mount(box, { link: 'lab=caching&units=200&places=24', ui: 'none', autoplay: false, backend: 'cpu' });
             if (i % 2) await lab.settled();
             lab.destroy();
             if (i === 9) before = memory.buffer.byteLength;
         }
         return { lost, left: box.children.length, grown: memory.buffer.byteLength - before };",
    );
    let seen = seen.expect("fifty labs");
    assert_eq!(
        (&seen["lost"], &seen["left"]),
        (&json!(0), &json!(0)),
        "{seen}"
    );
    let grown = seen["grown"].as_f64().expect("a number");
    assert!(grown < 8e6, "memory is level: {seen}");
    page.quiet();
}

/// A page of a hundred labs and one figure of its own, from top to bottom and again: every lab draws when it is looked at, none takes
/// the figure's context, and the second time costs no more memory than the first.
fn a_hundred_labs_are_scrolled_through(tier: Tier) {
    const LABS: usize = 100;
    let page = Page::host(
        tier,
        "<canvas id=theirs width=100 height=100></canvas><div id=list></div>",
    );
    page.run(
        "window.lost = 0;
         const gl = theirs.getContext('webgl2');
         theirs.addEventListener('webglcontextlost', () => (lost += 1));
         window.picture = () => {
             gl.clearColor(0, 0.5, 1, 1);
             gl.clear(gl.COLOR_BUFFER_BIT);
             const pixel = new Uint8Array(4);
             gl.readPixels(50, 50, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
             return pixel[2] === 255 && gl.getError() === 0;
         };
         const { ensureWasm } = await import(new URL('web/chickadee.js', location.href).href);
         const { memory } = await (await ensureWasm()).default();
         window.bytes = () => memory.buffer.byteLength;
         window.LINKS = ['lab=caching&units=100&places=16', 'lab=maze&size=3&t=5', 'lab=bridge&units=100&places=16&caches=3'];
         window.labs = [];",
    );
    for first in (0..LABS).step_by(10) {
        page.run(&format!(
            "for (let i = {first}; i < {first} + 10; i++) {{
                 const box = document.createElement('div');
                 box.style.cssText = 'width:480px;height:300px;margin-bottom:400px';
                 list.append(box);
                 labs.push(await mount(box, {{ link: LINKS[i % 3], ui: 'none', autoplay: false, backend: 'cpu' }}));
             }}"
        ));
    }
    let mut costs = Vec::new();
    for _ in 0..2 {
        for lab in 0..LABS {
            page.run(&format!(
                "document.querySelectorAll('.chickadee-frame')[{lab}].scrollIntoView();"
            ));
            page.wait_for(
                "the lab in view",
                &format!(
                    "labs[{lab}].canvas.isConnected && labs[{lab}].canvas.style.opacity === '1'"
                ),
            );
        }
        let seen = page.js(
            "return { drawn: document.querySelectorAll('.chickadee-canvas').length, lost, whole: picture(), bytes: bytes(),
                      alive: labs.filter((lab) => lab.state().state_hash).length };",
        );
        let seen = seen.expect("all labs answer");
        assert_eq!(
            (&seen["lost"], &seen["whole"], &seen["alive"]),
            (&json!(0), &json!(true), &json!(LABS)),
            "{seen}"
        );
        assert!(seen["drawn"].as_u64() <= Some(9), "{seen}");
        costs.push(seen["bytes"].as_f64().expect("a number"));
    }
    let grown = costs[1] - costs[0];
    println!(
        "memory of {LABS} labs: {} MB, and {} MB more",
        costs[0] / 1e6,
        grown / 1e6
    );
    assert!(grown < 8e6, "memory is level: {costs:?}");
    page.quiet();
}

/// The page around an iframe is anybody: whatever it sends, the run stays as it is, and every answer is one sentence.
fn hostile_messages_do_no_harm(tier: Tier) {
    let page = Page::host(
        tier,
        "<iframe id=frame style='width:900px;height:600px'></iframe>",
    );
    for link in [
        "lab=caching&units=200&seed=1",
        "lab=maze&size=3&t=9",
        "lab=bridge&units=200&places=16&caches=3",
    ] {
        let script = SENT.replace("LINK", link);
        let seen = page.js(&script).expect("lives");
        assert_eq!(seen["wrong"], json!([]), "{seen}");
        assert_eq!(
            (&seen["answered"], &seen["same"]),
            (&json!(true), &json!(true)),
            "{seen}"
        );
    }
}

/// Two thousand messages to a lab in an iframe, and what came of them.
const SENT: &str =
        "frame.src = 'about:blank';
         await new Promise((go) => setTimeout(go, 300));
         frame.src = './?backend=cpu&autoplay=0&ui=none#LINK';
         while (!frame.contentWindow.chickadee) await new Promise((go) => setTimeout(go, 100));
         const lab = frame.contentWindow.chickadee;
         await lab.settled();
         const before = lab.state().state_hash;
         // Numbers from a fixed seed: the same messages each time.
         let word = 12345;
         const pick = (list) => list[(word = (word * 1103515245 + 12345) & 0x7fffffff) % list.length];
         const odd = () => pick([null, undefined, 0, -1, 1e99, NaN, Infinity, ' ', 'x'.repeat(5000), '__proto__', 'constructor', [], {}, [[]], { do: 'fly' }, true, new Date(0), new Map(), 2n]);
         const verbs = ['command', 'setState', 'setOptions', 'on', 'off', 'nonsense', '__proto__', 'constructor', 'toString', ''];
         const wrong = [];
         let answers = 0;
         addEventListener('message', ({ data }) => {
             if (data?.v !== 1 || !('ok' in data)) return;
             answers += 1;
             if (!data.ok && (typeof data.error !== 'string' || data.error.includes('\\n') || data.error.length > 400)) wrong.push(String(data.error).slice(0, 200));
         });
         for (let i = 0; i < 2000; i++) {
             const message = pick([
                 odd(),
                 { v: odd(), do: odd() },
                 { v: 1, id: odd(), do: pick(verbs), command: odd(), link: odd(), type: odd(), options: odd(), n: odd() },
             ]);
             frame.contentWindow.postMessage(message, '*');
             if (i % 100 === 0) await new Promise((go) => setTimeout(go, 20));
         }
         await new Promise((go) => setTimeout(go, 500));
         await lab.settled();
         return { wrong: wrong.slice(0, 3), answered: answers > 300, same: lab.state().state_hash === before, hash: lab.link() };";

/// The pages of `web/examples` that need no package, and the lines of the README, as they are written there.
fn the_examples_and_the_readme_work(tier: Tier) {
    let page = Page::blank(tier, 1280, 800);
    page.go("web/examples/lab-site.html");
    page.wait_for(
        "three labs",
        "[...document.querySelectorAll('chickadee-lab')].length === 3 && [...document.querySelectorAll('chickadee-lab')].every((lab) => lab.handle)",
    );
    page.shows_a_picture("lab-site");
    page.quiet();
    page.go("web/examples/iframe.html");
    page.wait_for("the page", "document.readyState === 'complete'");
    page.run("document.getElementById('check').click();");
    page.wait_for(
        "the answer",
        "document.getElementById('answer').textContent === 'Yes.'",
    );
    page.quiet();

    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let readme = readme.expect("the README");
    let (_, lines) = readme.split_once("```html\n").expect("lines to copy");
    let (lines, _) = lines.split_once("```").expect("an end");
    assert_eq!(lines.lines().count(), 2);
    // The page is not in a folder of that name here.
    let page = Page::answered(
        tier,
        vec![Answer::page(&lines.replace("/chickadee/", "./"))],
    );
    page.go("host.html");
    page.wait_for("the lab", "document.querySelector('chickadee-lab')?.handle");
    page.run("await document.querySelector('chickadee-lab').handle.settled();");
    let caches =
        page.js("return document.querySelector('chickadee-lab').handle.state().caches.length");
    assert_eq!(caches, Ok(json!(3)));
    page.shows_a_picture("readme");
    page.quiet();
}
