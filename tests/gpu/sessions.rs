//! Labs on the GPU: the same link gives the same there and on the CPU, and whatever goes wrong costs nothing but speed.

use std::{
    cell::Cell,
    rc::Rc,
    sync::{Arc, Mutex},
};

use chickadee::{
    devices::{DeviceSelector, GpuDevice, Opened, Verdict, open},
    labs::{
        bridge::Bridge,
        caching::{self, Caching},
        maze::{self, LinearReadout, MazeLab},
    },
    session::{
        Command, Workbench,
        device::{Backend, Device, DeviceNetwork, DeviceTransformer},
    },
};
use chickadee_engine::{
    analysis::{active_fraction, pearson},
    gpu::{AdapterRequest, Gpu},
    models::{barcode::Wiring, key_value::Lookup, transformer::Transformer},
    selftest::{Case, quick},
};
use libtest_mimic::{Failed, Trial};

use crate::ensure;

pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a_link_decides_the_same_on_both", || with_gpu(decisions)),
        Trial::test("a_walk_is_the_same_on_both", || with_gpu(walks)),
        Trial::test("masks_and_edits_are_the_same_on_both", || with_gpu(edits)),
        Trial::test("scrubbing_away_from_a_question", || with_gpu(scrubs)),
        Trial::test("a_change_and_a_switch_at_once", || with_gpu(at_once)),
        Trial::test("attributions_are_the_same_on_both", || {
            with_gpu(attributions)
        }),
        Trial::test("barcodes_begin_alike_and_end_of_the_same_kind", || {
            with_gpu(barcodes)
        }),
        Trial::test("memories_are_the_same_and_answers_alike_on_both", || {
            with_gpu(bridges)
        }),
        Trial::test("labs_move_there_and_back", || with_gpu(there_and_back)),
        Trial::test("predictive_weights_stay_on_the_cpu", || with_gpu(skew)),
        Trial::test("a_lab_survives_the_loss_of_the_gpu", lost),
        Trial::test("a_lab_survives_a_full_gpu", || with_gpu(full)),
        Trial::test("a_gpu_that_differs_is_not_used", different),
        Trial::test("a_slow_gpu_is_not_used_unless_chosen", slow),
        Trial::test("a_lost_gpu_can_be_chosen_again", again),
    ]
}

/// The lab of a link that says nothing wrong.
fn open_lab(link: &str) -> Result<Workbench, Failed> {
    let lab = Workbench::from_link(link)?;
    ensure(lab.messages().is_empty(), lab.messages())?;
    Ok(lab)
}

/// A device of its own for every test, as labs hold it.
fn with_gpu(test: impl FnOnce(&Arc<Gpu>) -> Result<(), Failed>) -> Result<(), Failed> {
    test(&Arc::new(Gpu::open_now(AdapterRequest::default())?))
}

/// The lab of a link, settled on the CPU or on `gpu`.
fn settled(link: &str, gpu: Option<&Arc<Gpu>>) -> Result<Workbench, Failed> {
    let mut lab = open_lab(link)?;
    if let Some(gpu) = gpu {
        lab.set_device(Some(device(gpu)));
    }
    lab.settle();
    ensure(lab.has_device() == gpu.is_some(), lab.messages())?;
    Ok(lab)
}

fn device(gpu: &Arc<Gpu>) -> Rc<dyn Device> {
    Rc::new(GpuDevice::new(Arc::clone(gpu)))
}

fn maze(lab: &Workbench) -> Result<maze::Activity<'_>, Failed> {
    let session = lab.get::<MazeLab>().ok_or("this is the maze lab")?;
    Ok(session.activity())
}

fn caching(lab: &Workbench) -> Result<caching::Activity<'_>, Failed> {
    let session = lab.get::<Caching>().ok_or("this is the caching lab")?;
    Ok(session.lab().activity())
}

fn tell(lab: &mut Workbench, command: &str) -> Result<(), Failed> {
    Ok(lab.dispatch(command.parse::<Command>()?)?)
}

