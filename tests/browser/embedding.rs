//! A lab embedded in another page: `mount()`, `<chickadee-lab>`, events, options, iframes.

use chickadee::app::{OPTIONS, events, views};
use serde_json::{Value, json};

use super::page::{Page, Tier, is_one_sentence};

in_both_tiers!(
    many_labs_on_one_page,
    plain_iframe_is_driven_by_messages,
    events_are_pushed,
    the_lists_of_names_are_those_of_the_program,
    options_that_there_are_not_are_reported,
    a_panic_is_shown_and_ends_every_lab,
);

/// Without a moving bird: what happens is what the test does.
const STILL: &str = "?autoplay=0&backend=cpu";
const LINK: &str = "lab=caching&seed=7&units=1000&search=0";

fn many_labs_on_one_page(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#{LINK}"));
    page.ready();
    let count = page.js(
        "const element = document.createElement('chickadee-lab');
         element.setAttribute('link', 'lab=caching&seed=3&units=500');
         element.setAttribute('autoplay', '0');
         element.style.cssText = 'position:fixed;left:0;top:0;width:480px;height:300px;z-index:3';
         document.body.append(element);
         const second = await element.ready;
         if (second.state().state_hash === chickadee.state().state_hash) throw new Error('both labs show the same');
         second.command('fly:5');
         await second.settled();
         if (location.hash.includes('units=500')) throw new Error('an embedded lab wrote into the address bar');
         element.remove();
         await new Promise((resolve) => setTimeout(resolve, 100));
         return performance.getEntriesByType('resource').filter((entry) => entry.name.endsWith('.wasm')).length;",
    );
    assert_eq!(count, Ok(json!(1)), "one download serves both");
    for call in [
        "mount(42)",
        "mount(document.body, 7)",
        "mount(document.body, [])",
        "mount(document.body, {link: 7})",
        "mount(document.body, {theme: {}})",
    ] {
        let script = format!(
            "const {{ mount }} = await import(new URL('web/chickadee.js', document.baseURI).href); await {call};"
        );
        let error = page.js(&script).expect_err(&format!("{call} is refused"));
        is_one_sentence(call, &error);
    }
    assert!(
        page.state()["state_hash"].is_string(),
        "the first lab lives"
    );
    page.quiet();
}

fn plain_iframe_is_driven_by_messages(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#{LINK}"));
    page.ready();
    let replies = page.js(&format!(
        "chickadee.destroy();
         const frame = document.createElement('iframe');
         frame.src = '?autoplay=0&backend=cpu&ui=none#{LINK}';
         frame.style.cssText = 'position:fixed;left:0;top:0;width:640px;height:400px;border:0;z-index:3';
         document.body.append(frame);
         while (!frame.contentWindow.chickadee) await new Promise((resolve) => setTimeout(resolve, 100));
         const ask = (message) => new Promise((resolve) => {{
             addEventListener('message', function listen(event) {{
                 if (event.data?.id !== message.id) return;
                 removeEventListener('message', listen);
                 resolve(event.data);
             }});
             frame.contentWindow.postMessage(message, '*');
         }});
         return [
             await ask({{ v: 1, id: 1, do: 'command', command: 'fly:20' }}),
             await ask({{ v: 1, id: 2, do: 'settled' }}),
             await ask({{ v: 1, id: 3, do: 'state' }}),
             await ask({{ v: 1, id: 4, do: 'nonsense' }}),
             await ask({{ v: 1, id: 5, do: 'command', command: 42 }}),
         ];"
    ));
    let replies = replies.expect("the iframe answers");
    let ok: Vec<_> = (0..5).map(|i| replies[i]["ok"].as_bool()).collect();
    assert_eq!(
        ok,
        [Some(true), Some(true), Some(true), Some(false), Some(false)],
        "{replies}"
    );
    assert_eq!(replies[2]["result"]["at"], 20, "{replies}");
    for i in [3, 4] {
        is_one_sentence(
            "a wrong message",
            replies[i]["error"].as_str().unwrap_or_default(),
        );
    }
    page.quiet();
}

