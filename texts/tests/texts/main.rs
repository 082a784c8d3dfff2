//! Texts: the compiler of them, every key used, no sentence in the code.

#[expect(dead_code, reason = "the build writes; here it is mostly read")]
#[path = "../../compile/mod.rs"]
mod compile;
mod compiler;
mod html;
mod sources;
