//! A page in a browser, and what can be asked of it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread::{panicking, sleep};
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::Emulation::SetDeviceMetricsOverride;
use headless_chrome::protocol::cdp::Log::LogEntryLevel;
use headless_chrome::protocol::cdp::Page::CaptureScreenshotFormatOption;
use headless_chrome::protocol::cdp::Runtime::{
    ConsoleAPICalledEventTypeOption, Evaluate, RemoteObject,
};
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::{Value, json};

use super::host::base64;

/// Longest wait for anything; software rendering on a busy machine is slow.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Longest wait for one answer of a page that is asked again and again: what was asked just before a page went gets none.
const ANSWER: Duration = Duration::from_secs(10);

/// The browser's first start on a machine reads hundreds of megabytes and compiles its shaders; no test is about that.
static FIRST_START: Once = Once::new();

/// The browser that runs: the next page of its tier is a window of its own in it, with a storage of its own. Starting one takes seconds, and
/// shaders that it has compiled stay.
static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    WebGpu,
    WebGl,
    /// Nothing to draw with at all.
    Nothing,
}

impl Tier {
    pub fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::WebGl => "webgl",
            Self::Nothing => "nothing",
        }
    }

    pub fn flags(self) -> &'static [&'static str] {
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

/// A browser that ends with this, or with the process.
struct Running {
    browser: Option<Browser>,
    tier: Tier,
    /// What is static is not dropped at the end: a shell that waits for the end of its input ends the browser then, and clears up.
    end: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.browser = None;
        self.end.stdin = None;
        let _ = self.end.wait();
    }
}

impl Running {
    fn start(tier: Tier) -> Self {
        let common = [
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            // The browser's own address bar is drawn by pages of its own, in windows that nobody sees.
            "--disable-features=TranslateUI,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup",
        ];
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let profile =
            std::env::temp_dir().join(format!("chickadee-{}-{number}", std::process::id()));
        let options = LaunchOptions {
            path: std::env::var_os("CHROMIUM").map(PathBuf::from),
            sandbox: false,
            enable_gpu: true, // or it would say --disable-gpu
            idle_browser_timeout: PATIENCE * 30,
            user_data_dir: Some(profile.clone()),
            args: common.iter().chain(tier.flags()).map(OsStr::new).collect(),
            // Only one list of features counts: ours.
            ignore_default_args: vec![
                OsStr::new("--enable-features=NetworkService,NetworkServiceInProcess"),
                OsStr::new("--disable-features=TranslateUI,BlinkGenPropertyTrees"),
            ],
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).expect("Chromium starts");
        let id = browser.get_process_id().expect("has a process");
        let end = Command::new("sh")
            .args([
                "-c",
                "read _; kill $0; while kill -0 $0; do sleep 0.1; done; rm -rf \"$1\"",
            ])
            .arg(id.to_string())
            .arg(profile)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        Self {
            browser: Some(browser),
            tier,
            end,
        }
    }

    /// A window with nothing of other pages: neither storage nor cache.
    fn window(&self) -> Result<Arc<Tab>, String> {
        let browser = self.browser.as_ref().ok_or("it has ended")?;
        let context = browser.new_context();
        let tab = context.and_then(|context| context.new_tab());
        tab.map_err(|error| error.to_string())
    }

    /// A window in the browser of a tier, which is started unless it runs.
    fn window_of(tier: Tier) -> Arc<Tab> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let there = running.as_ref().filter(|running| running.tier == tier);
        if let Some(Ok(tab)) = there.map(Self::window) {
            return tab;
        }
        // The one before ends first.
        *running = None;
        running.insert(Self::start(tier)).window().expect("a tab")
    }
}

pub struct Page {
    pub tab: Arc<Tab>,
    tier: Tier,
    /// What the browser's console has shown as an error.
    errors: Arc<Mutex<Vec<String>>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        // What went wrong may be the browser's fault: the next test gets another.
        if panicking() {
            *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = None;
        } else {
            let _ = self.tab.close_target();
        }
    }
}

impl Page {
    /// The page in a window of the smallest size that shows everything side by side: software draws pixel by pixel. `rest` is what
    /// follows the address.
    pub fn open(tier: Tier, rest: &str) -> Self {
        Self::open_sized(tier, rest, 960, 600)
    }

    pub fn open_sized(tier: Tier, rest: &str, width: u32, height: u32) -> Self {
        let page = Self::blank(tier, width, height);
        page.go(rest);
        page
    }

    /// A browser of this tier with an empty page.
    pub fn blank(tier: Tier, width: u32, height: u32) -> Self {
        FIRST_START.call_once(|| {
            let first = Self::start(tier, width, height);
            first.go("");
            let drawn = first.true_within(PATIENCE, "Boolean(window.chickadee)");
            println!("first start of the browser: the lab has come: {drawn}");
        });
        Self::start(tier, width, height)
    }

    fn start(tier: Tier, width: u32, height: u32) -> Self {
        let tab = Running::window_of(tier);
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
        let page = Self { tab, tier, errors };
        page.resize(width, height);
        page
    }

