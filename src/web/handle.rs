//! One lab on a page, as a script holds it.

use chickadee::{
    app::{Options, Renderer},
    session::{Command, Workbench},
    texts,
};
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::{page::Page, picture, throw, to_js, to_json};

/// A lab on a page.
#[wasm_bindgen]
pub struct Lab {
    runner: eframe::WebRunner,
}

#[wasm_bindgen]
impl Lab {
    /// A lab that is not started yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self {
            runner: eframe::WebRunner::new(),
        }
    }

    /// Starts drawing on a canvas. `options` is an object as `mount()` takes it, `models` the address of the folder of
    /// checkpoints, with a slash at its end. `listener` is called after a frame with a list of events; it must not call the
    /// lab before it has returned.
    pub async fn start(
        &self,
        canvas: web_sys::HtmlCanvasElement,
        options: JsValue,
        models: String,
        listener: js_sys::Function,
    ) -> Result<(), JsValue> {
        let Some(Value::Object(given)) = to_json(&options) else {
            return Err(throw(texts::page::expects_options()));
        };
        let (mut options, ignored) = Options::read(&given).map_err(throw)?;
        options.address = location();
        let (mut lab, refused) = Workbench::from_link_or_first(&options.link);
        let ignored = ignored.iter().map(ToString::to_string);
        for message in ignored.chain(refused.map(|error| error.to_string())) {
            lab.message(message);
        }
        let mut web_options = eframe::WebOptions::default();
        if options.renderer == Renderer::WebGl
            && let eframe::egui_wgpu::WgpuSetup::CreateNew(setup) =
                &mut web_options.wgpu_options.wgpu_setup
        {
            setup.instance_descriptor.backends = wgpu::Backends::GL;
        }
        let creator: eframe::AppCreator<'static> = Box::new(move |cc| {
            let page = Page::new(&cc.egui_ctx, lab, options, models, listener);
            Ok(Box::new(page))
        });
        self.runner.start(canvas, web_options, creator).await
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
        self.change(|page| {
            let loaded = page.app.lab_mut().open_link(&text).map_err(throw)?;
            Ok(loaded.messages)
        })
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

    /// Readouts of every place, or the policy of every state, as CSV.
    pub fn csv(&self) -> Result<String, JsValue> {
        self.look(|page| page.app.lab().csv())
    }

    /// Puts a transformer of the user's own to work in the maze lab, which opens if it is not open.
    #[wasm_bindgen(js_name = openModel)]
    pub fn open_model(&self, name: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.change(|page| page.app.lab_mut().open_model(name, bytes).map_err(throw))
    }

    /// The picture on the canvas, as a PNG file.
    pub async fn png(&self) -> Result<Vec<u8>, JsValue> {
        let ctx = self.look(|page| page.app.context())?;
        picture::png(&ctx).await.map_err(throw)
    }

    /// Costs of the frames since the last call: `{frames, logic, ui, longest}`, mean milliseconds a frame.
    pub fn work(&self) -> Result<JsValue, JsValue> {
        self.look(|page| to_js(&page.times.take()))?
    }

    /// Stops the lab and frees what it holds.
    pub fn destroy(&self) {
        self.runner.destroy();
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
        let mut page = self.runner.app_mut::<Page>().ok_or_else(gone)?;
        Ok(with(&mut page))
    }
}

/// The address of the page without query and fragment.
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
