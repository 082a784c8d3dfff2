//! Names that scripts may use, as the module knows them.

use chickadee::app::{OPTIONS, events, views};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;

use super::to_js;

/// Every option, every type of event, every name that `hide` and `lock` take: `{options: [{name, kind, values, help}],
/// events: [{name, help}], names: […]}`. `kind` is `link`, `address`, `switch`, `names`, `count` or `choice`; `values` are the words of a choice.
#[wasm_bindgen]
pub fn names() -> Result<JsValue, JsValue> {
    let options: Vec<Value> = OPTIONS
        .iter()
        .map(|info| {
            json!({
                "name": info.key,
                "kind": info.kind.name(),
                "values": info.kind.values(),
                "help": info.help,
            })
        })
        .collect();
    let events: Vec<Value> = events()
        .iter()
        .map(|info| json!({"name": info.name, "help": info.help}))
        .collect();
    to_js(&json!({"options": options, "events": events, "names": views::names()}))
}
