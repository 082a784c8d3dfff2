//! The application in a canvas, and what a page needs besides.

use chickadee::{
    app::{App, Options, PageEvent},
    session::Workbench,
};
use eframe::egui;
use serde::Serialize;
use web_time::Instant;

use super::{download::Download, events::Outbox};

/// The application, its listener, its address bar and its live region.
pub(super) struct Page {
    /// The application, the same as in the window.
    pub app: App,
    /// Events for the script.
    pub outbox: Outbox,
    /// Costs of the frames since the script last asked.
    pub times: FrameTimes,
    address_bar: Option<AddressBar>,
    download: Download,
    /// The text of the live region.
    spoken: String,
    ready: bool,
}

/// Time that our own code took of the frames since some moment, in milliseconds.
#[derive(Default)]
pub(super) struct FrameTimes {
    frames: u32,
    /// Moving time and computing.
    logic: f64,
    /// Laying out and painting shapes; what the browser then draws is not in it.
    ui: f64,
    longest: f64,
    this_frame: f64,
}

/// Means over the frames, and the longest of them, in milliseconds.
#[derive(Serialize)]
pub(super) struct FrameReport {
    frames: u32,
    logic: f64,
    ui: f64,
    longest: f64,
}

impl FrameTimes {
    /// The means so far; counting begins anew.
    pub fn take(&mut self) -> FrameReport {
        let times = std::mem::take(self);
        let mean = |ms: f64| ms / f64::from(times.frames.max(1));
        FrameReport {
            frames: times.frames,
            logic: mean(times.logic),
            ui: mean(times.ui),
            longest: times.longest,
        }
    }
}

impl Page {
    /// A page for a lab; `models` is the address of the folder of checkpoints, `listener` is called with lists of events.
    pub fn new(
        ctx: &egui::Context,
        lab: Workbench,
        options: Options,
        models: String,
        listener: js_sys::Function,
    ) -> Self {
        Self {
            address_bar: options.page.then(AddressBar::default),
            app: App::new(ctx, lab, options),
            outbox: Outbox::new(listener),
            times: FrameTimes::default(),
            download: Download::new(models),
            spoken: String::new(),
            ready: false,
        }
    }

    fn speak(&mut self) {
        if self.app.spoken() != self.spoken {
            self.app.spoken().clone_into(&mut self.spoken);
            let region = web_sys::window()
                .and_then(|window| window.document())
                .and_then(|document| document.get_element_by_id("chickadee-live"));
            if let Some(region) = region {
                region.set_text_content(Some(&self.spoken));
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
        self.times.this_frame = begin.elapsed().as_secs_f64() * 1e3;
        self.times.logic += self.times.this_frame;
        for event in self.app.take_events() {
            self.outbox.push(PageEvent::Lab(event));
        }
        self.outbox.watch(self.app.lab().is_busy());
        self.speak();
        if let Some(bar) = &mut self.address_bar {
            bar.write(self.app.lab(), ctx.input(|input| input.time));
        }
        self.outbox.send();
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        // The frame before is on the screen by now.
        if self.app.frames() > 0 && !self.ready {
            self.ready = true;
            self.outbox.push(PageEvent::Ready);
            self.outbox.send();
        } else if !self.ready {
            ui.ctx().request_repaint();
        }
        let begin = Instant::now();
        self.app.ui(ui, frame);
        let spent = begin.elapsed().as_secs_f64() * 1e3;
        self.times.ui += spent;
        self.times.frames += 1;
        self.times.longest = self.times.longest.max(self.times.this_frame + spent);
        self.times.this_frame = 0.0;
    }
}

/// The fragment of the page's address, which is the link to what is shown.
#[derive(Default)]
struct AddressBar {
    written: String,
    next_check: f64,
}

impl AddressBar {
    /// Seconds between two looks at whether it is still right; browsers count such changes.
    const SECONDS: f64 = 0.5;

    /// Writes the link of a lab that is at rest; `now` in seconds.
    fn write(&mut self, lab: &Workbench, now: f64) {
        if now < self.next_check || lab.is_busy() {
            return;
        }
        self.next_check = now + Self::SECONDS;
        let link = match lab.scene() {
            Some(scene) if lab.is_scripted() => format!("scene={}", scene.name),
            _ => lab.link(),
        };
        if link == self.written {
            return;
        }
        self.written = link;
        let history = web_sys::window().and_then(|window| window.history().ok());
        if let Some(history) = history {
            let address = format!("#{}", self.written);
            let _ =
                history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address));
        }
    }
}
