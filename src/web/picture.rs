//! The picture on a canvas, as a PNG file.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
};

use chickadee::texts;
use eframe::egui::{ColorImage, Context, ScreenshotCallback, ViewportCommand};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

/// An image on its way, and the task that waits for it.
#[derive(Default)]
struct Slot {
    image: Option<Arc<ColorImage>>,
    waker: Option<Waker>,
}

/// Has the next frame drawn and copied, and gives it as a PNG file.
pub(super) async fn png(ctx: &Context) -> Result<Vec<u8>, String> {
    let image = screenshot(ctx).await.ok_or_else(texts::page::no_picture)?;
    let mut png = Vec::new();
    let [width, height] = image.size.map(|n| n as u32);
    PngEncoder::new(&mut png)
        .write_image(image.as_raw(), width, height, ExtendedColorType::Rgba8)
        .map_err(|error| error.to_string())?;
    Ok(png)
}

async fn screenshot(ctx: &Context) -> Option<Arc<ColorImage>> {
    let slot: Arc<Mutex<Slot>> = Arc::default();
    let filled = slot.clone();
    let fill = move |image| {
        if let Ok(mut slot) = filled.lock() {
            slot.image = Some(image);
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        }
    };
    ctx.send_viewport_cmd(ViewportCommand::Screenshot(ScreenshotCallback::new(fill)));
    ctx.request_repaint();
    poll_fn(|cx| match slot.lock() {
        Ok(mut slot) => match slot.image.take() {
            Some(image) => Poll::Ready(Some(image)),
            None => {
                slot.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        },
        Err(_) => Poll::Ready(None),
    })
    .await
}