    /// Another size. The window has a frame of its own; this is the size of the page in it.
    pub fn resize(&self, width: u32, height: u32) {
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
        self.tab.call_method(metrics).expect("has a size");
    }

    pub fn go(&self, rest: &str) {
        let url = std::env::var("CHICKADEE_URL")
            .expect("CHICKADEE_URL says where the page is served: run `cargo xtask test`");
        self.tab
            .navigate_to(&format!("{url}{rest}"))
            .expect("the page is there");
    }

    /// Waits for the first frame; a page that explains why it cannot start has failed.
    pub fn ready(&self) {
        self.wait_for(
            "the lab",
            "window.chickadee || document.documentElement.dataset.state === 'failed'",
        );
        let failure = self.js("return window.chickadee ? null : document.body.innerText");
        assert_eq!(failure, Ok(Value::Null), "{:?}", self.console());
    }

    /// Lets the lab go on as fast as it can: for what is not about its pace.
    pub fn hurry(&self) {
        self.run("chickadee.command('speed:100')");
    }

    /// The value of a script, or the message of what it throws.
    pub fn js(&self, script: &str) -> Result<Value, String> {
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
    pub fn run(&self, script: &str) {
        if let Err(error) = self.js(script) {
            panic!("{error}\nin: {script}\nconsole: {:?}", self.console());
        }
    }

    pub fn state(&self) -> Value {
        self.js("return chickadee.state()").expect("has a state")
    }

    pub fn wait_for(&self, what: &str, condition: &str) {
        self.wait_up_to(PATIENCE, what, condition);
    }

    /// For what takes long where a GPU is software.
    pub fn wait_up_to(&self, patience: Duration, what: &str, condition: &str) {
        if !self.true_within(patience, condition) {
            let page = self.js(
                "return [location.href, document.readyState, {...document.documentElement.dataset}, document.body?.innerText]",
            );
            panic!(
                "{what} did not come; page: {page:?}; console: {:?}",
                self.console()
            );
        }
    }

    fn true_within(&self, patience: Duration, condition: &str) -> bool {
        let script = format!("return Boolean({condition})");
        let start = Instant::now();
        self.tab.set_default_timeout(ANSWER);
        // While a page is being loaded, there is nobody to ask.
        let mut is_true = self.js(&script) == Ok(json!(true));
        while !is_true && start.elapsed() < patience {
            sleep(Duration::from_millis(100));
            is_true = self.js(&script) == Ok(json!(true));
        }
        self.tab.set_default_timeout(PATIENCE);
        is_true
    }

    /// Presses a key and waits until it has had its effect.
    pub fn press(&self, key: &str) {
        self.tab.press_key(key).expect("there is such a key");
        // Two frames: one takes the key in, one draws what it did.
        self.run(
            "const frame = () => new Promise(requestAnimationFrame);
             await frame(); await frame(); await chickadee.settled();",
        );
    }

    /// Takes a screenshot, keeps it, and makes sure that there is something to see.
    pub fn shows_a_picture(&self, name: &str) {
        sleep(Duration::from_millis(500)); // the canvas fades in
        let png = self.screenshot();
        let data = base64(&png);
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
        self.keep(name, &png);
        let seen = self.js(&script).expect("reads the screenshot");
        let colours = seen["colours"].as_u64().unwrap_or_default();
        let commonest = seen["commonest"].as_f64().unwrap_or(1.0);
        assert!(
            colours > 50 && commonest < 0.97,
            "{name} is nearly empty: {seen}"
        );
    }

    pub fn save(&self, name: &str) {
        self.keep(name, &self.screenshot());
    }

    fn screenshot(&self) -> Vec<u8> {
        let png = CaptureScreenshotFormatOption::Png;
        let shot = self.tab.capture_screenshot(png, None, None, true);
        shot.expect("a screenshot")
    }

    fn keep(&self, name: &str, png: &[u8]) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../browser");
        fs::create_dir_all(&folder).expect("a folder for screenshots");
        let file = folder.join(format!("{name}-{}.png", self.tier.name()));
        fs::write(file, png).expect("keeps the screenshot");
    }

    /// The page says in words why nothing runs, and where to go from here.
    pub fn explains(&self, name: &str, word: &str) {
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

    pub fn console(&self) -> Vec<String> {
        self.errors
            .lock()
            .map(|errors| errors.clone())
            .unwrap_or_default()
    }

    /// The console has shown no error.
    pub fn quiet(&self) {
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

pub fn is_one_sentence(of: &str, text: &str) {
    let fine = !text.is_empty() && text.len() < 400 && !text.contains('\n');
    assert!(fine, "one clear sentence for {of}, not: {text:?}");
}

/// As the models compute: in single precision. Longer decimals are the same number.
pub fn numbers(value: &Value) -> Vec<f32> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .filter_map(Value::as_f64)
        .map(|number| number as f32)
        .collect()
}
