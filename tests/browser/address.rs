//! Address, history and clipboard of the page, and of labs in other pages.

use serde_json::{Value, json};

use super::page::{Page, Tier};

with_webgl!(
    the_address_follows_every_change,
    scenes_are_steps_of_the_history,
    a_page_loaded_again_goes_on,
    copying_tells_the_truth,
    what_is_copied_opens_as_it_is_shown,
    autoplay_and_forage_do_not_drop_each_other,
);

const STILL: &str = "?autoplay=0&backend=cpu";

/// Waits, at most a second and without a frame being asked for, until the address holds the state.
fn follows(page: &Page, after: &str) {
    let seen = page.js(
        "const end = performance.now() + 3000;
         while (performance.now() < end && location.hash !== `#${chickadee.link()}`) await new Promise((go) => setTimeout(go, 50));
         return [location.hash, `#${chickadee.link()}`];",
    );
    let seen = seen.expect("an address");
    assert_eq!(seen[0], seen[1], "after {after}");
}

fn the_address_follows_every_change(tier: Tier) {
    let page = Page::open(
        tier,
        &format!("{STILL}#lab=maze&task=gridworld&seed=7&t=30"),
    );
    page.ready();
    page.run("await chickadee.settled();");
    follows(&page, "loading");
    for command in [
        "look:12",
        "set:layer=2",
        "act:1",
        "goal:3",
        "delete:3-5",
        "set:temp=0.3",
        "undo",
    ] {
        page.run(&format!(
            "chickadee.command('{command}'); await chickadee.settled();"
        ));
        follows(&page, command);
    }
    page.run("chickadee.canvas.focus();");
    for key in ["ArrowUp", "ArrowLeft"] {
        page.press(key);
        follows(&page, key);
    }
    let steps = page.js("return history.length");
    page.run("chickadee.command('look:5');");
    follows(&page, "an edit");
    assert_eq!(
        page.js("return history.length"),
        steps,
        "edits are no steps"
    );
    page.quiet();
}

fn scenes_are_steps_of_the_history(tier: Tier) {
    let page = Page::open(
        tier,
        &format!("{STILL}#lab=caching&units=300&seed=5&caches=20"),
    );
    page.ready();
    page.run("await chickadee.settled();");
    follows(&page, "loading");
    let before = page
        .js("return [chickadee.link(), history.length]")
        .expect("a link");
    page.run("chickadee.command('scene:one-cache');");
    page.wait_for(
        "the scene in the address",
        "location.hash.includes('scene=one-cache')",
    );
    page.run("chickadee.setState('lab=maze&task=tree&seed=3&t=20');");
    page.wait_for(
        "the other lab in the address",
        "location.hash.includes('lab=maze')",
    );
    let length = page.js("return history.length").expect("a number");
    assert_eq!(length.as_u64(), before[1].as_u64().map(|length| length + 2));
    for word in ["scene=one-cache", "seed=5"] {
        page.run("history.back();");
        page.wait_for(
            "the step before",
            &format!("location.hash.includes('{word}') && chickadee.state().lab === 'caching'"),
        );
    }
    page.run("await chickadee.settled();");
    assert_eq!(
        page.js("return chickadee.link()"),
        Ok(before[0].clone()),
        "the state of then"
    );
    page.run("history.forward();");
    page.wait_for(
        "the step after",
        "location.hash.includes('scene=one-cache')",
    );
    page.quiet();
}

fn a_page_loaded_again_goes_on(tier: Tier) {
    let page = Page::open(tier, "?backend=cpu#lab=maze&task=tree&seed=3&t=20");
    page.ready();
    for playing in [true, false] {
        let verb = if playing { "play" } else { "pause" };
        page.run(&format!("chickadee.{verb}();"));
        // How soon is for `the_address_follows_every_change` to say; slow machines are late with every frame.
        page.wait_for(
            "the address to say so",
            &format!("history.state?.playing === {playing} && location.hash.includes('lab=maze')"),
        );
        if !playing {
            // At rest it is the state to the last step.
            page.wait_for(
                "the address of now",
                "location.hash === `#${chickadee.addressLink()}`",
            );
        }
        // While time passes the address is a little behind.
        let before = page.js("return Number(new URLSearchParams(location.hash.slice(1)).get('t'))");
        let before = before.ok().and_then(|t| t.as_f64()).expect("a number");
        assert!(before >= 20.0, "{before}");
        page.tab.reload(true, None).expect("loads again");
        page.wait_for(
            "the page to go",
            "!window.chickadee || document.readyState !== 'complete'",
        );
        page.ready();
        if playing {
            // A lab that is not in view yet begins when it is.
            page.wait_for("time to pass", "chickadee.state().playing");
        }
        let state = page.state();
        assert_eq!(state["playing"], playing, "{state}");
        let t = state["t"].as_f64().expect("the number of memories");
        assert!(t >= before, "{before}: {t}");
        assert!(playing || t == before, "{before}: {t}");
    }
    page.quiet();
}

