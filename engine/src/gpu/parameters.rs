/// Parameters of a dispatch, the same `struct` in Rust and in WGSL.
///
/// `parameters!` makes both of one list of fields: they cannot differ in name, order or type.
pub trait Parameters {
    /// WGSL: the `struct Parameters`, and the uniform `p` of that type at binding 0.
    const WGSL: &'static str;

    /// The fields in their order, a word each.
    fn words(&self) -> impl AsRef<[u32]>;
}

/// A field of [`Parameters`]: a word of 32 bits.
pub(crate) trait Word {
    /// The word.
    fn word(self) -> u32;
}

impl Word for u32 {
    fn word(self) -> u32 {
        self
    }
}

impl Word for usize {
    fn word(self) -> u32 {
        // Sizes and offsets count elements of an array that fits into a GPU's binding: below 2³².
        self as u32
    }
}

impl Word for f32 {
    fn word(self) -> u32 {
        self.to_bits()
    }
}

impl Word for bool {
    fn word(self) -> u32 {
        u32::from(self)
    }
}

/// Defines a `struct` of [`Parameters`]. Fields are `usize`, `u32` and `bool`, which WGSL sees as `u32` (a uniform holds no
/// `bool`), and `f32`.
macro_rules! parameters {
    (@usize) => { "u32" };
    (@u32) => { "u32" };
    (@bool) => { "u32" };
    (@f32) => { "f32" };
    ($(#[$about:meta])* $vis:vis struct $name:ident { $($(#[$doc:meta])* $field:ident: $type:ident,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl $crate::gpu::Parameters for $name {
            const WGSL: &'static str = concat!(
                "struct Parameters {\n",
                $("    ", stringify!($field), ": ", $crate::gpu::parameters!(@$type), ",\n",)*
                "}\n\n@group(0) @binding(0) var<uniform> p: Parameters;\n\n",
            );

            fn words(&self) -> impl AsRef<[u32]> {
                [$($crate::gpu::Word::word(self.$field)),*]
            }
        }
    };
}
pub(crate) use parameters;

#[cfg(test)]
mod tests {
    use super::Parameters;

    parameters! {
        /// One field of each type.
        struct Each {
            count: usize,
            word: u32,
            is_last: bool,
            scale: f32,
        }
    }

    #[test]
    fn both_languages_get_the_same_fields_in_the_same_order() {
        let wgsl = "struct Parameters {\n    count: u32,\n    word: u32,\n    is_last: u32,\n    scale: f32,\n}\n\n\
                    @group(0) @binding(0) var<uniform> p: Parameters;\n\n";
        assert_eq!(Each::WGSL, wgsl);
        let each = Each {
            count: 7,
            word: 9,
            is_last: true,
            scale: 1.0,
        };
        assert_eq!(each.words().as_ref(), [7, 9, 1, 0x3f80_0000]);
    }
}
