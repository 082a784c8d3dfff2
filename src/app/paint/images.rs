use eframe::egui::{
    Color32, ColorImage, Context, Id, Painter, Rect, TextureHandle, TextureOptions, pos2,
};

/// An image that was drawn, and the key of what it shows.
type Kept = (u64, TextureHandle);

/// The image `id`; `draw` gives its size and pixels, row by row, when `key` is not that of last time. Images are kept where
/// egui keeps what its widgets remember.
pub(crate) fn image(
    ctx: &Context,
    id: Id,
    key: u64,
    draw: impl FnOnce() -> ([usize; 2], Vec<Color32>),
) -> TextureHandle {
    let kept: Option<Kept> = ctx.data(|data| data.get_temp(id));
    let handle = match kept {
        Some((old, handle)) if old == key => return handle,
        Some((_, mut handle)) => {
            let (size, pixels) = draw();
            handle.set(ColorImage::new(size, pixels), TextureOptions::NEAREST);
            handle
        }
        None => {
            let (size, pixels) = draw();
            let image = ColorImage::new(size, pixels);
            ctx.load_texture(id.short_debug_format(), image, TextureOptions::NEAREST)
        }
    };
    ctx.data_mut(|data| data.insert_temp::<Kept>(id, (key, handle.clone())));
    handle
}

/// Draws a whole image into a rectangle.
pub(crate) fn show_image(painter: &Painter, texture: &TextureHandle, rect: Rect) {
    let all = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture.id(), rect, all, Color32::WHITE);
}
