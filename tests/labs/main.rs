//! The labs through their sessions, as every caller drives them: a module for each, and one for what all labs share.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod anything;
mod bridge;
mod caching;
mod faulty_workers;
mod figures;
mod long_links;
mod maze;
mod reopening;
mod session;
mod transformer_slots;

use proptest::prelude::ProptestConfig;

/// So many cases, or as many as `PROPTEST_CASES` says where there is time for more.
fn cases(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    // Found cases become tests of their own; no files are left behind.
    ProptestConfig {
        cases: asked.and_then(|text| text.parse().ok()).unwrap_or(cases),
        max_shrink_iters: 100,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
