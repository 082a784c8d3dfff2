//! Links as long as any link may be, made of whatever costs most: they are read in bounded work, and what they leave is a lab
//! like any other.

use chickadee::session::{LONGEST_LINK, Workbench, registry};

/// `start`, and then as many `part`s as fit into a link, with some room for the settings that every link says when it is written.
fn filled(start: &str, part: &str) -> String {
    start.to_owned() + &part.repeat((LONGEST_LINK - 200 - start.len()) / part.len())
}

/// Small networks, so that slices are short.
fn begin(lab: &str) -> String {
    match lab {
        "maze" => "lab=maze&size=3&t=0".to_owned(),
        lab => format!("lab={lab}&units=100&places=16"),
    }
}

/// The keys of a lab that are no settings.
const OWN: [&str; 15] = [
    "caches",
    "log",
    "at",
    "t",
    "doing",
    "decisions",
    "forage",
    "removed",
    "goal",
    "start",
    "ask",
    "attribute",
    "model",
    "look",
    "maze",
];

/// What a value may be made of.
const PARTS: [&str; 13] = [
    "9", "1,", "x,", "0-99999.", "-", "%31", "|", "[", "c1;", "w1;", "é", "&amp;", "=",
];

/// Whichever key is as long as a link can be, few messages come of it, and a link that can be opened.
#[test]
fn every_key_of_every_lab_may_be_as_long_as_a_link() {
    for lab in registry::labs() {
        let rows = lab.settings.rows.iter().map(|row| row.key);
        for key in rows.chain(OWN) {
            for part in PARTS {
                let link = filled(&format!("{}&{key}=", begin(lab.name)), part);
                // A few slices: most of these links leave the lab as it begins.
                open(&link, 20);
            }
        }
    }
}

/// What a log can ask for, over and over. (How many memories its entries may touch is counted in `labs/maze/run.rs`.)
#[test]
fn logs_may_be_as_long_as_a_link() {
    let serpentine = "S...............|###############.|................|.###############|\
        ................|###############.|................|.###############|\
        ................|###############.|................|.###############|\
        ................|###############.|................|G###############";
    let own = serpentine.replace('#', "%23");
    let own = format!("lab=maze&maze={own}&log=r1600;");
    for link in [
        filled("lab=maze&t=20&log=d0-99999", ".0-99999"),
        filled("lab=maze&log=r1600;", "d0-99999;"),
        filled("lab=maze&log=r1600;", "v0=1599;"),
        filled("lab=maze&log=r1600;", "hall@2;"),
        filled("lab=maze&log=r1600;", "dpath;"),
        filled(&own, "dpath;"),
        filled(&own, "ugoal;oquery;"),
        filled("lab=maze&log=r1600;", "cquery;dgoal;"),
        filled("lab=maze&log=", "r1600;s1;"),
        filled("lab=maze&log=w", "1"),
        filled("lab=maze&maze=", "."),
        filled("lab=maze&maze=[", "["),
        filled("lab=maze", "&a=1"),
        filled("lab=maze&maze=layers:8|goal:L|without:R", ",RRRRRRR"),
        filled("lab=caching&units=100", "&a=1"),
        filled("lab=caching&units=100&caches=1", ",1"),
        filled("lab=caching&units=100&log=", "seta=50;"),
        filled("lab=caching&units=100&log=c1;", "seta=50;ssigma=5;"),
        filled("lab=caching&units=100&log=c1;", "sunits=200;sunits=100;"),
        filled("lab=caching&units=100&log=c1;", "sworld=arena;sworld=ring;"),
        filled("lab=caching&units=100&log=c1;", "w0=0.5;"),
        filled("lab=caching&units=100&log=c1;c2;", "w0=0.5;w1=1;"),
        filled("lab=caching&units=100&log=", "c1;x0;"),
        filled("lab=bridge&units=100", "&a=1"),
        filled("lab=bridge&units=100&places=16&caches=1", ",1"),
        filled("lab=bridge&units=100&places=16&caches=1&removed=0", ",0"),
        filled("lab=bridge&units=100", "&caches=1"),
    ] {
        assert!(
            open(&link, MOST_SLICES) < MOST_SLICES,
            "{}",
            start_of(&link)
        );
    }
}

/// Above what a lab of this size takes whose memory is full.
const MOST_SLICES: usize = 20_000;

fn start_of(link: &str) -> String {
    link.chars().take(80).collect()
}

/// Opens a link and works on it for so many slices at most. Returns how many it were.
fn open(link: &str, most: usize) -> usize {
    let what = start_of(link);
    let mut lab = Workbench::from_link(link).unwrap();
    let messages = lab.messages();
    assert!(messages.len() <= 51, "{what}: {} messages", messages.len());
    let sentence = |text: &String| text.lines().count() == 1 && text.len() < 400;
    assert!(messages.iter().all(sentence), "{what}: {messages:?}");
    let mut slices = 0;
    lab.advance(0, &mut || {
        slices += 1;
        slices < most
    });
    assert!(
        lab.link().len() <= LONGEST_LINK,
        "{what}: {}",
        lab.link().len()
    );
    slices
}