/// The largest difference of two lists.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    if a.len() != b.len() {
        return f64::NAN;
    }
    let differences = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs()));
    differences.fold(
        0.0,
        |most, d| if d.is_nan() { d } else { f64::max(most, d) },
    )
}

/// Two maze labs show the same: decisions to the last, numbers within what `f32` gives after three layers.
fn show_the_same(here: &Workbench, there: &Workbench) -> Result<(), Failed> {
    let (here, there) = (maze(here)?, maze(there)?);
    let (Some(a), Some(b)) = (here.insight, there.insight) else {
        return Err("both know what the transformer makes of it".into());
    };
    let states = here.task.maze.states();
    let other = (0..states).find(|&state| a.best(state) != b.best(state));
    ensure(other.is_none(), ("decision at state", other))?;
    ensure(a.correct == b.correct, "right decisions")?;
    let logits = apart(a.logits.values(), b.logits.values());
    ensure(logits < 1e-3, ("logits", logits))?;
    ensure((a.value - b.value).abs() < 1e-3, (a.value, b.value))?;
    for (one, two) in a.attention.iter().zip(&b.attention) {
        let attention = apart(one, two);
        ensure(attention < 1e-4, ("attention", attention))?;
    }
    for (one, two) in a.hidden.iter().zip(&b.hidden) {
        let hidden = apart(one.values(), two.values());
        ensure(hidden < 2e-3, ("residual stream", hidden))?;
    }
    ensure(here.curve.len() == there.curve.len(), "points of the curve")?;
    for (one, two) in here.curve.iter().zip(there.curve) {
        let difference = (one.value - two.value).abs();
        ensure(difference < 1e-2, ("return at", one.length, difference))?;
    }
    Ok(())
}

fn decisions(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    for link in [
        "lab=maze&task=gridworld&seed=7&t=200",
        "lab=maze&task=tree&seed=3&t=300",
        // Everything that is asked for beside the policy.
        "lab=maze&task=gridworld&seed=4&t=120&head=rollout&decode=on&compare=on",
        "lab=maze&task=gridworld&seed=4&t=70&pattern=on",
    ] {
        let (here, there) = (settled(link, None)?, settled(link, Some(gpu))?);
        show_the_same(&here, &there)?;
        let (one, two) = (maze(&here)?, maze(&there)?);
        if let (Some(one), Some(two)) = (one.pattern, two.pattern) {
            let shares = apart(&one.shares, &two.shares);
            ensure(shares < 1e-4, ("rollout", shares))?;
            let matrix = (one.matrix(), two.matrix());
            if let (Some(one), Some(two)) = matrix {
                let pattern = apart(one.values(), two.values());
                ensure(pattern < 1e-4, ("pattern", pattern))?;
            }
        } else {
            ensure(one.pattern.is_none() == two.pattern.is_none(), "pattern")?;
        }
        if let (Some(one), Some(two)) = (one.decoded, two.decoded) {
            let place = |d: &LinearReadout| d.memories.goal_angle.clone();
            let decoded = apart(&place(one), &place(two));
            ensure(decoded < 1e-2, ("readout of memories", decoded))?;
        }
        if let (Some(one), Some(two)) = (one.second, two.second) {
            ensure(one.across.len() == two.across.len(), "second task")?;
        }
    }
    Ok(())
}

/// The transformer walks by itself: its decisions are drawn from the same numbers, so the paths are the same.
fn walks(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let link = "lab=maze&task=gridworld&seed=7&t=60&walker=model&temp=0.5";
    let (mut here, mut there) = (settled(link, None)?, settled(link, Some(gpu))?);
    here.run(40);
    there.run(40);
    let path = |lab: &Workbench| -> Result<Vec<usize>, Failed> {
        let memories = maze(lab)?.memories;
        Ok(memories.iter().map(|m| m.transition.state).collect())
    };
    ensure(there.has_device(), there.messages())?;
    ensure(path(&here)? == path(&there)?, (path(&here)?, path(&there)?))?;
    ensure(path(&there)?.len() > 60, "it walked")?;
    show_the_same(&here, &there)
}

