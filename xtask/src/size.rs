//! The size gate: every byte of the module is downloaded by everybody who opens the page.
//!
//! `xtask/size.toml` keeps the last accepted size. A build that is more than five per cent larger fails, and so does one above
//! the budget; `cargo xtask size --update` accepts the size of today, and the change is then seen in the commit. A page built
//! with wasm-opt is held against its own number: it starts a little faster and is no smaller to download.

use std::fs;
use std::path::PathBuf;

use crate::build_page::Page;
use crate::{Outcome, root};

/// The budget of the finished download, in bytes.
const BUDGET: u64 = 1_800_000;
/// How much larger a build may be than the accepted one, in per cent.
const SLACK: u64 = 5;

fn file() -> PathBuf {
    root().join("xtask/size.toml")
}

fn key(optimised: bool) -> &'static str {
    if optimised {
        "brotli_bytes"
    } else {
        "brotli_bytes_without_wasm_opt"
    }
}

/// Fails if the page has become too large.
pub(crate) fn gate(page: &Page) -> Outcome<()> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    let accepted = accepted(&text, page.optimised).ok_or_else(|| {
        format!(
            "xtask/size.toml has no number `{}`: run `cargo xtask size --update`.",
            key(page.optimised)
        )
    })?;
    let verdict = judge(page, accepted)?;
    println!("{verdict}");
    Ok(())
}

fn judge(page: &Page, accepted: u64) -> Outcome<String> {
    let now = page.brotli;
    let change = (now as f64 / accepted as f64 - 1.0) * 100.0;
    if now > BUDGET {
        return Err(format!(
            "The download is {now} bytes, above the budget of {BUDGET}."
        ));
    }
    if now * 100 > accepted * (100 + SLACK) {
        return Err(format!(
            "The download is {now} bytes, {change:+.1} % against the accepted {accepted}; if it is worth that, run `cargo xtask size --update`."
        ));
    }
    Ok(format!(
        "Size: {now} bytes to download, {change:+.1} % against the accepted {accepted}, budget {BUDGET}"
    ))
}

/// Accepts the size of this page.
pub(crate) fn update(page: &Page) -> Outcome<()> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    let number = |optimised| {
        if optimised == page.optimised {
            Some(page.brotli)
        } else {
            accepted(&text, optimised)
        }
    };
    let mut lines = String::from(
        "# Size of chickadee_bg.wasm as it is downloaded (brotli, quality 11). Written by `cargo xtask size --update`\n\
         # (and `--wasm-opt --update`); a build that is more than 5 % larger fails `cargo xtask test`.\n",
    );
    for optimised in [true, false] {
        if let Some(bytes) = number(optimised) {
            lines.push_str(&format!("{} = {bytes}\n", key(optimised)));
        }
    }
    fs::write(file(), lines)
        .map_err(|error| format!("xtask/size.toml cannot be written: {error}."))?;
    println!("xtask/size.toml: {} = {}", key(page.optimised), page.brotli);
    Ok(())
}

fn accepted(text: &str, optimised: bool) -> Option<u64> {
    let lines = text.lines().filter_map(|line| line.split_once('='));
    lines
        .filter(|(name, _)| name.trim() == key(optimised))
        .find_map(|(_, value)| value.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(brotli: u64, optimised: bool) -> Page {
        Page {
            wasm: 0,
            brotli,
            optimised,
        }
    }

    #[test]
    fn five_per_cent_and_the_budget() {
        assert!(judge(&page(1_050_000, true), 1_000_000).is_ok());
        assert!(judge(&page(1_050_001, true), 1_000_000).is_err());
        assert!(judge(&page(BUDGET + 1, true), BUDGET).is_err());
        assert!(judge(&page(BUDGET + 1, false), BUDGET).is_err());
    }

    #[test]
    fn each_way_of_building_has_its_number() {
        let text = "# remark\nbrotli_bytes = 12\nbrotli_bytes_without_wasm_opt = 34\n";
        assert_eq!(accepted(text, true), Some(12));
        assert_eq!(accepted(text, false), Some(34));
        assert_eq!(accepted("", true), None);
    }
}
