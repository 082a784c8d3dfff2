//! The page: Rust → WebAssembly → bindings → wasm-opt → a folder of files that any web server can serve.
//!
//! `index.html` is written for trunk, whose links (`data-trunk`) are read here too, so that the same page comes out whether
//! or not trunk is installed: files are named as trunk names them without hashes, and the script that starts the page
//! follows trunk's initializer protocol (`start.js`). Instead of the wasm-bindgen program, its library is used: the
//! version is in `Cargo.lock`, and there is nothing to install.
//!
//! Slow steps (wasm-opt, brotli) are kept under `target/page/` and repeated only when their input has changed.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use crate::files::{copy_folder, fresh_folder, length, read, with_suffix, write};
use crate::tools::{announced, cargo_wasm, run, wasm_opt, wasm_target};
use crate::{Outcome, dist, root, target};

/// What the compiler emits; nothing beyond it, and no relaxed SIMD: the same link gives the same bits everywhere.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];
/// Speed first where the kernels are, size where nobody notices: the compiler has made that choice, `-O2` keeps it.
const WASM_OPT: [&str; 1] = ["-O2"];

/// The script that starts the page: a file, since some policies forbid scripts in the page itself.
const START: &str = "<script type=\"module\" src=\"start.js\"></script>";

/// A built page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// Bytes of the module as the browser compiles it.
    pub(crate) wasm: u64,
    /// Bytes of the module as it is downloaded (brotli, highest quality).
    pub(crate) brotli: u64,
    /// True if wasm-opt was at hand.
    pub(crate) optimised: bool,
}

impl fmt::Display for Page {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wasm, brotli) = (self.wasm as f64 / 1e6, self.brotli as f64 / 1e6);
        let how = if self.optimised {
            "with wasm-opt"
        } else {
            "without wasm-opt"
        };
        write!(
            out,
            "dist/ holds the page: wasm {wasm:.2} MB, {brotli:.2} MB to download (brotli), built {how}"
        )
    }
}

/// Builds everything into `dist/`.
pub(crate) fn build(with_wasm_opt: bool) -> Outcome<Page> {
    wasm_target()?;
    let mut cargo = cargo_wasm();
    cargo.args([
        "rustc",
        "--profile",
        "web",
        "--target",
        "wasm32-unknown-unknown",
        "--bin",
        "chickadee",
        // Link-time optimisation goes by the program: for speed, or the engine would be three times slower. What is built for size
        // says so itself, function by function.
        "--",
        "-Copt-level=3",
    ]);
    announced("Compiling the page to WebAssembly", || run(&mut cargo))?;

    let module = target().join("wasm32-unknown-unknown/web/chickadee.wasm");
    let tool = if with_wasm_opt { wasm_opt() } else { None };
    let folder = target().join("page");
    let optimised = finish_module(&module, tool.as_deref(), &folder)?;

    fresh_folder(&dist())?;
    copy_folder(&folder.join("out"), &dist())?;
    let wasm = length(&dist().join("chickadee_bg.wasm"))?;
    let brotli = length(&dist().join("chickadee_bg.wasm.br"))?;
    write_page(wasm)?;
    Ok(Page {
        wasm,
        brotli,
        optimised,
    })
}