/// After every edit the lab on the GPU shows what the one on the CPU shows, and what its link gives when it is opened: edits of
/// the first, the last and all memories, at lengths on and off the grid of the return curve, undone and redone.
fn edits(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let first = [
        "delete:10-20",
        "hide:5-40",
        "corrupt:60",
        "look:50",
        "undo",
        "undo",
        "delete:60-79",
        "undo",
        "redo",
        "goal:9",
        "delete:all",
    ];
    let then = [
        "delete:39",
        "undo",
        "unreward:all",
        "shift:0=39",
        "delete:20-39",
        "restore:30-39",
        "corrupt:all",
        "undo",
        "hide:all@2",
        "place:3",
        "step:3",
        "delete:all",
        "redo",
    ];
    for (link, commands) in [
        ("lab=maze&task=gridworld&seed=7&t=80", &first[..]),
        (
            "lab=maze&task=gridworld&size=4&seed=4&t=40&pattern=on&compare=on",
            &then,
        ),
        ("lab=maze&task=tree&size=4&seed=3&t=50&decode=on", &then),
    ] {
        let (mut here, mut there) = (settled(link, None)?, settled(link, Some(gpu))?);
        for command in commands {
            for lab in [&mut here, &mut there] {
                tell(lab, command)?;
                lab.settle();
            }
            let what = |failed: Failed| format!("{command} on {link}: {failed:?}");
            show_the_same(&here, &there).map_err(what)?;
            show_the_same(&settled(&there.link(), None)?, &there).map_err(what)?;
        }
        ensure(there.has_device(), there.messages())?;
        ensure(here.link() == there.link(), (here.link(), there.link()))?;
    }
    Ok(())
}

/// The context is scrubbed on while an answer is still out: to a length that is known, to one that the curve has, and back.
fn scrubs(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let link = "lab=maze&task=gridworld&seed=7&t=80&pattern=on&compare=on";
    let (mut here, mut there) = (settled(link, None)?, settled(link, Some(gpu))?);
    for (first, then) in [
        ("look:33", "look:end"),
        ("look:47", "look:50"),
        ("look:end", "look:47"),
    ] {
        tell(&mut there, first)?;
        for _ in 0..3 {
            there.advance(0, &mut || false);
        }
        for lab in [&mut here, &mut there] {
            tell(lab, then)?;
            lab.settle();
        }
        ensure(!there.is_busy(), ("still busy after", first, then))?;
        ensure(there.has_device(), there.messages())?;
        show_the_same(&here, &there)?;
    }
    Ok(())
}

/// A memory is deleted and the machine changes before anything was computed: nothing of before is shown.
fn at_once(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let mut lab = settled("lab=maze&task=gridworld&seed=7&t=60", None)?;
    tell(&mut lab, "attribute")?;
    lab.settle();
    ensure(maze(&lab)?.attribution.is_some(), "attributed")?;
    tell(&mut lab, "delete:3")?;
    lab.set_device(Some(device(gpu)));
    lab.settle();
    ensure(maze(&lab)?.attribution.is_none(), "it is another memory")?;
    show_the_same(&settled(&lab.link(), None)?, &lab)
}

fn attributions(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let link = "lab=maze&task=gridworld&seed=7&t=80";
    let (mut here, mut there) = (settled(link, None)?, settled(link, Some(gpu))?);
    let mut results = Vec::new();
    for lab in [&mut here, &mut there] {
        tell(lab, "attribute")?;
        lab.settle();
        let attribution = maze(lab)?.attribution;
        let Some((1.0, _, Some(result))) = attribution else {
            return Err(format!("not attributed: {attribution:?}").into());
        };
        results.push(result);
    }
    let error = apart(&results[0], &results[1]);
    ensure(results[0].iter().any(|&x| x == 1.0 || x == -1.0), "scaled")?;
    // In parts of the largest attribution.
    ensure(error < 1e-3, ("attribution", error))?;
    // A lab that moves in the middle of it comes to the same.
    tell(&mut there, "attribute")?;
    there.advance(3, &mut || false);
    there.set_device(None);
    there.settle();
    let moved = maze(&there)?.attribution.and_then(|a| a.2);
    let error = moved.map(|moved| apart(&results[0], &moved));
    ensure(error.is_some_and(|e| e < 1e-3), ("moved", error))
}

