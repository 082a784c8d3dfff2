//! One lab on a page, as a script holds it.

use std::{cell::RefCell, rc::Rc};

use chickadee::{
    app::Options,
    session::{Command, Received, Workbench},
    texts,
};
use eframe::egui;
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;

use super::{
    graphics::{self, Device},
    input,
    page::{self, Guest, Page},
    picture, throw, to_js, to_json,
};

/// A lab on a page.
#[wasm_bindgen]
pub struct Lab {
    runner: eframe::WebRunner,
    /// The page, from the first start to the end, whether it is drawn or not.
    page: Rc<RefCell<Option<Page>>>,
    /// Options as the script gave them.
    given: RefCell<Map<String, Value>>,
}

#[wasm_bindgen]
impl Lab {
    /// A lab that is not started yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self {
            runner: eframe::WebRunner::new(),
            page: page::slot(),
            given: RefCell::default(),
        }
    }

    /// Starts drawing on a canvas. `options` is an object as `mount()` takes it. `listener` is called after a frame with a list of
    /// events; it must not call the lab before it has returned.
    pub async fn start(
        &self,
        canvas: web_sys::HtmlCanvasElement,
        options: JsValue,
        listener: js_sys::Function,
    ) -> Result<(), JsValue> {
        let Some(Value::Object(given)) = to_json(&options) else {
            return Err(throw(texts::page::expects_options()));
        };
        let (options, ignored) = Options::read(&given).map_err(throw)?;
        self.given.replace(given);
        // Messages about the link are in it, too.
        texts::set_language(options.lang);
        let (mut lab, refused) = Workbench::from_link_or_first(&options.link);
        let ignored = ignored.iter().map(ToString::to_string);
        for message in ignored.chain(refused.map(|error| error.to_string())) {
            lab.message(message);
        }
        let own = options.clone();
        let page = |ctx: &_, device, _| Some(Page::new(ctx, lab, own, listener, device));
        self.run(canvas, &options, page).await
    }

    /// Gives canvas and device back. The lab stays, and can be asked and told everything; what takes time waits.
    pub fn rest(&self) {
        self.runner.destroy();
        // A lab that was never started has nothing to keep.
        let _ = self.look(|page| page.rests = true);
    }

    /// Draws the same lab on another canvas.
    pub async fn wake(&self, canvas: web_sys::HtmlCanvasElement) -> Result<(), JsValue> {
        let options = self.look(|page| page.app.options().clone())?;
        let page = |ctx: &_, device, kept: Option<Page>| {
            let mut page = kept?;
            page.move_to(ctx, device);
            Some(page)
        };
        self.run(canvas, &options, page).await
    }

    /// Carries out a command: text like "fly:20" or an object like {do: "fly", to: 20}.
    pub fn command(&self, command: &JsValue) -> Result<(), JsValue> {
        let json = to_json(command).ok_or_else(|| throw(texts::session::command_is()))?;
        let command = Command::from_json(&json).map_err(throw)?;
        self.change(|page| page.app.dispatch(command).map_err(throw))
    }

    /// The state, with the keys of `chickadee run --json`, and `backend`.
    pub fn state(&self) -> Result<JsValue, JsValue> {
        self.look(|page| {
            let mut state = page.app.lab().report();
            state["backend"] = serde_json::to_value(page.app.verdict()).map_err(throw)?;
            to_js(&state)
        })?
    }

    /// Makes this the lab of a link. Gives what was clamped or ignored, one sentence each.
    #[wasm_bindgen(js_name = setState)]
    pub fn set_state(&self, link: &JsValue) -> Result<Vec<String>, JsValue> {
        let Some(text) = link.as_string() else {
            return Err(throw(texts::page::expects_link()));
        };
        self.change(|page| page.app.open_link(&text).map_err(throw))
    }

    /// The link to this state.
    pub fn link(&self) -> Result<String, JsValue> {
        self.look(|page| page.app.lab().link())
    }

    /// True if all that was asked for is computed. If not, the event `settled` will come.
    #[wasm_bindgen(js_name = isSettled)]
    pub fn is_settled(&self) -> Result<bool, JsValue> {
        self.look(|page| page.outbox.is_settled() && !page.app.lab().is_busy())
    }

    /// A table as CSV: the lab's first, or the one of a name.
    pub fn csv(&self, table: &JsValue) -> Result<String, JsValue> {
        let name = match table.as_string() {
            Some(name) => name,
            None if table.is_undefined() => String::new(),
            None => return Err(throw(texts::page::expects_table())),
        };
        self.look(|page| page.app.lab().csv(&name).map_err(throw))?
    }

    /// Puts a transformer of the user's own to work in the maze lab, which opens if it is not open.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.change(|page| page.app.open_model(name, bytes).map_err(throw))
    }

    /// The picture on the canvas, as a PNG file.
    pub async fn png(&self) -> Result<Vec<u8>, JsValue> {
        let ctx = self.look(|page| page.app.context())?;
        picture::png(&ctx).await.map_err(throw)
    }

    /// Costs of the frames since the last call: `{frames, logic, ui, longest, slice}`, mean milliseconds a frame, then those of the longest frame
    /// and of the longest slice of the lab's work.
    pub fn work(&self) -> Result<JsValue, JsValue> {
        self.look(|page| to_js(&page.take_work()))?
    }

    /// Frames that were drawn; another one is asked for if `more`.
    pub fn frames(&self, more: bool) -> Result<f64, JsValue> {
        self.look(|page| {
            if more {
                page.app.context().request_repaint();
            }
            page.app.frames() as f64
        })
    }

    /// Pixels on one side of the largest picture that can be drawn.
    #[wasm_bindgen(js_name = maxSide)]
    pub fn max_side(&self) -> Result<u32, JsValue> {
        self.look(|page| page.device.side)
    }

    /// Where a Tab would lead: `end` is out of the lab, `none` where no control has the focus, else `inside`.
    #[wasm_bindgen(js_name = focusEdge)]
    pub fn focus_edge(&self, backward: bool) -> Result<String, JsValue> {
        self.look(|page| input::focus_edge(&page.app.context(), backward).to_owned())
    }

    /// True if something at this pixel of the canvas can be scrolled by this much.
    pub fn scrolls(&self, x: f32, y: f32, dy: f32) -> Result<bool, JsValue> {
        self.look(|page| page.app.scrolls([x, y], dy))
    }

    /// Changes options of a lab that runs: an object of those that change; a null is an option that is no longer given.
    #[wasm_bindgen(js_name = setOptions)]
    pub fn set_options(&self, options: &JsValue) -> Result<(), JsValue> {
        let Some(Value::Object(changes)) = to_json(options) else {
            return Err(throw(texts::page::expects_options()));
        };
        let mut given = self.given.borrow().clone();
        given.extend(changes);
        let (options, ignored) = Options::read(&given).map_err(throw)?;
        self.given.replace(given);
        self.change(|page| {
            page.app.set_options(options);
            for error in ignored {
                page.app.lab_mut().message(error.to_string());
            }
            Ok(())
        })
    }

    /// Says something to read.
    pub fn note(&self, sentence: String) -> Result<(), JsValue> {
        self.change(|page| {
            page.app.lab_mut().message(sentence);
            Ok(())
        })
    }

    /// Takes a file of the user's own: its bytes, or, without any, the reason why it could not be read.
    #[wasm_bindgen(js_name = openFile)]
    pub fn open_file(
        &self,
        name: String,
        bytes: Option<Vec<u8>>,
        why: String,
    ) -> Result<(), JsValue> {
        self.change(|page| {
            page.app.receive_file(name, bytes.ok_or(why));
            Ok(())
        })
    }

    /// Tells how copying a text has ended.
    pub fn copied(&self, text: &str, done: bool) -> Result<(), JsValue> {
        self.change(|page| {
            page.app.copied(text, done);
            Ok(())
        })
    }

    /// The link for the address of the page: a scene by its name for as long as its script goes on.
    #[wasm_bindgen(js_name = addressLink)]
    pub fn address_link(&self) -> Result<String, JsValue> {
        self.look(|page| page.address_link())
    }

    /// How much of a checkpoint has come, 0 … 1.
    #[wasm_bindgen(js_name = setLoading)]
    pub fn set_loading(&self, name: &str, fraction: f64) -> Result<(), JsValue> {
        self.receive(name, Received::Fraction(fraction))
    }

    /// Brings a checkpoint that was wanted.
    pub fn provide(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.receive(name, Received::All(bytes))
    }

    /// A checkpoint that was wanted cannot be had: the lab goes on without.
    #[wasm_bindgen(js_name = goWithout)]
    pub fn go_without(&self, name: &str, why: &str) -> Result<(), JsValue> {
        self.receive(name, Received::Failed(why))
    }

    fn receive(&self, name: &str, received: Received<'_>) -> Result<(), JsValue> {
        self.change(|page| {
            let Page { download, app, .. } = page;
            download.receive(app, name, received).map_err(throw)
        })
    }

    /// Stops the lab and frees what it holds.
    pub fn destroy(&self) {
        self.runner.destroy();
        if let Ok(mut page) = self.page.try_borrow_mut() {
            *page = None;
        }
    }

    /// Runs on a canvas the page that `page` makes of the device and the page so far.
    async fn run(
        &self,
        canvas: web_sys::HtmlCanvasElement,
        options: &Options,
        page: impl FnOnce(&egui::Context, Device, Option<Page>) -> Option<Page> + 'static,
    ) -> Result<(), JsValue> {
        let web_options = graphics::web_options(options);
        let guest = Guest {
            page: Rc::clone(&self.page),
            canvas: canvas.clone(),
        };
        let creator: eframe::AppCreator<'static> = Box::new(move |cc| {
            let device = Device::watch(cc, &guest.canvas);
            let kept = guest.page.take();
            let made = page(&cc.egui_ctx, device, kept);
            guest.page.replace(made);
            Ok(Box::new(guest))
        });
        self.runner.start(canvas, web_options, creator).await
    }

    /// Changes something, which the next frame shows.
    fn change<T>(&self, with: impl FnOnce(&mut Page) -> Result<T, JsValue>) -> Result<T, JsValue> {
        self.look(|page| {
            let result = with(page);
            if result.is_ok() {
                page.outbox.ask();
            }
            page.app.context().request_repaint();
            result
        })?
    }

    /// Looks at something. Nothing is drawn for that: a page that is at rest stays so, however often it is asked.
    fn look<T>(&self, with: impl FnOnce(&mut Page) -> T) -> Result<T, JsValue> {
        let gone = || throw(texts::page::not_running());
        let mut page = self.page.try_borrow_mut().map_err(|_| gone())?;
        let page = page.as_mut().ok_or_else(gone)?;
        Ok(with(page))
    }
}
