//! The page's module: the side of WebAssembly that JavaScript sees.
//!
//! ```text
//! web/chickadee.js ──► Lab (handle)  ──► Page (page) ──► App, the same as in the window
//!        ▲              Transformer          │
//!        └────────────── events ◄────────────┘
//! ```
//!
//! * [`handle`]: [`Lab`](handle::Lab), the verbs of one lab on a page;
//! * [`page`]: the application, in a canvas or at rest, with its address and frame times;
//! * [`graphics`]: the device that it is drawn with, and its loss;
//! * [`input`]: pointer and Tab in somebody's page;
//! * [`events`]: events and wishes, pushed to the script after each frame;
//! * [`names`]: the lists of options and events, for the script to check its arguments with;
//! * [`download`]: checkpoints, which the script fetches when the maze lab wants one;
//! * [`picture`]: the picture on the canvas, as a PNG file;
//! * [`selftest`]: the GPU against the CPU;
//! * [`workers`]: the pool of workers that all labs of the page share, and what runs inside one;
//! * [`transformer`]: the transformer alone, without a lab.
//!
//! `web/chickadee.js` wraps these into `mount()` and `<chickadee-lab>`. Objects cross the border as JSON. Every value from
//! JavaScript is checked; what is wrong with it is thrown as an `Error` of one sentence, and the run goes on.

#[cfg(feature = "app")]
mod download;
#[cfg(feature = "app")]
mod events;
#[cfg(feature = "app")]
mod graphics;
#[cfg(feature = "app")]
mod handle;
#[cfg(feature = "app")]
mod input;
#[cfg(feature = "app")]
mod names;
#[cfg(feature = "app")]
mod page;
#[cfg(feature = "app")]
mod picture;
#[cfg(feature = "gpu")]
mod selftest;
mod transformer;
#[cfg(feature = "app")]
mod workers;

use wasm_bindgen::prelude::*;

/// An `Error` of JavaScript with this message.
fn throw(sentence: impl std::fmt::Display) -> JsValue {
    js_sys::Error::new(&sentence.to_string()).into()
}

/// A value as JavaScript has it; numbers that are not finite become null.
#[cfg(feature = "gpu")]
fn to_js(value: &impl serde::Serialize) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(value).map_err(throw)?;
    js_sys::JSON::parse(&text)
}

/// A JavaScript value as JSON; nothing is null. `None` for what JSON cannot say: functions, cycles.
#[cfg(feature = "app")]
fn to_json(value: &JsValue) -> Option<serde_json::Value> {
    if value.is_undefined() || value.is_null() {
        return Some(serde_json::Value::Null);
    }
    let text = js_sys::JSON::stringify(value).ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}

/// Sends the message of a panic to the page as the event `chickadee-panic`, after it has been written to the console. A panic
/// ends every lab of the page, since they share one module.
pub fn report_panics() {
    console_error_panic_hook::set_once();
    let to_console = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        to_console(info);
        #[cfg(feature = "app")]
        events::send_panic(&info.to_string());
    }));
}