/// The first twenty steps within rounding, which chaos multiplies; the end by its statistics.
fn barcodes(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let link = "lab=caching&units=1000&seed=2&gain=1&places=40&caches=8,25&at=33";
    let (here, there) = (settled(link, None)?, settled(link, Some(gpu))?);
    ensure(here.link() == there.link(), (here.link(), there.link()))?;
    let (one, two) = (caching(&here)?, caching(&there)?);
    let places: Vec<usize> = two.memories.iter().map(|memory| memory.place).collect();
    ensure(places == [8, 25], &places)?;
    let (Some(a), Some(b)) = (one.episode, two.episode) else {
        return Err("both look at place 33".into());
    };
    ensure(a.is_over() && b.is_over() && a.step() == b.step(), "steps")?;
    // Before anything is cached the networks are the same; so the episode is compared without memories.
    let bare = "lab=caching&units=1000&seed=2&gain=1&places=8&at=3";
    let (bare_here, bare_there) = (settled(bare, None)?, settled(bare, Some(gpu))?);
    let (bare_one, bare_two) = (caching(&bare_here)?, caching(&bare_there)?);
    if let (Some(a), Some(b)) = (bare_one.episode, bare_two.episode) {
        for step in 1..=20 {
            let (Some(a), Some(b)) = (a.activity_at(step), b.activity_at(step)) else {
                return Err("every step is kept".into());
            };
            let largest = a.iter().fold(1.0_f32, |most, x| most.max(*x));
            let error = apart(a, b) / f64::from(largest);
            ensure(error < 1e-3, ("step", step, error))?;
        }
    }
    // Similarity of places: the statistics of what every place looks like.
    let (Some(x), Some(y)) = (one.tuning, two.tuning) else {
        return Err("both know the activity of every place".into());
    };
    let (x, y) = (&x.activity, &y.activity);
    let active = active_fraction(x.values()) - active_fraction(y.values());
    ensure(active.abs() < 0.005, ("active fraction", active))?;
    let mean = |m: &chickadee_engine::base::Matrix| {
        let mut sum = 0.0;
        for a in 0..m.rows() {
            for b in 0..a {
                sum += pearson(m.row(a), m.row(b));
            }
        }
        sum / (m.rows() * (m.rows() - 1) / 2) as f64
    };
    let correlation = mean(x) - mean(y);
    ensure(correlation.abs() < 0.02, ("correlation", correlation))?;
    // And both remember: at the caches the seed output is large on either.
    let (Some(x), Some(y)) = (one.recall, two.recall) else {
        return Err("both know recall at every place".into());
    };
    for curve in [&x.curve, &y.curve] {
        let ratios = curve.ratios();
        let seeds = [ratios[8].unwrap_or(0.0), ratios[25].unwrap_or(0.0)];
        ensure(seeds.iter().all(|&seed| seed > 0.5), seeds)?;
        ensure(
            ratios[37].unwrap_or(1.0) < 0.5,
            "far from both there is no seed",
        )?;
    }
    Ok(())
}

