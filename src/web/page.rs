//! The application in a canvas, and what a page needs besides.
//!
//! A [`Page`] outlives the canvas that it is drawn on: while nobody looks, the canvas and its device are given back, and the lab
//! can be asked and told everything; [`Guest`] is what eframe holds meanwhile.

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use chickadee::{
    app::{App, Options, PageEvent},
    session::Workbench,
};
use eframe::egui;
use serde::Serialize;
use web_time::Instant;

use super::{
    download::Download,
    events::{Outbox, Wish},
    graphics::Device,
    input, workers,
};

thread_local! {
    /// Every page of this document, to be told what concerns all.
    static PAGES: RefCell<Vec<Weak<RefCell<Option<Page>>>>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a page.
pub(super) fn slot() -> Rc<RefCell<Option<Page>>> {
    let slot = Rc::default();
    PAGES.with_borrow_mut(|pages| {
        pages.retain(|page| page.strong_count() > 0);
        pages.push(Rc::downgrade(&slot));
    });
    slot
}

/// Lets every page that is drawn go on with what workers have answered, without a frame.
pub(super) fn advance_all_between() {
    let pages = PAGES.with_borrow(Vec::clone);
    for page in pages.iter().filter_map(Weak::upgrade) {
        if let Ok(mut page) = page.try_borrow_mut()
            && let Some(page) = page.as_mut()
            && !page.rests
        {
            page.app.advance_between();
        }
    }
}

/// The application, its listener, its address.
pub(super) struct Page {
    /// The application, the same as in the window.
    pub app: App,
    /// Events for the script.
    pub outbox: Outbox,
    /// Costs of the frames since the script last asked.
    pub times: FrameTimes,
    /// Checkpoints that the script brings.
    pub download: Download,
    /// What it is drawn with.
    pub device: Device,
    /// True while it is drawn on nothing: what takes time waits then.
    pub rests: bool,
    address: Option<Address>,
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

/// Means over the frames, the longest of them, and the longest slice of the lab's work, in milliseconds.
#[derive(Serialize)]
pub(super) struct FrameReport {
    frames: u32,
    logic: f64,
    ui: f64,
    longest: f64,
    slice: f64,
}

impl FrameTimes {
    /// The means so far, with the longest slice; counting begins anew.
    fn take(&mut self, slice: f64) -> FrameReport {
        let times = std::mem::take(self);
        let mean = |ms: f64| ms / f64::from(times.frames.max(1));
        FrameReport {
            frames: times.frames,
            logic: mean(times.logic),
            ui: mean(times.ui),
            longest: times.longest,
            slice,
        }
    }
}

impl Page {
    /// A page for a lab; `listener` is called with lists of events.
    pub fn new(
        ctx: &egui::Context,
        lab: Workbench,
        options: Options,
        listener: js_sys::Function,
        device: Device,
    ) -> Self {
        Self {
            address: options.page.then(Address::default),
            app: App::new(ctx, lab, options),
            outbox: Outbox::new(listener),
            times: FrameTimes::default(),
            download: Download::default(),
            device,
            rests: false,
        }
    }

    /// The same page on another canvas.
    pub fn move_to(&mut self, ctx: &egui::Context, device: Device) {
        self.app.move_to(ctx);
        self.device = device;
        self.rests = false;
    }

    /// The link that the address of the page holds: a scene by its name for as long as its script goes on.
    pub fn address_link(&self) -> String {
        let lab = self.app.lab();
        match lab.scene() {
            Some(scene) if lab.is_scripted() => format!("scene={}", scene.name),
            _ => lab.link(),
        }
    }

    /// Costs of the frames since the last call.
    pub fn take_work(&mut self) -> FrameReport {
        let slice = self.app.take_longest_slice_ms();
        self.times.take(slice)
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        if let Some(text) = self.download.wanted(&self.app) {
            self.outbox.wish(Wish::Wanted { text });
        }
        self.app.set_workers(workers::of_page());
        let begin = Instant::now();
        eframe::App::logic(&mut self.app, ctx, frame);
        self.times.this_frame = begin.elapsed().as_secs_f64() * 1e3;
        self.times.logic += self.times.this_frame;
        for event in self.app.take_events() {
            self.outbox.push(PageEvent::Lab(event));
        }
        self.outbox.watch(self.app.lab().is_busy());
        if let Some(text) = self.app.take_spoken() {
            self.outbox.wish(Wish::Speak { text });
        }
        if self.device.take_lost() {
            self.outbox.wish(Wish::Lost);
        }
        self.write_address(ctx);
        self.outbox.send();
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let begin = Instant::now();
        eframe::App::ui(&mut self.app, ui, frame);
        let spent = begin.elapsed().as_secs_f64() * 1e3;
        self.times.ui += spent;
        self.times.frames += 1;
        self.times.longest = self.times.longest.max(self.times.this_frame + spent);
        self.times.this_frame = 0.0;
        let copied = self.app.take_copied().map(|text| Wish::Copy { text });
        let chooses = self.app.take_chooses().then_some(Wish::Choose);
        let saves = self.app.take_saves().into_iter();
        let saves = saves.map(|(name, text)| Wish::Save { name, text });
        for wish in copied.into_iter().chain(chooses).chain(saves) {
            self.outbox.wish(wish);
            self.outbox.send(); // now, in the middle of the click
        }
    }

    /// Tells the script the link of the address, at most every [`Address::SECONDS`], and the last one in any case.
    fn write_address(&mut self, ctx: &egui::Context) {
        let Some(mut address) = self.address.take() else {
            return;
        };
        let now = ctx.input(|input| input.time);
        if now < address.next {
            ctx.request_repaint_after_secs((address.next - now) as f32);
        } else {
            address.next = now + Address::SECONDS;
            let text = self.address_link();
            let steps = self.app.steps();
            let playing = self.app.lab().is_playing();
            let step = steps != address.steps;
            if step || text != address.written || playing != address.playing {
                (address.steps, address.playing) = (steps, playing);
                address.written.clone_from(&text);
                self.outbox.wish(Wish::Address { text, step });
            }
        }
        self.address = Some(address);
    }
}

/// The link in the address of the page.
#[derive(Default)]
struct Address {
    written: String,
    /// Scenes, labs and links that were opened by then.
    steps: u64,
    /// Whether time passed by then: the script keeps that beside the address.
    playing: bool,
    next: f64,
}

impl Address {
    /// Seconds between two looks at whether it is still right; browsers count such changes.
    const SECONDS: f64 = 0.4;
}

/// A page on a canvas, as eframe holds it.
pub(super) struct Guest {
    /// The page.
    pub page: Rc<RefCell<Option<Page>>>,
    /// What it is drawn on.
    pub canvas: web_sys::HtmlCanvasElement,
}

impl eframe::App for Guest {
    fn as_any_mut(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }

    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        input::correct(&self.canvas, ctx, input);
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        if let Some(page) = self.page.borrow_mut().as_mut() {
            page.logic(ctx, frame);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        if let Some(page) = self.page.borrow_mut().as_mut() {
            page.ui(ui, frame);
        }
    }
}
