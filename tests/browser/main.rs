//! The page in a real browser, headless, once with WebGPU and once with WebGL2 only.
//!
//! `cargo xtask test` builds the page, serves it from a folder that is not the top of the server, and runs these with
//! `CHICKADEE_URL` and `CHROMIUM` set. Drawing is done by software there, so waits are generous, and nothing is timed.
//! Screenshots are kept in `target/browser/`, to be looked at.
#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::disallowed_methods,
    reason = "native only: the clock bounds how long to wait"
)]

/// Every test of the list, in both tiers.
macro_rules! in_both_tiers {
    ($($name:ident),* $(,)?) => {
        mod webgpu {
            $(#[test]
            #[ignore = "needs the built page and Chromium: run by cargo xtask test"]
            fn $name() {
                super::$name(super::Tier::WebGpu);
            })*
        }
        mod webgl {
            $(#[test]
            #[ignore = "needs the built page and Chromium: run by cargo xtask test"]
            fn $name() {
                super::$name(super::Tier::WebGl);
            })*
        }
    };
}

/// Every test of the list in the tier that every browser has: for what is the script's, not the picture's.
macro_rules! with_webgl {
    ($($name:ident),* $(,)?) => {
        mod plain {
            $(#[test]
            #[ignore = "needs the built page and Chromium: run by cargo xtask test"]
            fn $name() {
                super::$name(super::Tier::WebGl);
            })*
        }
    };
}

mod address;
mod bridge;
mod caching;
mod embedding;
mod gpu;
mod guest;
mod host;
mod hosting;
mod maze;
mod measure;
mod packages;
mod page;
mod workers;
