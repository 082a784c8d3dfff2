//! Links: the whole state of a lab as `key=value` pairs. Which lab is said by `lab`, a scene by `scene`; the other keys are those
//! of the lab's settings and of its run. A link is text from outside: unknown keys are reported and ignored, numbers out of range
//! are moved and reported, and nothing in it can make the program fail.

use super::{LabInfo, Scene, registry, text::shortened};
use crate::texts;

/// The longest link that is read, in bytes. A full log is a fraction of it.
pub const LONGEST: usize = 64 * 1024;

/// Why a link cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// More text than any lab needs.
    #[error("{}", texts::session::TooLong { bytes: &.0, longest: LONGEST })]
    TooLong(usize),
    /// A lab that does not exist.
    #[error("{}", texts::session::NoLab { name: &.0, labs: registry::names() })]
    UnknownLab(String),
    /// No key=value pair in it.
    #[error("{}", texts::session::NotALink { found: &.0, scenes: registry::scene_names() })]
    NotALink(String),
    /// A damaged percent code.
    #[error("{}", texts::session::Damaged { place: &.0 })]
    Damaged(String),
}

/// The `key=value` pairs of a link, those of its scene before its own.
#[derive(Clone, Debug)]
pub struct LinkPairs {
    /// The lab that the link is of.
    pub lab: &'static LabInfo,
    /// Keys and values, in order; later ones count.
    pub pairs: Vec<(String, String)>,
    /// The scene that it begins with.
    pub scene: Option<&'static Scene>,
    /// What was ignored, one sentence each.
    pub messages: Vec<String>,
}

impl LinkPairs {
    /// Reads a link, with or without what comes before `#` or `?`, or the name of a scene.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > LONGEST {
            return Err(LinkError::TooLong(text.len()));
        }
        let text = text.trim();
        let pairs = behind_address(text);
        // As pages write it that have been copied from.
        let pairs = pairs.trim_start_matches('?').replace("&amp;", "&");
        let pairs = pairs.as_str();
        if registry::scene(pairs).is_some() {
            return Self::of_scene(pairs);
        }
        if !pairs.is_empty() && !pairs.contains('=') {
            return Err(LinkError::NotALink(shortened(pairs)));
        }
        let own: Vec<(String, String)> = form_urlencoded::parse(pairs.as_bytes())
            .into_owned()
            .collect();
        let damaged = |(key, value): &&(String, String)| {
            key.contains('\u{fffd}') || value.contains('\u{fffd}')
        };
        if let Some((key, value)) = own.iter().find(damaged) {
            return Err(LinkError::Damaged(shortened(&format!("{key}={value}"))));
        }
        let value_of = |wanted: &str| {
            let found = own.iter().find(|(key, _)| key == wanted);
            found.map(|(_, value)| value.as_str())
        };
        let mut link = match value_of("scene") {
            Some(name) => Self::of_scene(name)?,
            None => Self::empty(),
        };
        if let Some(name) = value_of("lab") {
            let unknown = || LinkError::UnknownLab(shortened(name));
            link.lab = registry::lab(name).ok_or_else(unknown)?;
        }
        link.pairs.extend(own);
        Ok(link)
    }

    fn empty() -> Self {
        Self {
            lab: registry::first(),
            pairs: Vec::new(),
            scene: None,
            messages: Vec::new(),
        }
    }

    /// The link of a scene; an unknown name is a message.
    fn of_scene(name: &str) -> Result<Self, LinkError> {
        let Some((_, scene)) = registry::scene(name) else {
            return Ok(Self {
                messages: vec![registry::no_scene(&shortened(name))],
                ..Self::empty()
            });
        };
        Ok(Self {
            scene: Some(scene),
            ..Self::parse(scene.link)?
        })
    }
}

/// The link without the address of a page before it. A `#` inside the link is an obstacle of a maze that was written as it is.
fn behind_address(text: &str) -> &str {
    match text.split_once('#') {
        Some((address, link))
            if !address.contains('=') || address.contains('?') || address.contains("://") =>
        {
            link
        }
        _ => text,
    }
}

/// Messages of a link that was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// What was clamped or ignored, one sentence each.
    pub messages: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ampersands_are_read_as_pages_write_them() {
        let plain = LinkPairs::parse("lab=maze&task=tree&seed=3").expect("a link");
        let copied = LinkPairs::parse("https://lab.example/#lab=maze&amp;task=tree&amp;seed=3");
        assert_eq!(copied.expect("a link").pairs, plain.pairs);
    }

    #[test]
    fn an_address_is_left_off_and_obstacles_of_a_maze_are_not() {
        let link = "lab=maze&maze=S#.|##.|..G&t=50";
        for address in [
            "",
            "#",
            "?page=off#",
            "page/#",
            "https://lab.example/a=b/#",
            "http://lab.example:8080/dist/?page=off&workers=2#",
        ] {
            let found = LinkPairs::parse(&format!("{address}{link}")).expect("a link");
            assert_eq!(found.lab.name, "maze", "{address}");
            let maze = found.pairs.iter().find(|(key, _)| key == "maze");
            assert_eq!(maze.map(|(_, maze)| maze.as_str()), Some("S#.|##.|..G"));
        }
    }
}