/// Memories are always made on the CPU; what is asked of them settles on either, and answers alike.
fn bridges(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let link = "lab=bridge&units=300&seed=2&places=20&search=0.4&study=keys&caches=4,12&at=5";
    let (mut here, mut there) = (settled(link, None)?, settled(link, Some(gpu))?);
    ensure(here.state_hash() == there.state_hash(), "memories")?;
    let (one, two) = (here.report(), there.report());
    // Content does not settle.
    ensure(one["lookups"][0] == two["lookups"][0], "content")?;
    let points = one["gains"].as_array().into_iter().flatten();
    let others = two["gains"].as_array().into_iter().flatten();
    for (one, two) in points.zip(others) {
        let number = |point: &serde_json::Value| point["active"].as_f64();
        let difference = number(one).zip(number(two)).map(|(a, b)| (a - b).abs());
        ensure(difference.is_some_and(|d| d < 0.005), (one, two))?;
    }
    let answers = |lab: &Workbench| -> Result<Vec<bool>, Failed> {
        let session = lab.get::<Bridge>().ok_or("this is the bridge lab")?;
        let answers = session.lab().answers().ok_or("answers are known")?;
        let totals = answers
            .of(Lookup::Recurrent)
            .map(|(_, answer)| answer.total);
        let totals: Vec<f64> = totals.collect();
        let most = totals.iter().copied().fold(0.0, f64::max);
        ensure(most > 1.0 && totals.len() == 20, most)?;
        Ok(totals.into_iter().map(|total| total > 0.5 * most).collect())
    };
    // At the edge of a basin chaos may decide otherwise.
    let (yes, also) = (answers(&here)?, answers(&there)?);
    let differ = yes.iter().zip(&also).filter(|(a, b)| a != b).count();
    let some = yes.contains(&true) && yes.contains(&false);
    ensure(differ <= 3 && some, ("answers that differ", differ, yes))?;
    // To and fro, in the middle of everything.
    for lab in [&mut here, &mut there] {
        tell(lab, "set:study=map")?;
        tell(lab, "set:keygain=0.8")?;
        for turn in 0..12 {
            lab.set_device((turn % 2 == 0).then(|| device(gpu)));
            let mut slices = 0;
            lab.advance(0, &mut || {
                slices += 1;
                slices < 7
            });
        }
        lab.set_device(None);
        lab.settle();
        ensure(lab.messages().is_empty(), lab.messages())?;
        let cells = lab.report()["map"].as_array().map(Vec::len);
        ensure(cells == Some(143), cells)?;
    }
    ensure(here.state_hash() == there.state_hash(), "memories, moved")
}

/// Moves a lab at awkward moments: in the middle of caching, of a job, of a walk.
fn there_and_back(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let mut lab = open_lab("lab=caching&units=300&seed=14&places=40&gain=1")?;
    lab.settle();
    tell(&mut lab, "fly:12")?;
    tell(&mut lab, "cache")?;
    let there = device(gpu);
    for turn in 0..24 {
        lab.set_device((turn % 2 == 0).then(|| Rc::clone(&there)));
        lab.advance(9, &mut || false);
        for _ in 0..4 {
            lab.advance(3, &mut || false);
        }
    }
    tell(&mut lab, "fly:30")?;
    tell(&mut lab, "cache")?;
    lab.run(400);
    let places = |lab: &Workbench| -> Result<Vec<usize>, Failed> {
        let memories = caching(lab)?.memories;
        Ok(memories.iter().map(|memory| memory.place).collect())
    };
    ensure(places(&lab)? == [12, 30], places(&lab)?)?;
    ensure(lab.messages().is_empty(), lab.messages())?;
    let activity = caching(&lab)?;
    let known = activity.recall.map(|job| job.curve.ratios());
    ensure(
        known.is_some_and(|known| known.iter().all(Option::is_some)),
        "recall at every place",
    )?;

    let link = "lab=maze&task=gridworld&seed=7&t=80";
    let mut lab = settled(link, None)?;
    tell(&mut lab, "play")?;
    for turn in 0..20 {
        lab.set_device((turn % 2 == 0).then(|| Rc::clone(&there)));
        lab.advance(2, &mut || false);
        lab.advance(2, &mut || false);
    }
    lab.run(10);
    lab.set_device(None);
    lab.settle();
    let alone = settled(&lab.link(), None)?;
    show_the_same(&alone, &lab)
}

fn skew(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let link = "lab=caching&units=200&places=20&gain=1&skew=2&at=5";
    let (here, there) = (settled(link, None)?, settled(link, Some(gpu))?);
    let activity = |lab: &Workbench| -> Result<Vec<f32>, Failed> {
        let episode = caching(lab)?.episode;
        Ok(episode.map_or(Vec::new(), |e| e.activity().to_vec()))
    };
    ensure(activity(&here)? == activity(&there)?, "equal bits")
}