/// Bindings, wasm-opt and brotli into `folder/out`, unless they are there from the same input. True if wasm-opt was run.
fn finish_module(module: &Path, tool: Option<&Path>, folder: &Path) -> Outcome<bool> {
    let input = read(module)?;
    let mut hasher = DefaultHasher::new();
    (&input, tool, WASM_OPT, WASM_FEATURES).hash(&mut hasher);
    let stamp = format!("{:016x}", hasher.finish());
    let stamp_file = folder.join("stamp");
    let out = folder.join("out");
    // The stamp says of what these files were made, and whether wasm-opt, if asked for, did its work.
    for optimised in [true, false] {
        if fs::read_to_string(&stamp_file).is_ok_and(|old| old == format!("{stamp} {optimised}")) {
            return Ok(optimised);
        }
    }
    fresh_folder(folder)?;
    announced("Writing the JavaScript bindings", || bindings(module, &out))?;

    let wasm = out.join("chickadee_bg.wasm");
    let optimised = match tool {
        None => false,
        Some(tool) => match announced("Optimising the module (wasm-opt)", || optimise(tool, &wasm))
        {
            Ok(()) => true,
            Err(error) => {
                println!("wasm-opt gave up ({error}): the page is built without it.");
                false
            }
        },
    };
    announced("Compressing (brotli)", || {
        for file in [wasm, out.join("chickadee.js")] {
            write(&with_suffix(&file, ".br"), &brotli(&read(&file)?)?)?;
        }
        Ok(())
    })?;
    write(&stamp_file, format!("{stamp} {optimised}").as_bytes())?;
    Ok(optimised)
}

fn bindings(module: &Path, out: &Path) -> Outcome<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("chickadee")
        .typescript(false);
    bindgen
        .remove_name_section(true)
        .remove_producers_section(true);
    let generated = bindgen.web(true).and_then(|bindgen| bindgen.generate(out));
    generated.map_err(|error| format!("wasm-bindgen could not write the bindings: {error:#}."))
}

fn optimise(tool: &Path, wasm: &Path) -> Outcome<()> {
    let smaller = wasm.with_extension("opt.wasm");
    run(Command::new(tool)
        .args(WASM_OPT)
        .args(WASM_FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(&smaller))?;
    fs::rename(&smaller, wasm)
        .map_err(|error| format!("{} cannot be replaced: {error}.", wasm.display()))
}

fn brotli(plain: &[u8]) -> Outcome<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*plain, &mut packed, &params)
        .map_err(|error| format!("brotli failed: {error}."))?;
    Ok(packed)
}

/// `index.html` and the folders that it names, into `dist/`.
fn write_page(wasm: u64) -> Outcome<()> {
    let source = root().join("index.html");
    let html = fs::read_to_string(&source)
        .map_err(|error| format!("index.html cannot be read: {error}."))?;
    let (html, folders) = translate(&html)?;
    for folder in folders {
        copy_folder(&root().join(&folder), &dist().join(&folder))?;
    }
    write(&dist().join("index.html"), html.as_bytes())?;
    write(&dist().join("start.js"), include_bytes!("start.js"))?;
    let worker = dist().join("web/worker.js");
    let worker_script = read(&worker)?;
    fs::remove_file(&worker)
        .map_err(|error| format!("{} cannot be moved: {error}.", worker.display()))?;

    // Files of two builds do not fit together; each says to which one it belongs.
    let files = parts()?;
    let build = name_of_build(&files)?;
    let size = format!("export const WASM_BYTES = {wasm};\nexport const BUILD = '{build}';\n");
    write(&dist().join("web/size.js"), size.as_bytes())?;
    let bindings = dist().join("chickadee.js");
    let mut script = read(&bindings)?;
    script.extend(format!("\nexport const BUILD = '{build}';\n").bytes());
    write(&bindings, &script)?;
    write(&with_suffix(&bindings, ".br"), &brotli(&script)?)?;

    let list: Vec<String> = files.iter().map(|file| format!("'{file}'")).collect();
    let mut head = format!(
        "const BUILD = '{build}';\nconst FILES = ['./', {}];\n",
        list.join(", ")
    )
    .into_bytes();
    head.extend(worker_script);
    write(&dist().join("worker.js"), &head)
}

/// The files that the page is made of, by their paths in `dist/`, in order: what a browser keeps to work without a network.
fn parts() -> Outcome<Vec<String>> {
    let mut parts: Vec<String> = ["chickadee.js", "chickadee_bg.wasm", "start.js"]
        .map(str::to_owned)
        .into();
    for (folder, endings) in [
        ("web", &[".js", ".css", ".webmanifest"][..]),
        ("assets", &["icon.svg", "poster.png"]),
        // The others are kept once a link or a choice has asked for them.
        ("assets/models", &["-small.safetensors"]),
    ] {
        let cannot = |error: std::io::Error| format!("dist/{folder} cannot be read: {error}.");
        for entry in fs::read_dir(dist().join(folder)).map_err(cannot)? {
            let name = entry.map_err(cannot)?.file_name();
            let name = name.to_string_lossy();
            if endings.iter().any(|ending| name.ends_with(ending)) {
                parts.push(format!("{folder}/{name}"));
            }
        }
    }
    parts.sort_unstable();
    Ok(parts)
}