/// In order, after the frame in which they happened, and to listeners that ask and command as they like.
fn events_are_pushed(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#{LINK}"));
    page.ready();
    page.run("await chickadee.settled();");
    let seen = page.js(
        "const seen = [];
         const note = (event) => seen.push([event.type, event.place ?? null, chickadee.state().caches.length]);
         for (const type of ['changed', 'cached', 'settled', 'overflow']) chickadee.on(type, note);
         const cached = new Promise((resolve) => chickadee.on('cached', (event) => {
             chickadee.command('fly:12');
             resolve(event);
         }));
         let states = 0;
         const end = chickadee.observe(() => (states += 1));
         chickadee.command('fly:20');
         chickadee.command('cache');
         const event = await cached;
         await chickadee.settled();
         end();
         for (const type of ['changed', 'cached', 'settled', 'overflow']) chickadee.off(type, note);
         const told = seen.length;
         chickadee.command('fly:3');
         await chickadee.settled();
         return { seen: seen.slice(0, told), after: seen.length - told, states, event, at: chickadee.state().at };",
    );
    let seen = seen.expect("listeners may ask and command");
    assert_eq!(
        seen["event"],
        json!({"type": "cached", "place": 20, "index": 0})
    );
    let types: Vec<&str> = seen["seen"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(|event| event[0].as_str())
        .collect();
    let place = |name| types.iter().position(|found| *found == name);
    assert_eq!(place("changed"), Some(0), "{seen}");
    assert!(
        place("cached").is_some() && types.last() == Some(&"settled"),
        "{seen}"
    );
    assert!(seen["states"].as_u64() > Some(1), "{seen}");
    assert_eq!(seen["after"], 0, "no listener is left");
    assert_eq!(seen["at"], 3);
    page.quiet();
}

fn the_lists_of_names_are_those_of_the_program(tier: Tier) {
    let page = Page::open(tier, STILL);
    page.ready();
    let names = page.js(
        "const { names } = await import(new URL('web/chickadee.js', document.baseURI).href);
         const all = await names();
         for (const { name } of all.events) chickadee.on(name, () => {}).off(name, () => {});
         return all;",
    );
    let names = names.expect("every type can be listened to");
    let options: Vec<Value> = OPTIONS
        .iter()
        .map(|info| {
            json!({"name": info.key, "kind": info.kind.name(), "values": info.kind.values(), "help": info.help})
        })
        .collect();
    let events: Vec<Value> = events()
        .iter()
        .map(|info| json!({"name": info.name, "help": info.help}))
        .collect();
    assert_eq!(
        names,
        json!({"options": options, "events": events, "names": views::names()})
    );
    let known = page.js("return chickadee.names().names.includes('copy-link')");
    assert_eq!(known, Ok(json!(true)));
    page.quiet();
}

/// In the query, in `mount()`; other attributes of an element are no options.
fn options_that_there_are_not_are_reported(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}&lang=de&ui=round&hide=gain#{LINK}"));
    page.ready();
    let ignored = [
        "lang=de was ignored; it should be en",
        "ui=round was ignored; it should be full, min or none",
    ];
    let mut messages: Vec<String> =
        serde_json::from_value(page.state()["messages"].clone()).expect("a list");
    messages.sort_unstable();
    let mut expected = ignored.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(messages, expected);
    let mounted = page.js(
        "const { mount } = await import(new URL('web/chickadee.js', document.baseURI).href);
         const box = document.createElement('div');
         box.style.cssText = 'position:fixed;left:0;top:0;width:480px;height:300px;z-index:3';
         document.body.append(box);
         const options = { link: '#lab=caching&seed=3&units=300&forage=on', lang: 'en', autoplay: false, motion: false, hide: ['gain', 'search'], tour: 'x' };
         const lab = await mount(box, options);
         const { messages, link } = lab.state();
         lab.destroy();
         const element = document.createElement('chickadee-lab');
         for (const [name, value] of Object.entries({ link: 'lab=caching&units=300&forage=on', autoplay: 'off', lang: 'de', class: 'figure' })) {
             element.setAttribute(name, value);
         }
         element.style.cssText = box.style.cssText;
         document.body.append(element);
         const other = (await element.ready).state();
         element.remove();
         return { messages, link, other: [other.messages, other.link] };",
    );
    let mounted = mounted.expect("the lab runs");
    assert_eq!(
        mounted["messages"],
        json!(["“tour” is not an option of the page; it was ignored"])
    );
    assert_eq!(
        mounted["other"][0],
        json!(["lang=de was ignored; it should be en"])
    );
    for link in [&mounted["link"], &mounted["other"][1]] {
        let link = link.as_str().unwrap_or_default();
        assert!(
            link.contains("units=300") && link.contains("forage=on&decisions=0"),
            "the bird waits, and may forage later: {link}"
        );
    }
    page.quiet();
}

/// The panic hook sends this event; the module is not asked any more.
fn a_panic_is_shown_and_ends_every_lab(tier: Tier) {
    let page = Page::open(tier, &format!("{STILL}#{LINK}"));
    page.ready();
    let outcome = page.js(
        "let told;
         chickadee.on('error', (event) => (told = event));
         chickadee.command('cache');
         const waiting = chickadee.settled().then(() => 'settled', (error) => error.message);
         dispatchEvent(new CustomEvent('chickadee-panic', { detail: 'the sky fell' }));
         const box = document.querySelector('#stage .chickadee-stopped');
         let refused;
         try { chickadee.state(); } catch (error) { refused = error.message; }
         const { mount } = await import(new URL('web/chickadee.js', document.baseURI).href);
         const again = await mount(document.body).catch((error) => error.message);
         return { told, waiting: await waiting, box: box.innerText, focus: document.activeElement.textContent, refused, again };",
    );
    let outcome = outcome.expect("it is shown");
    assert_eq!(
        outcome["told"],
        json!({"type": "error", "message": "the sky fell"})
    );
    assert_eq!(outcome["focus"], "Reload");
    for key in ["waiting", "refused", "again", "box"] {
        let text = outcome[key].as_str().unwrap_or_default();
        assert!(text.contains("the sky fell"), "{key}: {text}");
    }
    page.save("stopped");
    page.quiet();
}