/// Everything in the bar above but Copy link.
const BARE: &str = "labs,scene,play,step,speed,undo,redo,reset,device,theme,help";

/// Presses Copy link in the lab, by a click that is looked for along the bar above.
const PRESS_COPY: &str = "window.asked = [];
     Clipboard.prototype.writeText = async (text) => void asked.push(text);";

fn press_copy(page: &Page, done: &str) {
    for x in (60..420).step_by(24) {
        page.click(f64::from(x), 17.0);
        if page.js(&format!("return Boolean({done})")) == Ok(json!(true)) {
            return;
        }
    }
    panic!("there is no Copy link");
}

fn copying_tells_the_truth(tier: Tier) {
    let page = Page::open(
        tier,
        &format!("{STILL}&hide={BARE}#lab=maze&task=tree&seed=3&t=20"),
    );
    page.ready();
    page.run("await chickadee.settled();");
    // A page that may not copy at all.
    page.run(
        "Clipboard.prototype.writeText = async () => { throw new DOMException('no', 'NotAllowedError'); };
         document.execCommand = () => false;",
    );
    press_copy(&page, "document.querySelector('.chickadee-note')");
    page.save("copy-by-hand");
    let shown = page.js("return [document.querySelector('.chickadee-note').innerText.includes(`#${chickadee.link()}`), getSelection().toString().includes('#lab=maze')]");
    assert_eq!(shown, Ok(json!([true, true])), "the link, selected");
    page.run("document.querySelector('.chickadee-note button').click();");
    // Copied, and only then said.
    page.run(&format!("{PRESS_COPY} window.BARE = '{BARE}';"));
    press_copy(&page, "asked.length > 0");
    let copied = page.js("return asked[0]").expect("a text");
    let expected = page
        .js("return `${location.href.replace(/[?#].*/, '')}?hide=${new URLSearchParams(location.search).get('hide')}#${chickadee.link()}`");
    assert_eq!(Ok(copied), expected, "choices travel");
    page.quiet();
}

fn what_is_copied_opens_as_it_is_shown(tier: Tier) {
    let page = Page::host(
        tier,
        "<style>body{margin:0}</style><div id=box style='width:1240px;height:640px'></div>",
    );
    page.run(&format!("{PRESS_COPY} window.BARE = '{BARE}';"));
    page.run("window.lab = await mount(box, { link: 'lab=maze&task=gridworld&seed=9&t=40', theme: 'dark', hide: BARE, autoplay: false, backend: 'cpu' }); await lab.settled();");
    press_copy(&page, "asked.length > 0");
    let asked = page.js("return [asked[0], lab.link()]").expect("a link");
    let copied = asked[0].as_str().unwrap_or_default();
    assert!(
        !copied.contains("host.html") && copied.contains("?theme=dark&hide=labs,scene"),
        "{copied}"
    );
    page.tab.navigate_to(copied).expect("opens");
    page.ready();
    page.run("await chickadee.settled();");
    assert_eq!(page.js("return chickadee.link()"), Ok(asked[1].clone()));
    // An embedder says where links lead.
    let page = Page::host(
        tier,
        "<style>body{margin:0}</style><div id=box style='width:1240px;height:640px'></div>",
    );
    page.run(&format!("{PRESS_COPY} window.BARE = '{BARE}';"));
    page.run("window.lab = await mount(box, { link: 'lab=maze&task=gridworld&seed=9&t=10', share: 'https://course.example/lab', hide: BARE, autoplay: false, backend: 'cpu' }); await lab.settled();");
    press_copy(&page, "asked.length > 0");
    let copied = page.js("return asked[0]").expect("a link");
    assert!(
        copied.as_str().is_some_and(|link| link
            .starts_with("https://course.example/lab?hide=labs,")
            && link.contains("#lab=maze")),
        "{copied}"
    );
    page.quiet();
}

fn autoplay_and_forage_do_not_drop_each_other(tier: Tier) {
    let page = Page::open(
        tier,
        &format!("{STILL}#lab=caching&units=300&seed=5&forage=on"),
    );
    page.ready();
    page.run("await chickadee.settled(); await new Promise((go) => setTimeout(go, 1500));");
    let state = page.state();
    assert!(
        state["link"]
            .as_str()
            .is_some_and(|link| link.contains("forage=on&decisions=0")),
        "{}",
        state["link"]
    );
    page.run("chickadee.play();");
    page.wait_for(
        "the bird to forage",
        "!chickadee.link().includes('decisions=0')",
    );
    assert_ne!(page.state()["state_hash"], Value::Null);
    page.quiet();
}
