//! Events for the script that mounted a lab: gathered during a frame, handed over after it.
//!
//! The script's function is called with a list of events while the application is borrowed, so it must not ask the lab
//! anything before it has returned: `web/handle.js` puts its own listeners off to a microtask.

use chickadee::app::PageEvent;
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::to_js;

/// What the simulator asks of the script itself; listeners are not told.
#[derive(Serialize)]
#[serde(tag = "type")]
pub(super) enum Wish {
    /// A sentence to be read out.
    #[serde(rename = "page:speak")]
    Speak { text: String },
    /// A text to be copied, in the middle of the click that asked for it.
    #[serde(rename = "page:copy")]
    Copy { text: String },
    /// A file to be chosen, in the middle of the click that asked for it.
    #[serde(rename = "page:choose")]
    Choose,
    /// A text to be saved as a file of this name; a drawing (SVG) whose name ends in `.png` is to become that image first.
    #[serde(rename = "page:save")]
    Save { name: String, text: String },
    /// The link that the address should hold; true if it is a step of the history.
    #[serde(rename = "page:address")]
    Address { text: String, step: bool },
    /// A checkpoint to be fetched, by its name.
    #[serde(rename = "page:wanted")]
    Wanted { text: &'static str },
    /// Another canvas, since the picture is lost.
    #[serde(rename = "page:lost")]
    Lost,
}

/// An event or a wish.
#[derive(Serialize)]
#[serde(untagged)]
enum Item {
    Event(PageEvent),
    Wish(Wish),
}

/// Events on their way to one function.
pub(super) struct Outbox {
    listener: js_sys::Function,
    items: Vec<Item>,
    /// True from `changed` to `settled`, as the listener was told.
    working: bool,
    /// True if something was asked for that no frame has taken up yet.
    asked: bool,
}

impl Outbox {
    /// For a lab that still has to settle.
    pub fn new(listener: js_sys::Function) -> Self {
        Self {
            listener,
            items: Vec::new(),
            working: true,
            asked: false,
        }
    }

    /// Adds an event.
    pub fn push(&mut self, event: PageEvent) {
        self.items.push(Item::Event(event));
    }

    /// Adds something that the script shall do.
    pub fn wish(&mut self, wish: Wish) {
        self.items.push(Item::Wish(wish));
    }

    /// Notes that a script asked for something.
    pub fn ask(&mut self) {
        self.asked = true;
    }

    /// True if the last of `changed` and `settled` was `settled`, and nothing was asked for since.
    pub fn is_settled(&self) -> bool {
        !self.working && !self.asked
    }

    /// Adds `changed` and `settled` where work has begun or ended. Called when a frame has done its computing; `busy` says
    /// whether some is left.
    pub fn watch(&mut self, busy: bool) {
        if !self.working && (busy || self.asked) {
            self.working = true;
            self.push(PageEvent::Changed);
        }
        self.asked = false;
        if self.working && !busy {
            self.working = false;
            self.push(PageEvent::Settled);
        }
    }

    /// Calls the listener, if there is anything to tell.
    pub fn send(&mut self) {
        if self.items.is_empty() {
            return;
        }
        if let Ok(list) = to_js(&std::mem::take(&mut self.items)) {
            // An error of the listener is its own, and no reason to stop.
            let _ = self.listener.call1(&JsValue::NULL, &list);
        }
    }
}

/// Dispatches `chickadee-panic` at the window. Listeners run at once, and must not call into the module.
pub(super) fn send_panic(message: &str) {
    let detail = web_sys::CustomEventInit::new();
    detail.set_detail(&JsValue::from_str(message));
    if let (Some(window), Ok(event)) = (
        web_sys::window(),
        web_sys::CustomEvent::new_with_event_init_dict("chickadee-panic", &detail),
    ) {
        let _ = window.dispatch_event(&event);
    }
}
