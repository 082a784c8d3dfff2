/// A piece of WGSL that several kernels have in common, or the rest of one.
#[derive(Clone, Copy, Debug)]
pub struct Chunk {
    /// Numbers that both sides must know, such as the size of a tile. In WGSL they are `const NAME = …u`.
    pub constants: &'static [(&'static str, usize)],
    /// WGSL.
    pub source: &'static str,
}

/// The [`Chunk`] of a file, with constants or without: `chunk!("tiles.wgsl", &[("TILE", 64)])`.
///
/// Comments and indentation are for us: they are a third of the text, and left out where it is compiled in.
macro_rules! chunk {
    ($file:literal) => {
        $crate::gpu::chunk!($file, &[])
    };
    ($file:literal, $constants:expr) => {{
        const SOURCE: &str = include_str!($file);
        const STRIPPED: ([u8; SOURCE.len()], usize) = $crate::gpu::strip(SOURCE);
        const BYTES: [u8; STRIPPED.1] = *STRIPPED.0.first_chunk().expect("it is no longer");
        const TEXT: &str = match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => SOURCE,
        };
        $crate::gpu::Chunk {
            constants: $constants,
            source: TEXT,
        }
    }};
}
pub(crate) use chunk;

/// WGSL without comments, indentation and empty lines, and its length.
pub(crate) const fn strip<const N: usize>(source: &str) -> ([u8; N], usize) {
    let source = source.as_bytes();
    let (mut out, mut length) = ([0; N], 0);
    let mut i = 0;
    while i < source.len() {
        // WGSL has no strings: two slashes are a comment, wherever they stand.
        if source[i] == b'/' && i + 1 < source.len() && source[i + 1] == b'/' {
            while i < source.len() && source[i] != b'\n' {
                i += 1;
            }
            continue;
        }
        let begins_line = length == 0 || out[length - 1] == b'\n';
        if !(begins_line && source[i].is_ascii_whitespace()) {
            out[length] = source[i];
            length += 1;
        }
        i += 1;
    }
    (out, length)
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn comments_indentation_and_empty_lines_are_left_out() {
        let source =
            "// Half of it, ½.\n\nfn half(x: f32) -> f32 {\n    return x / 2.0; // exact\n}\n";
        let (text, length) = strip::<100>(source);
        let text = std::str::from_utf8(&text[..length]).unwrap();
        assert_eq!(text, "fn half(x: f32) -> f32 {\nreturn x / 2.0; \n}\n");
    }
}
