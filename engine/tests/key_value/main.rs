//! The five lookups against NumPy (`lookups.py`, which writes `golden.json`).
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use chickadee_engine::models::{
    barcode::{Memory, seed_output},
    key_value::{Lookup, Query, effective_number, seed_output_of_synapses},
};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f32> {
    let list = value.as_array().unwrap().iter();
    list.map(|number| number.as_f64().unwrap() as f32).collect()
}

fn close(found: f64, wanted: f64) {
    let error = (found - wanted).abs();
    assert!(
        error <= 1e-6 * wanted.abs().max(1.0),
        "{found}, not {wanted}"
    );
}

#[test]
fn the_five_lookups_are_those_of_numpy() {
    let golden: Value = serde_json::from_str(include_str!("golden.json")).unwrap();
    let present: Vec<bool> = golden["present"]
        .as_array()
        .unwrap()
        .iter()
        .map(|there| there.as_bool().unwrap())
        .collect();
    let memories: Vec<Memory> = (0..present.len())
        .map(|slot| Memory {
            place: slot,
            weight: f64::from(u8::from(present[slot])),
            barcode: numbers(&golden["keys"][slot]).into(),
            value: numbers(&golden["contents"][slot]).into(),
        })
        .collect();
    let [content, barcode, recalled] =
        ["content", "barcode", "recalled"].map(|name| numbers(&golden[name]));
    let query = Query {
        content: &content,
        barcode: &barcode,
        recalled: &recalled,
    };
    for (number, lookup) in Lookup::ALL.into_iter().enumerate() {
        let similarities: Vec<f64> = memories
            .iter()
            .map(|memory| lookup.similarity(memory, &query))
            .collect();
        let weights = lookup.weights(&similarities, &present, golden["beta"].as_f64().unwrap());
        for (slot, weight) in weights.iter().enumerate() {
            close(*weight, golden["weights"][number][slot].as_f64().unwrap());
        }
        close(
            effective_number(&weights),
            golden["effective"][number].as_f64().unwrap(),
        );
    }
    let wanted = golden["seed_output"].as_f64().unwrap();
    close(seed_output(&memories, &recalled), wanted);
    close(seed_output_of_synapses(&memories, &recalled), wanted);
}
