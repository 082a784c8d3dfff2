//! The page in a real browser, headless, once with WebGPU and once with WebGL2 only.
//!
//! `cargo xtask test` builds the page, serves it from a folder that is not the top of the server, and runs these with
//! `CHICKADEE_URL` and `CHROMIUM` set. Drawing is done by software there, so waits are generous, and nothing is timed.
//! Screenshots are kept in `target/browser/`, to be looked at.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::disallowed_methods,
    reason = "native only: the clock bounds how long to wait"
)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use headless_chrome::browser::tab::RequestPausedDecision;
use headless_chrome::protocol::cdp::Emulation::SetDeviceMetricsOverride;
use headless_chrome::protocol::cdp::Fetch::{FulfillRequest, RequestPattern};
use headless_chrome::protocol::cdp::Log::LogEntryLevel;
use headless_chrome::protocol::cdp::Page::{CaptureScreenshot, CaptureScreenshotFormatOption};
use headless_chrome::protocol::cdp::Runtime::{
    ConsoleAPICalledEventTypeOption, Evaluate, RemoteObject,
};
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::{Value, json};

/// Longest wait for anything; software rendering on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(120);
/// Without a moving bird: what happens is what the test does.
const STILL: &str = "?autoplay=0&backend=cpu";
const LINK: &str = "lab=caching&seed=7&units=1000&search=0";

// ---- the two tiers

#[derive(Clone, Copy)]
enum Tier {
    WebGpu,
    WebGl,
    /// Nothing to draw with at all.
    Nothing,
}

impl Tier {
    fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::WebGl => "webgl",
            Self::Nothing => "nothing",
        }
    }

    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::WebGpu => &[
                "--enable-unsafe-webgpu",
                "--use-webgpu-adapter=swiftshader",
                "--enable-features=Vulkan",
                "--use-vulkan=swiftshader",
                "--use-angle=swiftshader",
                "--ignore-gpu-blocklist",
            ],
            Self::WebGl => &["--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
            Self::Nothing => &["--disable-gpu", "--disable-3d-apis"],
        }
    }
}

/// Every test of the list, in both tiers.
macro_rules! in_both_tiers {
    ($($name:ident),* $(,)?) => {
        mod webgpu {
            $(#[test]
            #[ignore = "needs the built page and Chromium: run by cargo xtask test"]
            fn $name() {
                super::$name(super::Tier::WebGpu);
            })*
        }
        mod webgl {
            $(#[test]
            #[ignore = "needs the built page and Chromium: run by cargo xtask test"]
            fn $name() {
                super::$name(super::Tier::WebGl);
            })*
        }
    };
}

in_both_tiers!(
    page_loads_and_draws,
    session_has_the_hash_of_the_command_line,
    keyboard_alone_caches_and_recalls,
    bad_input_loses_nothing,
    phone_and_themes,
    many_labs_on_one_page,
    plain_iframe_is_driven_by_messages,
    broken_page_says_so,
    transformers_answer_as_on_the_command_line,
);

// ---- the tests

fn page_loads_and_draws(tier: Tier) {
    let page = Page::open(tier, "");
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

fn session_has_the_hash_of_the_command_line(tier: Tier) {
    let page = Page::open(tier, STILL);
    page.ready();
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
        let page = Page::open(tier, &format!("?theme={theme}"));
        page.ready();
        page.shows_a_picture(theme);
        page.quiet();
    }
}

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

