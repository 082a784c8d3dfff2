use std::collections::HashMap;

use eframe::egui::{
    Color32, ColorImage, Context, Painter, Rect, TextureHandle, TextureOptions, pos2,
};

/// Images by name, drawn again only when what they show has changed.
#[derive(Default)]
pub(crate) struct Images(HashMap<&'static str, (u64, TextureHandle)>);

impl Images {
    /// The image `name`; `draw` gives its size and pixels, row by row, when `key` is not that of last time.
    pub(crate) fn get(
        &mut self,
        ctx: &Context,
        name: &'static str,
        key: u64,
        draw: impl FnOnce() -> ([usize; 2], Vec<Color32>),
    ) -> TextureHandle {
        match self.0.get_mut(name) {
            Some((old, handle)) if *old == key => handle.clone(),
            Some((old, handle)) => {
                let (size, pixels) = draw();
                handle.set(ColorImage::new(size, pixels), TextureOptions::NEAREST);
                *old = key;
                handle.clone()
            }
            None => {
                let (size, pixels) = draw();
                let handle =
                    ctx.load_texture(name, ColorImage::new(size, pixels), TextureOptions::NEAREST);
                self.0.insert(name, (key, handle.clone()));
                handle
            }
        }
    }
}

/// Draws a whole image into a rectangle.
pub(crate) fn show_image(painter: &Painter, texture: &TextureHandle, rect: Rect) {
    let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), rect, all, Color32::WHITE);
}
