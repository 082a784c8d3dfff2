//! The folder of the page as a zip. Inside is one folder with the version in its name, so that a site can keep several.

use std::path::{Path, PathBuf};

use super::archive::Tree;
use super::{About, notices};
use crate::files::{read, write};
use crate::{Outcome, dist, root};

/// Packs `dist/`.
pub(super) fn pack(about: &About, folder: &Path) -> Outcome<PathBuf> {
    let name = format!("chickadee-{}", about.version);
    let file = folder.join(format!("{name}-page.zip"));
    let tree = tree(&|_| true)?.below(&name);
    write(&file, &tree.zip(about.time)?)?;
    Ok(file)
}

/// What `dist/` holds, with the licences.
pub(super) fn tree(wanted: &impl Fn(&str) -> bool) -> Outcome<Tree> {
    let mut tree = Tree::default();
    tree.add_folder("", &dist(), wanted)?;
    add_licences(&mut tree, "", Some("wasm32-unknown-unknown"))?;
    Ok(tree)
}

/// The licences of Chickadee, of its typeface, and of everything that is built into it for a target.
pub(super) fn add_licences(tree: &mut Tree, prefix: &str, target: Option<&str>) -> Outcome<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        tree.add(&format!("{prefix}{name}"), read(&root().join(name))?);
    }
    tree.add(&format!("{prefix}THIRD-PARTY.txt"), notices::text(target)?);
    Ok(())
}
