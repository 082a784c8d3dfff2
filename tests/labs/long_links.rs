//! Links as long as any link may be, made of whatever costs most: they are read in bounded work, and what they leave is a lab
//! like any other.

use chickadee::session::{LONGEST_LINK, Workbench, registry};

/// `start`, and then as many `part`s as fit into a link.
fn filled(start: &str, part: &str) -> String {
    start.to_owned() + &part.repeat((LONGEST_LINK - start.len()) / part.len())
}

/// Small networks, so that slices are short.
fn begin(lab: &str) -> String {
    match lab {
        "maze" => "lab=maze&size=3&t=0".to_owned(),
        lab => format!("lab={lab}&units=100&places=16"),
    }
}

/// The keys of a lab that are no settings.
const OWN: [&str; 13] = [
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
    "look",
    "maze",
];

/// What a value may be made of.
const PARTS: [&str; 13] = [
    "9", "1,", "x,", "0-99999.", "-", "%31", "|", "[", "c1;", "w1;", "é", "&amp;", "=",
];

/// What is read of a link is bounded, whichever key is as long as a link can be: messages, the link that is written, and the slices
/// of work that follow.
#[test]
fn every_key_of_every_lab_may_be_as_long_as_a_link() {
    let mut slowest = (0.0, String::new());
    for lab in registry::labs() {
        let rows = lab.settings.rows.iter().map(|row| row.key);
        for key in rows.chain(OWN) {
            for part in PARTS {
                let link = filled(&format!("{}&{key}=", begin(lab.name)), part);
                open(&link, &mut slowest);
            }
        }
    }
    let (seconds, link) = slowest;
    println!("slowest: {seconds:.2} s for {link}");
}

/// What a log can ask for, over and over.
#[test]
fn logs_may_be_as_long_as_a_link() {
    let mut slowest = (0.0, String::new());
    let serpentine = "S...............|###############.|................|.###############|\
        ................|###############.|................|.###############|\
        ................|###############.|................|.###############|\
        ................|###############.|................|G###############";
    let own = format!(
        "lab=maze&maze={}&log=r1600;",
        serpentine.replace('#', "%23")
    );
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
        open(&link, &mut slowest);
    }
    let (seconds, link) = slowest;
    println!("slowest: {seconds:.2} s for {link}");
}

/// Opens a link and works on it until it is settled.
fn open(link: &str, slowest: &mut (f64, String)) {
    let short: String = link.chars().take(80).collect();
    let start = std::time::Instant::now();
    let mut lab = Workbench::from_link(link).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    if seconds > slowest.0 {
        *slowest = (seconds, short.clone());
    }
    let messages = lab.messages();
    assert!(messages.len() <= 51, "{short}: {} messages", messages.len());
    assert!(messages.iter().all(|text| text.lines().count() == 1));
    let mut slices = 0;
    lab.advance(0, &mut || {
        slices += 1;
        slices < MOST_SLICES
    });
    let settled = start.elapsed().as_secs_f64();
    println!("{seconds:6.3} s, {settled:6.3} s, {slices} slices: {short}");
}

const MOST_SLICES: usize = 5000;