/// Both committed checkpoints load in the page and give the bits that they give natively; a broken one gets a sentence.
fn transformers_answer_as_on_the_command_line(tier: Tier) {
    use chickadee::{
        base::random::{Random, Stream},
        models::transformer::{Checkpoint, Context, Transformer, Want, built_in},
        worlds::maze::{Task, explore},
    };
    let page = Page::open(tier, "");
    page.ready();
    for (name, bytes, task) in [
        (
            "gridworld",
            built_in::GRIDWORLD,
            Task::published_grid(828_000, 15).expect("a state"),
        ),
        (
            "tree",
            built_in::TREE,
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

// ---- a page in a browser

struct Page {
    tab: Arc<Tab>,
    tier: Tier,
    /// What the browser's console has shown as an error.
    errors: Arc<Mutex<Vec<String>>>,
    /// The browser ends with this.
    _browser: Browser,
}

impl Page {
    /// The page in a window of the usual size; `rest` is what follows the address.
    fn open(tier: Tier, rest: &str) -> Self {
        Self::open_sized(tier, rest, 1280, 800)
    }

    fn open_sized(tier: Tier, rest: &str, width: u32, height: u32) -> Self {
        let page = Self::blank(tier, width, height);
        page.go(rest);
        page
    }

    /// A browser of this tier with an empty page.
    fn blank(tier: Tier, width: u32, height: u32) -> Self {
        let common = [
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ];
        let options = LaunchOptions {
            path: std::env::var_os("CHROMIUM").map(PathBuf::from),
            sandbox: false,
            enable_gpu: true, // or it would say --disable-gpu
            window_size: Some((width, height)),
            idle_browser_timeout: PATIENCE * 3,
            args: common.iter().chain(tier.flags()).map(OsStr::new).collect(),
            // Only one list of features counts: ours.
            ignore_default_args: vec![OsStr::new(
                "--enable-features=NetworkService,NetworkServiceInProcess",
            )],
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).expect("Chromium starts");
        let tab = browser.new_tab().expect("a tab");
        tab.set_default_timeout(PATIENCE);

        let errors = Arc::new(Mutex::new(Vec::new()));
        let listener = {
            let errors = Arc::clone(&errors);
            move |event: &Event| {
                if let (Some(error), Ok(mut errors)) = (console_error(event), errors.lock()) {
                    errors.push(error);
                }
            }
        };
        tab.add_event_listener(Arc::new(listener)).expect("listens");
        tab.enable_log().expect("listens");
        tab.enable_runtime().expect("listens");
        // The window has a frame of its own; this is the size of the page in it.
        let metrics = SetDeviceMetricsOverride {
            width,
            height,
            device_scale_factor: 1.0,
            mobile: width < 600,
            scale: None,
            screen_width: None,
            screen_height: None,
            position_x: None,
            position_y: None,
            dont_set_visible_size: None,
            screen_orientation: None,
            viewport: None,
            display_feature: None,
            device_posture: None,
        };
        tab.call_method(metrics).expect("has a size");
        Self {
            tab,
            tier,
            errors,
            _browser: browser,
        }
    }

    fn go(&self, rest: &str) {
        let url = std::env::var("CHICKADEE_URL")
            .expect("CHICKADEE_URL says where the page is served: run `cargo xtask test`");
        self.tab
            .navigate_to(&format!("{url}{rest}"))
            .expect("the page is there");
    }

    /// Waits for the first frame; a page that explains why it cannot start has failed.
    fn ready(&self) {
        self.wait_for(
            "the lab",
            "window.chickadee || document.documentElement.dataset.state === 'failed'",
        );
        let failure = self.js("return window.chickadee ? null : document.body.innerText");
        assert_eq!(failure, Ok(Value::Null), "{:?}", self.console());
    }

    /// The value of a script, or the message of what it throws.
    fn js(&self, script: &str) -> Result<Value, String> {
        let expression = format!(
            "(async () => {{ try {{ return {{ value: await (async () => {{ {script} }})() ?? null }}; }} \
             catch (error) {{ return {{ error: String(error?.message ?? error) }}; }} }})()"
        );
        let evaluate = Evaluate {
            expression,
            return_by_value: Some(true),
            await_promise: Some(true),
            object_group: None,
            include_command_line_api: None,
            silent: None,
            context_id: None,
            generate_preview: None,
            user_gesture: None,
            throw_on_side_effect: None,
            timeout: None,
            disable_breaks: None,
            repl_mode: None,
            allow_unsafe_eval_blocked_by_csp: None,
            unique_context_id: None,
            serialization_options: None,
        };
        let answer = self
            .tab
            .call_method(evaluate)
            .map_err(|error| error.to_string())?;
        let outcome = answer.result.value.unwrap_or_default();
        match outcome["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(outcome["value"].clone()),
        }
    }

    /// Runs a script that must succeed.
    fn run(&self, script: &str) {
        if let Err(error) = self.js(script) {
            panic!("{error}\nin: {script}\nconsole: {:?}", self.console());
        }
    }

    fn state(&self) -> Value {
        self.js("return chickadee.state()").expect("has a state")
    }

    fn wait_for(&self, what: &str, condition: &str) {
        let start = Instant::now();
        loop {
            // While a page is being loaded, there is nobody to ask.
            if self.js(&format!("return Boolean({condition})")) == Ok(json!(true)) {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{what} did not come; console: {:?}",
                self.console()
            );
            sleep(Duration::from_millis(100));
        }
    }

    /// Presses a key and waits until it has had its effect.
    fn press(&self, key: &str) {
        self.tab.press_key(key).expect("there is such a key");
        // Two frames: one takes the key in, one draws what it did.
        self.run(
            "const frame = () => new Promise(requestAnimationFrame);
             await frame(); await frame(); await chickadee.settled();",
        );
    }

    /// Takes a screenshot, keeps it, and makes sure that there is something to see.
    fn shows_a_picture(&self, name: &str) {
        sleep(Duration::from_millis(500)); // the canvas fades in
        let shot = CaptureScreenshot {
            format: Some(CaptureScreenshotFormatOption::Png),
            quality: None,
            clip: None,
            from_surface: Some(true),
            capture_beyond_viewport: None,
            optimize_for_speed: None,
        };
        let data = self.tab.call_method(shot).expect("a screenshot").data;
        // The browser itself reads the picture: how many colours, and how much of it is the commonest one.
        let script = format!(
            "const image = new Image();
             image.src = 'data:image/png;base64,{data}';
             await image.decode();
             const canvas = document.createElement('canvas');
             [canvas.width, canvas.height] = [image.width, image.height];
             const context = canvas.getContext('2d');
             context.drawImage(image, 0, 0);
             const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
             const counts = new Map();
             for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
             return {{ colours: counts.size, commonest: Math.max(...counts.values()) / pixels.length }};"
        );
        self.save(name);
        let seen = self.js(&script).expect("reads the screenshot");
        let colours = seen["colours"].as_u64().unwrap_or_default();
        let commonest = seen["commonest"].as_f64().unwrap_or(1.0);
        assert!(
            colours > 50 && commonest < 0.97,
            "{name} is nearly empty: {seen}"
        );
    }

    fn save(&self, name: &str) {
        let png = self
            .tab
            .capture_screenshot(CaptureScreenshotFormatOption::Png, None, None, true);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../browser");
        fs::create_dir_all(&folder).expect("a folder for screenshots");
        let file = folder.join(format!("{name}-{}.png", self.tier.name()));
        fs::write(file, png.expect("a screenshot")).expect("keeps the screenshot");
    }

    /// The page says in words why nothing runs, and where to go from here.
    fn explains(&self, name: &str, word: &str) {
        self.wait_for(
            "an explanation",
            "document.documentElement.dataset.state === 'failed'",
        );
        self.save(name);
        let text = self
            .js("return document.getElementById('failure').innerText")
            .expect("a text");
        let text = text.as_str().unwrap_or_default();
        assert!(
            text.contains(word) && text.contains("Firefox"),
            "reason and way out: {text}"
        );
        let seen = self.js(
            "const box = document.getElementById('failure').getBoundingClientRect();
             return document.elementFromPoint(box.x + box.width / 2, box.y + 12)?.closest('#failure') !== null && box.height > 40",
        );
        assert_eq!(seen, Ok(json!(true)), "nothing covers the explanation");
    }

    fn console(&self) -> Vec<String> {
        self.errors
            .lock()
            .map(|errors| errors.clone())
            .unwrap_or_default()
    }

    /// The console has shown no error.
    fn quiet(&self) {
        assert_eq!(self.console(), Vec::<String>::new(), "console errors");
    }
}

/// What an event says, if it is an error on the console.
fn console_error(event: &Event) -> Option<String> {
    match event {
        Event::RuntimeExceptionThrown(event) => {
            let details = &event.params.exception_details;
            let said = details
                .exception
                .as_ref()
                .map(described)
                .unwrap_or_default();
            Some(format!("{} {said}", details.text))
        }
        Event::RuntimeConsoleAPICalled(event)
            if matches!(event.params.Type, ConsoleAPICalledEventTypeOption::Error) =>
        {
            Some(
                event
                    .params
                    .args
                    .iter()
                    .map(described)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        }
        Event::LogEntryAdded(event) if matches!(event.params.entry.level, LogEntryLevel::Error) => {
            let entry = &event.params.entry;
            Some(format!(
                "{} {}",
                entry.text,
                entry.url.as_deref().unwrap_or_default()
            ))
        }
        _ => None,
    }
}

fn described(object: &RemoteObject) -> String {
    let value = object.value.as_ref().map(ToString::to_string);
    object.description.clone().or(value).unwrap_or_default()
}

fn is_one_sentence(of: &str, text: &str) {
    let fine = !text.is_empty() && text.len() < 400 && !text.contains('\n');
    assert!(fine, "one clear sentence for {of}, not: {text:?}");
}

/// As the models compute: in single precision. Longer decimals are the same number.
fn numbers(value: &Value) -> Vec<f32> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(Value::as_f64)
        .map(|number| number as f32)
        .collect()
}
