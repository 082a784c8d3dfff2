//! The checkpoints that a page has to fetch: when they are needed, with progress.

use std::{cell::RefCell, rc::Rc};

use chickadee::{app::App, session::Received, texts};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStreamDefaultReader, Response};

/// One checkpoint that is being fetched.
#[derive(Default)]
struct Transfer {
    name: &'static str,
    fraction: f64,
    bytes: Option<Result<Vec<u8>, String>>,
}

/// Fetching of the checkpoint that the lab wants.
pub struct Download {
    /// Address of the folder of checkpoints.
    folder: String,
    transfer: Option<Rc<RefCell<Transfer>>>,
    /// The checkpoint that could not be fetched: it is not asked for again.
    refused: Option<&'static str>,
}

impl Download {
    /// From a folder.
    pub fn new(folder: String) -> Self {
        Self {
            folder,
            transfer: None,
            refused: None,
        }
    }

    /// Begins a download, reports its progress, delivers it.
    pub fn serve(&mut self, app: &mut App) {
        let context = app.context();
        let lab = app.lab_mut();
        let Some(wanted) = lab.wanted_file() else {
            self.transfer = None;
            self.refused = None;
            return;
        };
        if self.refused == Some(wanted) {
            return;
        }
        if let Some(transfer) = &self.transfer {
            let mut transfer = transfer.borrow_mut();
            let (name, fraction) = (transfer.name, transfer.fraction);
            let Some(bytes) = transfer.bytes.take() else {
                // A part of a file is never refused.
                let _ = lab.receive(Received::Fraction(fraction));
                return;
            };
            drop(transfer);
            self.transfer = None;
            // Another lab may have been opened, or another file be wanted by now.
            if name != wanted {
                return;
            }
            let received = bytes.and_then(|bytes| lab.receive(Received::All(&bytes)));
            if let Err(error) = received {
                self.refused = Some(name);
                let _ = lab.receive(Received::Failed(&error));
            }
            context.request_repaint();
            return;
        }
        let transfer = Rc::new(RefCell::new(Transfer {
            name: wanted,
            ..Transfer::default()
        }));
        self.transfer = Some(transfer.clone());
        let address = format!("{}{wanted}.safetensors", self.folder);
        spawn_local(async move {
            let bytes = fetch(&address, |fraction| {
                transfer.borrow_mut().fraction = fraction;
                context.request_repaint();
            })
            .await
            .map_err(|why| texts::page::NotFetched { name: wanted, why }.to_string());
            transfer.borrow_mut().bytes = Some(bytes);
            context.request_repaint();
        });
    }
}

/// The bytes of an address; `progress` is told the fraction that has come, where the server says how much there is.
async fn fetch(address: &str, progress: impl Fn(f64)) -> Result<Vec<u8>, String> {
    let why = |error: JsValue| {
        let error: Option<js_sys::Error> = error.dyn_into().ok();
        error.map_or_else(
            || texts::page::no_connection().to_owned(),
            |error| String::from(error.message()),
        )
    };
    let window = web_sys::window().ok_or_else(texts::page::no_window)?;
    let response = JsFuture::from(window.fetch_with_str(address))
        .await
        .map_err(why)?;
    let response: Response = response.dyn_into().map_err(why)?;
    if !response.ok() {
        let status = response.status();
        return Err(texts::page::ServerAnswered { status }.to_string());
    }
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let total: f64 = header("Content-Length")
        .filter(|_| header("Content-Encoding").is_none())
        .and_then(|length| length.parse().ok())
        .unwrap_or(0.0);
    let body = response.body().ok_or_else(texts::page::answer_is_empty)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(why)?;
        let done = Reflect::get(&chunk, &"done".into()).map_err(why)?;
        if done.is_truthy() {
            return Ok(bytes);
        }
        let value = Reflect::get(&chunk, &"value".into()).map_err(why)?;
        bytes.extend(Uint8Array::new(&value).to_vec());
        if total > 0.0 {
            progress((bytes.len() as f64 / total).min(1.0));
        }
    }
}
