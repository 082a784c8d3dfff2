//! A screen without a monitor, by Xvfb, and what is on it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Outcome;
use crate::files::{fresh_folder, read, write};
use crate::tools::ask;

/// A process that ends with this value.
pub(super) struct Guarded(pub(super) Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // One that has ended by itself cannot be ended again.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// A running screen of 1400 × 900 pixels.
pub(super) struct Screen {
    /// As the variable `DISPLAY` has it.
    pub(super) name: String,
    /// Where the server keeps its pixels, as `xwd` writes them.
    pixels: PathBuf,
    xwininfo: PathBuf,
    _server: Guarded,
}

/// Colours of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colours {
    pub(super) different: usize,
    /// Share of the commonest one.
    pub(super) commonest: f64,
}

impl Screen {
    pub(super) fn start(xvfb: &Path, xwininfo: &Path, folder: &Path) -> Outcome<Self> {
        fresh_folder(folder)?;
        let mut server = Command::new(xvfb);
        server
            .args(["-displayfd", "1", "-screen", "0", "1400x900x24"])
            .args(["-nolisten", "tcp", "-fbdir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = server
            .spawn()
            .map_err(|error| format!("Xvfb could not be started: {error}."))?;
        let said = server.stdout.take();
        let server = Guarded(server);
        let mut number = String::new();
        if let Some(said) = said {
            BufReader::new(said)
                .read_line(&mut number)
                .map_err(|error| format!("Xvfb said nothing: {error}."))?;
        }
        if number.trim().is_empty() {
            return Err("Xvfb has ended without a screen.".to_owned());
        }
        Ok(Self {
            name: format!(":{}", number.trim()),
            pixels: folder.join("Xvfb_screen0"),
            xwininfo: xwininfo.to_owned(),
            _server: server,
        })
    }

    /// True if there is a window with this title.
    pub(super) fn shows(&self, title: &str) -> bool {
        let mut list = Command::new(&self.xwininfo);
        let list = ask(list.args(["-display", &self.name, "-root", "-tree"]));
        list.is_some_and(|list| list.contains(&format!("\"{title}\"")))
    }

    /// Keeps what is on the screen, for eyes.
    pub(super) fn keep(&self, file: &Path) -> Outcome<()> {
        write(file, &read(&self.pixels)?)
    }

    pub(super) fn colours(&self) -> Outcome<Colours> {
        colours(&read(&self.pixels)?)
            .ok_or_else(|| format!("{} is no picture.", self.pixels.display()))
    }
}

/// The colours of a picture in the format of `xwd`, 32 bits a pixel: a header of numbers in big-endian order, a table, pixels.
fn colours(picture: &[u8]) -> Option<Colours> {
    let number = |index: usize| {
        let bytes = picture.get(4 * index..4 * index + 4)?;
        usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
    };
    let (header, bits, table) = (number(0)?, number(11)?, number(19)?);
    let pixels = picture.get(header + 12 * table..)?;
    if bits != 32 || pixels.is_empty() {
        return None;
    }
    let mut counts = std::collections::HashMap::new();
    for pixel in pixels.chunks_exact(4) {
        *counts.entry(pixel).or_insert(0_usize) += 1;
    }
    let most = counts.values().max().copied().unwrap_or_default();
    Some(Colours {
        different: counts.len(),
        commonest: most as f64 / (pixels.len() / 4) as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_counted() {
        let mut picture = vec![0; 100];
        picture[..4].copy_from_slice(&100_u32.to_be_bytes());
        picture[44..48].copy_from_slice(&32_u32.to_be_bytes());
        picture[76..80].copy_from_slice(&1_u32.to_be_bytes());
        picture.extend([7; 12]); // the table
        picture.extend([1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1, 3, 3, 3, 3]);
        let seen = colours(&picture).expect("a picture");
        assert_eq!((seen.different, seen.commonest), (3, 0.5));
        assert!(colours(b"no picture").is_none());
    }
}
