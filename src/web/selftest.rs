//! The GPU against the CPU, in the page.

use chickadee_engine::selftest::Outcome;
use wasm_bindgen::prelude::*;

use super::{throw, to_js};

/// Every operation of the GPU against the CPU: what `chickadee selftest --json` prints. `each` is called with one operation
/// when it is through.
#[wasm_bindgen]
pub async fn selftest(each: Option<js_sys::Function>) -> Result<JsValue, JsValue> {
    let report = |outcome: &Outcome| {
        if let (Some(each), Ok(operation)) = (&each, to_js(outcome)) {
            // An error of it is its own, and no reason to stop.
            let _ = each.call1(&JsValue::NULL, &operation);
        }
    };
    let whole = chickadee::devices::examine_all(report)
        .await
        .map_err(throw)?;
    to_js(&whole)
}
