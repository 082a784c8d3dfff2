//! What is shown follows from what is there: after any edit, in any order, a lab that lived through it shows what the lab of its
//! link shows, bit for bit: in the state hash, and in everything that the state hash leaves out.
//!
//! Every edit is tried before, while and after everything is computed; and undone, and redone.

use chickadee::{labs::maze::MazeLab, session::Workbench};

/// How far a lab has come with computing when it is edited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Before {
    /// Nothing is computed yet.
    Nothing,
    /// Some slices, so that something is under way.
    Some(usize),
    /// Everything.
    Everything,
}

pub(crate) const BEFORE: [Before; 4] = [
    Before::Nothing,
    Before::Some(3),
    Before::Some(17),
    Before::Everything,
];

pub(crate) fn open(link: &str) -> Workbench {
    let lab = Workbench::from_link(link).unwrap();
    assert_eq!(lab.messages(), &[] as &[String], "{link}");
    lab
}

pub(crate) fn compute(lab: &mut Workbench, before: Before) {
    match before {
        Before::Nothing => {}
        Before::Some(slices) => {
            let mut done = 0;
            lab.advance(0, &mut || {
                done += 1;
                done < slices
            });
        }
        Before::Everything => lab.settle(),
    }
}

pub(crate) fn tell(lab: &mut Workbench, command: &str) {
    lab.dispatch(command.parse().unwrap())
        .unwrap_or_else(|error| panic!("{command}: {error}"));
}

/// The distances between all states of a picture, in units of their mean square: pictures turn with the pictures before them, and
/// grow with that until the largest coordinate is 1; these do not.
fn shape(points: &[[f64; 2]]) -> Vec<f64> {
    let apart = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let pairs = points
        .iter()
        .flat_map(|a| points.iter().map(move |b| apart(a, b)));
    let pairs: Vec<f64> = pairs.collect();
    let square: f64 = pairs.iter().map(|d| d * d).sum::<f64>() / pairs.len() as f64;
    pairs.iter().map(|d| d / square.sqrt().max(1e-9)).collect()
}

/// The pictures of a maze lab.
fn pictures(lab: &Workbench) -> Vec<Vec<f64>> {
    let Some(maze) = lab.get::<MazeLab>() else {
        return Vec::new();
    };
    let activity = maze.activity();
    let own = activity.insight.iter().flat_map(|insight| &insight.points);
    own.map(|points| shape(points)).collect()
}

/// Settles a lab and compares it with the lab of its link. `also` is asked of both, for what no link says.
pub(crate) fn compare(lab: &mut Workbench, also: &[&str], what: &str) {
    // Steps that were asked for are in the link once they are taken.
    lab.settle();
    let mut again = open(&lab.link());
    for lab in [&mut *lab, &mut again] {
        lab.settle();
        also.iter().for_each(|command| tell(lab, command));
        lab.settle();
        assert!(!lab.is_busy(), "{what}");
    }
    let link = lab.link();
    assert_eq!(again.link(), link, "{what}");
    assert_eq!(again.state_hash(), lab.state_hash(), "{what}\n{link}");
    let (live, reopened) = (pictures(lab), pictures(&again));
    assert_eq!(live.len(), reopened.len(), "{what}\n{link}");
    for (live, reopened) in live.iter().zip(&reopened) {
        let error = live.iter().zip(reopened).map(|(a, b)| (a - b) * (a - b));
        let error = (error.sum::<f64>() / live.len() as f64).sqrt();
        // Iteration ends at a residual of 1e-4; where second and third component are about equal that turns them visibly.
        assert!(
            error < 0.05,
            "a picture is off by {error} after {what}\n{link}"
        );
    }
    assert!(lab.shown_hash().is_some(), "{what}");
    if lab.shown_hash() != again.shown_hash() {
        let [live, reopened] = [&*lab, &again].map(|lab| lab.report());
        let live = live.as_object().unwrap();
        let differ: Vec<_> = live
            .iter()
            .filter(|(key, value)| reopened[*key] != **value)
            .map(|(key, value)| format!("{key}: {value}\n  not {}", reopened[key]))
            .collect();
        panic!("{what}\n{link}\n{}", differ.join("\n"));
    }
}

/// `command` and what stands before it, then undone, then redone; after each the lab is compared with its link.
pub(crate) fn try_edit(link: &str, before: Before, commands: &[&str], also: &[&str]) {
    let what = format!("{commands:?} on {link} with {before:?} computed");
    let mut lab = open(link);
    compute(&mut lab, before);
    for command in commands {
        tell(&mut lab, command);
        if matches!(before, Before::Some(_)) {
            compute(&mut lab, before);
        }
    }
    compare(&mut lab, also, &what);
    tell(&mut lab, "undo");
    compare(&mut lab, also, &format!("undo of {what}"));
    tell(&mut lab, "redo");
    compare(&mut lab, also, &format!("redo of {what}"));
}
