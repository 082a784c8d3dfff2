//! The page: the same application in a canvas, and the handle that JavaScript holds.
//!
//! `web/chickadee.js` wraps [`Lab`] into `mount()` and `<chickadee-lab>`; what its verbs mean is written there.
//! Every value from JavaScript is checked; what is wrong with it is thrown as one sentence, and the run goes on.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
};

use chickadee::{
    app::{App, Options},
    session::{Command, Lab as AnyLab},
    share::scenes::{MAZE_SCENES, SCENES},
};
use eframe::egui;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use web_time::Instant;

use crate::download::Download;

/// A lab on a page.
#[wasm_bindgen]
pub struct Lab {
    runner: eframe::WebRunner,
}

/// The application, and what a page needs besides.
struct Page {
    app: App,
    /// Whether the address bar belongs to this lab.
    owns_address: bool,
    address: String,
    next_address_check: f64,
    spoken: String,
    ready: bool,
    was_busy: bool,
    events: Vec<Value>,
    download: Download,
    work: Work,
}

/// Time that frames have taken since somebody asked, in milliseconds.
#[derive(Default)]
struct Work {
    frames: u32,
    /// Moving time and computing.
    logic: f64,
    /// Laying out and painting shapes; what the browser then draws is not in it.
    ui: f64,
    longest: f64,
    this_frame: f64,
}

fn throw(sentence: impl std::fmt::Display) -> JsValue {
    js_sys::Error::new(&sentence.to_string()).into()
}

const GONE: &str =
    "this lab is not running: it was not started, was destroyed, or stopped with an error";