/// A name for what these files contain.
fn name_of_build(files: &[String]) -> Outcome<String> {
    let mut hasher = DefaultHasher::new();
    for file in files.iter().map(String::as_str).chain(["index.html"]) {
        (file, read(&dist().join(file))?).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Does what trunk does with its links: gives the page without them, and the folders to copy.
fn translate(html: &str) -> Outcome<(String, Vec<String>)> {
    let mut page = String::with_capacity(html.len());
    let mut folders = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<link") {
        let end = rest[start..]
            .find('>')
            .ok_or("index.html has a <link without an end.")?
            + start
            + 1;
        let tag = &rest[start..end];
        page.push_str(&rest[..start]);
        if !tag.contains("data-trunk") {
            page.push_str(tag);
        } else {
            match (attribute(tag, "rel"), attribute(tag, "href")) {
                (Some("copy-dir"), Some(folder)) => folders.push(folder.to_owned()),
                (Some("rust"), _) => page.push_str(START),
                (rel, _) => {
                    return Err(format!(
                        "index.html has a data-trunk link that xtask cannot read (rel {rel:?})."
                    ));
                }
            }
        }
        rest = &rest[end..];
    }
    page.push_str(rest);
    Ok((page, folders))
}

/// The value of ` name="value"` in a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_reads_like_trunks() {
        let html = "<a>\n<link data-trunk rel=\"copy-dir\" href=\"web\" />\n<link rel=\"icon\" href=\"x\" />\n<link\n data-trunk\n rel=\"rust\"\n/>\n<b>";
        let (page, folders) = translate(html).expect("all links are known");
        assert_eq!(folders, ["web"]);
        assert!(
            page.contains("<link rel=\"icon\" href=\"x\" />"),
            "other links stay"
        );
        assert!(!page.contains("data-trunk"));
        assert!(page.contains(START));
        assert!(page.starts_with("<a>") && page.ends_with("<b>"));
    }

    #[test]
    fn an_unknown_link_is_refused() {
        assert!(translate("<link data-trunk rel=\"sass\" href=\"x\">").is_err());
    }

    #[test]
    fn the_repositorys_own_page_is_understood() {
        let html = fs::read_to_string(root().join("index.html")).expect("index.html is there");
        let (page, folders) = translate(&html).expect("all links are known");
        assert!(
            page.contains(START) && !page.contains("<script>") && !page.contains("<style"),
            "no inline script or style"
        );
        assert_eq!(folders, ["web", "assets"]);
        for entry in fs::read_dir(root().join("web")).expect("web is there") {
            let name = entry
                .expect("a file")
                .file_name()
                .into_string()
                .expect("a plain name");
            // Imports are fetched beside the entry, not after it.
            assert!(
                !name.ends_with(".js")
                    || ["boot.js", "pool-worker.js", "worker.js"].contains(&name.as_str())
                    || page.contains(&format!(
                        "<link rel=\"modulepreload\" href=\"web/{name}\" />"
                    )),
                "index.html does not preload web/{name}"
            );
        }
        assert!(
            !page.contains("href=\"/") && !page.contains("src=\"/"),
            "addresses are relative: the page works from any folder"
        );
    }

    #[test]
    fn what_is_packed_can_be_unpacked() {
        let plain: Vec<u8> = (0..10_000_u32).map(|i| (i * i % 251) as u8).collect();
        let packed = brotli(&plain).expect("compresses");
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &*packed, &mut back).expect("decompresses");
        assert_eq!(back, plain);
    }
}