/// An opener that gives this device, or the reason why not.
fn opener(give: impl Fn(Backend) -> Result<Opened, String> + 'static) -> DeviceSelector {
    selector(Backend::Auto, give)
}

fn selector(
    backend: Backend,
    give: impl Fn(Backend) -> Result<Opened, String> + 'static,
) -> DeviceSelector {
    type Slot = Arc<Mutex<Option<Result<Opened, String>>>>;
    let open = move |backend: Backend, slot: Slot| {
        if let Ok(mut slot) = slot.lock() {
            *slot = Some(give(backend));
        }
    };
    DeviceSelector::with_opener(backend, Box::new(open))
}

/// As if the adapter were no software.
fn trusted(cases: Vec<Case>) -> Result<Opened, String> {
    pollster::block_on(open(Backend::Gpu, cases))
}

/// Frames until it is decided what computes.
fn decide(selector: &mut DeviceSelector, lab: &mut Workbench) -> Result<Verdict, Failed> {
    for _ in 0..100_000 {
        selector.advance(&mut **lab);
        lab.advance(1, &mut || false);
        let verdict = selector.verdict(&**lab);
        let measured = verdict.times.is_some() || verdict.adapter.is_none();
        if !verdict.deciding && measured {
            return Ok(verdict);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Err(format!("still undecided: {:?}", selector.verdict(&**lab)).into())
}

fn lost() -> Result<(), Failed> {
    let gpu = Arc::new(Gpu::open_now(AdapterRequest::default())?);
    let tested = trusted(quick())?.tested;
    let given = Arc::clone(&gpu);
    let mut selector = selector(Backend::Gpu, move |_| {
        Ok(Opened {
            gpu: Arc::clone(&given),
            tested,
        })
    });
    for link in [
        "lab=caching&units=300&places=40&gain=1&caches=12",
        "lab=maze&task=gridworld&seed=7&t=80",
    ] {
        let mut lab = open_lab(link)?;
        if lab.get::<MazeLab>().is_none() {
            let verdict = decide(&mut selector, &mut lab)?;
            ensure(verdict.on_gpu, verdict)?;
            tell(&mut lab, "fly:30")?;
            tell(&mut lab, "cache")?;
            lab.advance(20, &mut || true);
            gpu.destroy();
        } else {
            // The device is gone already when this lab asks.
            lab.set_device(Some(device(&gpu)));
        }
        lab.run(300);
        selector.advance(&mut *lab);
        let verdict = selector.verdict(&*lab);
        ensure(!verdict.on_gpu && verdict.reason.contains("lost"), verdict)?;
        let told = lab
            .messages()
            .iter()
            .any(|m| m.contains("goes on with the CPU"));
        ensure(told, lab.messages())?;
        if let Some(session) = lab.get::<Caching>() {
            let activity = session.lab().activity();
            let places: Vec<usize> = activity.memories.iter().map(|m| m.place).collect();
            ensure(places == [12, 30], places)?;
            ensure(!session.is_busy(), "everything is known")?;
        } else {
            show_the_same(&settled(&lab.link(), None)?, &lab)?;
        }
    }
    Ok(())
}

/// A GPU whose memory is full after some questions.
struct Full {
    inside: Rc<dyn Device>,
    left: Cell<usize>,
}

impl Device for Full {
    fn error(&self) -> Option<String> {
        self.left.set(self.left.get().saturating_sub(1));
        (self.left.get() == 0).then(|| "the GPU's memory is full (test)".to_owned())
    }

    fn network(&self, seed: u64, wiring: &Wiring) -> Rc<dyn DeviceNetwork> {
        self.inside.network(seed, wiring)
    }

    fn transformer(&self, transformer: &Transformer) -> Option<Box<dyn DeviceTransformer>> {
        self.inside.transformer(transformer)
    }

    fn wait(&self) -> bool {
        self.inside.wait()
    }
}

fn full(gpu: &Arc<Gpu>) -> Result<(), Failed> {
    let caching_link = "lab=caching&units=200&places=30&gain=1&caches=5,20&at=9";
    for after in [2, 10, 60] {
        for link in [caching_link, "lab=maze&task=gridworld&seed=7&t=60"] {
            let mut lab = open_lab(link)?;
            lab.set_device(Some(Rc::new(Full {
                inside: device(gpu),
                left: Cell::new(after),
            })));
            lab.settle();
            ensure(!lab.has_device(), "it was given up")?;
            let reason = lab.take_device_error();
            ensure(reason.is_some_and(|r| r.contains("full")), "the reason")?;
            ensure(lab.take_device_error().is_none(), "it is told once")?;
            ensure(lab.link() == settled(link, None)?.link(), lab.link())?;
            if lab.get::<MazeLab>().is_some() {
                show_the_same(&settled(link, None)?, &lab)?;
            }
        }
    }
    Ok(())
}

fn different() -> Result<(), Failed> {
    let wrong = || Case {
        name: "sum of the test",
        sizes: "1",
        tolerance: 1e-6,
        measure: |_| Box::pin(async { Ok(0.5) }),
    };
    let mut selector = opener(move |_| {
        let mut cases = quick();
        cases.truncate(1);
        cases.push(wrong());
        trusted(cases)
    });
    let mut lab = settled("lab=caching&units=200&places=20", None)?;
    let before = lab.state_hash();
    let verdict = decide(&mut selector, &mut lab)?;
    ensure(!verdict.on_gpu && !lab.has_device(), &verdict)?;
    ensure(verdict.reason.contains("sum of the test"), &verdict)?;
    ensure(lab.state_hash() == before, "the lab is as it was")
}

fn slow() -> Result<(), Failed> {
    let mut selector = opener(|_| trusted(quick().into_iter().take(1).collect()));
    for link in [
        "lab=caching&units=300&places=40",
        "lab=maze&task=gridworld&seed=7&t=40",
    ] {
        let mut lab = settled(link, None)?;
        selector.choose(Backend::Auto);
        let verdict = decide(&mut selector, &mut lab)?;
        let Some(times) = verdict.times else {
            return Err(format!("nothing was measured: {verdict:?}").into());
        };
        // Whichever is faster was chosen; in software that is the CPU, on a real GPU either may be.
        ensure(verdict.on_gpu == times.gpu_wins(), &verdict)?;
        ensure(times.gpu_all_ms > 0.0 && times.cpu_all_ms > 0.0, times)?;
        ensure(verdict.reason.contains("measured"), &verdict)?;
        selector.choose(Backend::Gpu);
        let verdict = decide(&mut selector, &mut lab)?;
        ensure(verdict.on_gpu && lab.has_device(), &verdict)?;
        lab.settle();
        selector.choose(Backend::Cpu);
        let verdict = decide(&mut selector, &mut lab)?;
        ensure(!verdict.on_gpu && !lab.has_device(), &verdict)?;
    }
    // As a window would: software is never chosen by itself.
    let opened = pollster::block_on(open(Backend::Auto, Vec::new()));
    match opened {
        Ok(opened) => ensure(!opened.gpu.is_software(), "software in auto"),
        Err(reason) => ensure(reason.contains("software"), reason),
    }
}

fn again() -> Result<(), Failed> {
    let mut selector = selector(Backend::Gpu, |_| {
        trusted(quick().into_iter().take(1).collect())
    });
    let mut lab = settled("lab=caching&units=200&places=20", None)?;
    ensure(decide(&mut selector, &mut lab)?.on_gpu, "it begins there")?;
    // The window's GPU is lost: only the lab has a handle to it, so the lab is told as it would be.
    lab.set_device(Some(Rc::new(Full {
        inside: device(&Arc::new(Gpu::open_now(AdapterRequest::default())?)),
        left: Cell::new(1),
    })));
    lab.settle();
    selector.advance(&mut *lab);
    let verdict = selector.verdict(&*lab);
    ensure(!verdict.on_gpu && verdict.reason.contains("full"), verdict)?;
    selector.advance(&mut *lab);
    ensure(!lab.has_device(), "it is not tried by itself")?;
    selector.choose(Backend::Gpu);
    let verdict = decide(&mut selector, &mut lab)?;
    ensure(verdict.on_gpu, verdict)
}
