//! Scenes: named labs that show one thing each, by themselves.

/// A lab with a name, a point and a script.
#[derive(Debug)]
pub struct Scene {
    /// The word in links.
    pub name: &'static str,
    /// The name on the screen.
    pub title: &'static str,
    /// One sentence that says what to look for.
    pub look_for: &'static str,
    /// The figure of Fang et al. (2025) that it belongs to.
    pub figure: &'static str,
    /// Where it begins.
    pub link: &'static str,
    /// Commands by themselves, each after so many steps of rest.
    pub script: &'static [(usize, &'static str)],
    /// Whether the script begins again after its end.
    pub goes_round: bool,
}

/// All scenes; the page opens on the first.
pub const SCENES: [Scene; 6] = [
    Scene {
        name: "place-to-barcode",
        title: "Place to barcode",
        look_for: "As the gain rises, the smooth bump of place cells breaks into a pattern that belongs to this spot alone.",
        figure: "Fig. 2",
        link: "lab=caching&units=2000&seed=14&gain=0&search=0&at=30",
        script: &[
            (60, "set:gain=0.1"),
            (12, "set:gain=0.2"),
            (12, "set:gain=0.3"),
            (12, "set:gain=0.4"),
            (12, "set:gain=0.5"),
            (12, "set:gain=0.6"),
            (12, "set:gain=0.7"),
            (12, "set:gain=0.8"),
            (12, "set:gain=0.9"),
            (12, "set:gain=1"),
            (60, "fly:31"),
            (60, "fly:32"),
            (60, "fly:60"),
            (60, "fly:30"),
            (60, "set:gain=0.6"),
            (12, "set:gain=0.3"),
            (12, "set:gain=0"),
        ],
        goes_round: true,
    },
    Scene {
        name: "one-cache",
        title: "One cache",
        look_for: "The barcode stored at the seed comes back only near the seed: away from it the network stays silent about it.",
        figure: "Fig. 3",
        link: "lab=caching&units=2000&seed=14&gain=1&search=0&at=35",
        script: &[
            (40, "cache"),
            (60, "check"),
            (60, "fly:37"),
            (20, "check"),
            (60, "fly:43"),
            (20, "check"),
            (60, "fly:60"),
            (20, "check"),
            (60, "fly:35"),
            (20, "check"),
        ],
        goes_round: false,
    },
    Scene {
        name: "two-near-caches",
        title: "Two near caches",
        look_for: "Two seeds less than two sites apart stay two memories: the seed output falls to nothing between them.",
        figure: "Fig. 4C, E",
        link: "lab=caching&units=2000&seed=14&gain=1&search=0&caches=30,45&at=30",
        script: &[
            (40, "check"),
            (60, "fly:38"),
            (20, "check"),
            (60, "fly:45"),
            (20, "check"),
            (60, "fly:30"),
        ],
        goes_round: true,
    },
    Scene {
        name: "wide-search",
        title: "Wide search",
        look_for: "Raise the search strength and each seed is found from farther away, until every place points to its nearest seed.",
        figure: "Fig. 4C, F",
        link: "lab=caching&units=2000&seed=14&gain=1&search=0&caches=20,35,70&at=58",
        script: &[
            (60, "check"),
            (80, "set:search=0.4"),
            (80, "set:search=0.8"),
            (80, "set:search=1.5"),
            (60, "check"),
            (160, "set:search=0"),
        ],
        goes_round: true,
    },
    Scene {
        name: "no-barcodes",
        title: "No barcodes",
        look_for: "Without the random recurrent weights the seeds merge into one memory: nothing is rejected between them, and all point to the same place.",
        figure: "Fig. 5A",
        link: "lab=caching&barcodes=off&units=2000&seed=14&gain=1&search=0&caches=20,35,70&at=20",
        script: &[
            (60, "check"),
            (80, "fly:28"),
            (20, "check"),
            (80, "fly:70"),
            (20, "check"),
            (80, "fly:20"),
        ],
        goes_round: true,
    },
    Scene {
        name: "no-place-fields",
        title: "No place fields",
        look_for: "Without broad place fields a seed is found at its place and not beside it; searching wider finds a seed everywhere, seldom the right one.",
        figure: "Fig. 5B",
        link: "lab=caching&placefields=off&units=2000&seed=14&gain=1&search=0&caches=20,35,70&at=35",
        script: &[
            (60, "check"),
            (100, "set:search=10"),
            (60, "fly:50"),
            (20, "check"),
            (140, "set:search=0"),
        ],
        goes_round: true,
    },
];

/// The scene of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Scene> {
    SCENES.iter().find(|scene| scene.name == name)
}

/// All names, for messages.
#[must_use]
pub fn names() -> String {
    SCENES
        .iter()
        .map(|scene| scene.name)
        .collect::<Vec<_>>()
        .join(", ")
}