#[wasm_bindgen]
impl Lab {
    /// A lab that is not started yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        let runner = eframe::WebRunner::new();
        // Around eframe's own hook, which keeps the summary: the page shows the message at once.
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            before(info);
            let detail = web_sys::CustomEventInit::new();
            detail.set_detail(&JsValue::from_str(&info.to_string()));
            if let (Some(window), Ok(event)) = (
                web_sys::window(),
                web_sys::CustomEvent::new_with_event_init_dict("chickadee-panic", &detail),
            ) {
                let _ = window.dispatch_event(&event);
            }
        }));
        Self { runner }
    }

    /// Starts drawing on a canvas. `options` is a JSON object of strings.
    pub async fn start(
        &self,
        canvas: web_sys::HtmlCanvasElement,
        options: String,
    ) -> Result<(), JsValue> {
        let options: Value =
            serde_json::from_str(&options).map_err(|_| throw("options must be a JSON object"))?;
        let Value::Object(options) = options else {
            return Err(throw("options must be a JSON object"));
        };
        let mut settings = Options {
            address: location(),
            ..Options::default()
        };
        let (mut link, mut owns_address, mut webgl) = (String::new(), false, false);
        let mut models = String::new();
        let mut messages = Vec::new();
        for (key, value) in &options {
            let text = value.as_str().unwrap_or_default();
            match key.as_str() {
                "link" => link = text.trim_start_matches('#').to_owned(),
                "page" => owns_address = text == "1",
                "renderer" => webgl = text == "webgl",
                "models" => text.clone_into(&mut models),
                "lang" | "tour" => {}
                _ => messages.extend(settings.set(key, text).err()),
            }
        }
        let scene = SCENES[0].name;
        let mut session = match AnyLab::from_link(if link.is_empty() { scene } else { &link }) {
            Ok(session) => session,
            Err(error) => {
                messages.push(error.to_string());
                AnyLab::from_link(scene).map_err(throw)?
            }
        };
        for message in messages {
            session.note(message);
        }
        let mut web_options = eframe::WebOptions::default();
        if webgl
            && let eframe::egui_wgpu::WgpuSetup::CreateNew(setup) =
                &mut web_options.wgpu_options.wgpu_setup
        {
            setup.instance_descriptor.backends = wgpu::Backends::GL;
        }
        let creator: eframe::AppCreator<'static> = Box::new(move |cc| {
            Ok(Box::new(Page {
                app: App::new(&cc.egui_ctx, session, settings),
                owns_address,
                address: String::new(),
                next_address_check: 0.0,
                spoken: String::new(),
                ready: false,
                was_busy: true,
                events: Vec::new(),
                download: Download::new(models),
                work: Work::default(),
            }))
        });
        self.runner.start(canvas, web_options, creator).await
    }

    /// Carries out a command: text like "fly:20" or an object like {do: "fly", to: 20}.
    pub fn command(&self, command: &JsValue) -> Result<(), JsValue> {
        let json = to_json(command)?;
        let command = Command::from_json(&json).map_err(throw)?;
        self.page(|page| page.app.dispatch(command).map_err(throw))?
    }

    /// The state as JSON, with the keys of `chickadee run --json`.
    pub fn state(&self) -> Result<String, JsValue> {
        self.look(|page| {
            let mut state = serde_json::to_value(page.app.lab().report()).map_err(throw)?;
            state["backend"] = serde_json::to_value(page.app.verdict()).map_err(throw)?;
            Ok(state.to_string())
        })?
    }

    /// Makes this the lab of a link. Gives what was clamped or ignored, as a JSON list.
    #[wasm_bindgen(js_name = setState)]
    pub fn set_state(&self, link: &JsValue) -> Result<String, JsValue> {
        let Some(text) = link.as_string() else {
            return Err(throw(
                "a link is text like \"lab=caching&seed=42&caches=20,35\"",
            ));
        };
        self.page(|page| {
            let loaded = page.app.lab_mut().open_link(&text).map_err(throw)?;
            serde_json::to_string(&loaded.messages).map_err(throw)
        })?
    }

    /// The link to this state.
    pub fn link(&self) -> Result<String, JsValue> {
        self.look(|page| page.app.lab().link())
    }

    /// Whether something is still being computed.
    pub fn busy(&self) -> Result<bool, JsValue> {
        self.look(|page| page.app.lab().is_busy())
    }

    /// What happened since the last call, as a JSON list.
    #[wasm_bindgen(js_name = takeEvents)]
    pub fn take_events(&self) -> Result<String, JsValue> {
        self.look(|page| Value::Array(std::mem::take(&mut page.events)).to_string())
    }

    /// The readouts of every place as CSV.
    pub fn csv(&self) -> Result<String, JsValue> {
        self.look(|page| page.app.lab().csv())
    }

    /// Puts a transformer of the user's own to work in the maze lab, which opens if it is not open.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.page(|page| {
            let lab = page.app.lab_mut();
            if lab.maze().is_none() {
                let scene = MAZE_SCENES[0].name.to_owned();
                lab.dispatch(Command::Scene(scene)).map_err(throw)?;
            }
            match lab.maze_mut() {
                Some(session) => session.open_model(name, bytes).map_err(throw),
                None => Err(throw("the maze lab could not be opened")),
            }
        })?
    }

    /// What the canvas shows, as a PNG file.
    pub async fn png(&self) -> Result<Vec<u8>, JsValue> {
        let slot: Arc<Mutex<Slot>> = Arc::default();
        let filled = slot.clone();
        let ctx = self
            .runner
            .app_mut::<Page>()
            .map(|page| page.app.context())
            .ok_or_else(|| throw(GONE))?;
        ctx.send_viewport_cmd(egui::ViewportCommand::Screenshot(
            egui::ScreenshotCallback::new(move |image| {
                if let Ok(mut slot) = filled.lock() {
                    slot.image = Some(image);
                    if let Some(waker) = slot.waker.take() {
                        waker.wake();
                    }
                }
            }),
        ));
        ctx.request_repaint();
        let image = poll_fn(|cx| match slot.lock() {
            Ok(mut slot) => match slot.image.take() {
                Some(image) => Poll::Ready(Some(image)),
                None => {
                    slot.waker = Some(cx.waker().clone());
                    Poll::Pending
                }
            },
            Err(_) => Poll::Ready(None),
        })
        .await
        .ok_or_else(|| throw("the picture could not be taken"))?;
        let mut png = Vec::new();
        let [width, height] = image.size.map(|n| n as u32);
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        image::ImageEncoder::write_image(
            encoder,
            image.as_raw(),
            width,
            height,
            image::ExtendedColorType::Rgba8,
        )
        .map_err(throw)?;
        Ok(png)
    }

    /// What frames have taken since the last call: `{frames, logic, ui, longest}`, mean milliseconds a frame, as JSON.
    pub fn work(&self) -> Result<String, JsValue> {
        self.look(|page| {
            let work = std::mem::take(&mut page.work);
            let mean = |ms: f64| ms / f64::from(work.frames.max(1));
            json!({"frames": work.frames, "logic": mean(work.logic), "ui": mean(work.ui), "longest": work.longest})
                .to_string()
        })
    }

    /// Why the lab stopped, if it did.
    #[wasm_bindgen(js_name = panicMessage)]
    pub fn panic_message(&self) -> Option<String> {
        self.runner.panic_summary().map(|summary| summary.message())
    }

    /// Stops the lab and frees what it holds.
    pub fn destroy(&self) {
        self.runner.destroy();
    }

    /// Changes something, which the next frame shows.
    fn page<T>(&self, with: impl FnOnce(&mut Page) -> T) -> Result<T, JsValue> {
        self.look(|page| {
            let value = with(page);
            page.app.context().request_repaint();
            value
        })
    }

    /// Looks at something. Nothing is drawn for that: a page that is at rest stays so, however often it is asked.
    fn look<T>(&self, with: impl FnOnce(&mut Page) -> T) -> Result<T, JsValue> {
        let mut page = self.runner.app_mut::<Page>().ok_or_else(|| throw(GONE))?;
        Ok(with(&mut page))
    }
}

