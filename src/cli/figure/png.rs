//! A drawing as an image.

use std::sync::Arc;

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb::Database},
};

use crate::texts;

/// The letters of the window.
const LETTERS: &[u8] = include_bytes!("../../../assets/fonts/IBMPlexSans-Regular.subset.ttf");
/// Pixels per point: 220 to the inch.
const SCALE: f32 = 3.0;

/// The bytes of a PNG file. Letters are those of the window, so that every machine makes the same image.
///
/// # Errors
/// When the drawing cannot be read, or is larger than memory: one sentence.
pub(crate) fn image(svg: &str) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn std::fmt::Display| {
        let error = error.to_string();
        texts::figure::NoImage { error }.to_string()
    };
    let mut fonts = Database::new();
    fonts.load_font_data(LETTERS.to_vec());
    let family = fonts
        .faces()
        .find_map(|face| Some(face.families.first()?.0.clone()));
    fonts.set_sans_serif_family(family.unwrap_or_default());
    let options = Options {
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(&error))?;
    let size = tree.size().to_int_size();
    let side = |points: u32| (points as f32 * SCALE) as u32;
    let pixmap = Pixmap::new(side(size.width()), side(size.height()));
    let mut pixmap = pixmap.ok_or_else(|| failed(&texts::figure::too_large()))?;
    resvg::render(
        &tree,
        Transform::from_scale(SCALE, SCALE),
        &mut pixmap.as_mut(),
    );
    pixmap.encode_png().map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_an_image_with_its_letters() {
        let drawing = |words: &str| {
            format!(
                r#"<svg width="40" height="20" xmlns="http://www.w3.org/2000/svg"><rect width="40" height="20" fill="white"/><text x="2" y="15" font-family="sans-serif" font-size="12">{words}</text></svg>"#
            )
        };
        let with = image(&drawing("sites")).unwrap();
        let without = image(&drawing("")).unwrap();
        assert!(with.starts_with(b"\x89PNG") && with.len() > without.len());
        assert!(image("<svg").is_err());
    }
}
