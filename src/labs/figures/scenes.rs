use crate::{session::Scene, texts};

/// The scenes of the lab of figures; the first opens with the lab.
pub static SCENES: [Scene; 1] = [Scene {
    name: "figures",
    title: texts::figures::scene,
    look_for: texts::figures::scene_look_for,
    figure: texts::nothing,
    link: "lab=figures&figure=4e",
    script: &[],
    loops: false,
}];