/// Every operation of the GPU against the CPU, as JSON: what `chickadee selftest --json` prints. `each` is called with one
/// operation, as JSON, when it is through.
#[wasm_bindgen]
pub async fn selftest(each: Option<js_sys::Function>) -> Result<String, JsValue> {
    let tell = |outcome: &chickadee_engine::selftest::Outcome| {
        if let (Some(each), Ok(text)) = (&each, serde_json::to_string(outcome)) {
            // What goes wrong in there is its own business.
            let _ = each.call1(&JsValue::NULL, &text.into());
        }
    };
    let report = chickadee::tiers::examine_all(tell).await.map_err(throw)?;
    serde_json::to_string(&report).map_err(throw)
}

#[derive(Default)]
struct Slot {
    image: Option<Arc<egui::ColorImage>>,
    waker: Option<Waker>,
}

/// A JavaScript value as JSON. What JSON cannot say (functions, cycles, NaN) is refused or becomes null.
fn to_json(value: &JsValue) -> Result<Value, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(Value::Null);
    }
    let text = js_sys::JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string());
    text.and_then(|text| serde_json::from_str(&text).ok())
        .ok_or_else(|| {
            throw("a command is text like \"fly:20\" or an object like {do: \"fly\", to: 20}")
        })
}

/// The address of the page without its fragment.
fn location() -> String {
    let location = web_sys::window().map(|window| window.location());
    let part = |get: fn(&web_sys::Location) -> Result<String, JsValue>| {
        location
            .as_ref()
            .and_then(|location| get(location).ok())
            .unwrap_or_default()
    };
    part(web_sys::Location::origin) + &part(web_sys::Location::pathname)
}

/// Seconds between two looks at whether the address bar is still right; browsers count such changes.
const ADDRESS_SECONDS: f64 = 0.5;

impl Page {
    fn collect_events(&mut self) {
        for event in self.app.take_events() {
            self.events.extend(serde_json::to_value(event));
        }
        let busy = self.app.lab().is_busy();
        if self.was_busy && !busy {
            self.events.push(json!({"type": "settled"}));
        }
        if !self.was_busy && busy {
            self.events.push(json!({"type": "changed"}));
        }
        self.was_busy = busy;
        // Nobody listens: keep the latest.
        let surplus = self.events.len().saturating_sub(1000);
        self.events.drain(..surplus);
    }

    fn speak(&mut self) {
        if self.app.spoken() != self.spoken {
            self.app.spoken().clone_into(&mut self.spoken);
            let region = web_sys::window()
                .and_then(|w| w.document())
                .and_then(|d| d.get_element_by_id("chickadee-live"));
            if let Some(region) = region {
                region.set_text_content(Some(&self.spoken));
            }
        }
    }

    fn write_address(&mut self, now: f64) {
        let session = self.app.lab();
        if !self.owns_address || now < self.next_address_check || session.is_busy() {
            return;
        }
        self.next_address_check = now + ADDRESS_SECONDS;
        let link = match session.scene() {
            Some(scene) if session.is_scripted() => format!("scene={}", scene.name),
            _ => session.link(),
        };
        if link != self.address {
            self.address = link;
            let history = web_sys::window().and_then(|window| window.history().ok());
            if let Some(history) = history {
                let _ = history.replace_state_with_url(
                    &JsValue::NULL,
                    "",
                    Some(&format!("#{}", self.address)),
                );
            }
        }
    }
}

impl eframe::App for Page {
    fn as_any_mut(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.download.serve(&mut self.app);
        let begin = Instant::now();
        self.app.logic(ctx, frame);
        self.work.this_frame = begin.elapsed().as_secs_f64() * 1e3;
        self.work.logic += self.work.this_frame;
        self.collect_events();
        self.speak();
        self.write_address(ctx.input(|input| input.time));
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        // The frame before is on the screen by now.
        if self.app.frames() > 0 && !self.ready {
            self.ready = true;
            self.events.push(json!({"type": "ready"}));
        } else if !self.ready {
            ui.ctx().request_repaint();
        }
        let begin = Instant::now();
        self.app.ui(ui, frame);
        let spent = begin.elapsed().as_secs_f64() * 1e3;
        self.work.ui += spent;
        self.work.frames += 1;
        self.work.longest = self.work.longest.max(self.work.this_frame + spent);
        self.work.this_frame = 0.0;
    }
}
