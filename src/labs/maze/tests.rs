use super::{report::CurveReport, *};
use crate::session::{Command, registry};

type Session = crate::session::Session<MazeLab>;

fn lab(link: &str) -> Session {
    let mut session = Session::from_link(link).unwrap();
    session.settle();
    session
}

fn tell(session: &mut Session, commands: &[&str]) {
    for command in commands {
        session.dispatch(command.parse().unwrap()).unwrap();
        session.settle();
    }
}

fn logits(session: &Session) -> Vec<f32> {
    let insight = session.activity().insight.unwrap();
    insight.logits.values().to_vec()
}

const GRID: &str = "lab=maze&task=gridworld&seed=7&t=120";

/// The first `t` at which a lab of this link has been rewarded `rewards` times.
fn rewarded(link: &str, rewards: usize) -> usize {
    let session = lab(link);
    let times = session.activity().memories.iter().enumerate();
    let mut paid = times.filter(|(_, m)| m.transition.reward > 0.0);
    paid.nth(rewards - 1).map(|(i, _)| i + 1).unwrap()
}

#[test]
fn a_link_brings_the_same_state_back() {
    for link in [
        GRID,
        "lab=maze&task=tree&seed=3&t=150&temp=1",
        "lab=maze&task=gridworld&size=4&corr=0.5&seed=9&t=40",
        "lab=maze&task=tree&size=5&branching=0.9&seed=11&t=90",
        "lab=maze&seed=4&goal=3&start=20&log=r30;w0123;m11;h3-9@2;r10;d1;v4=9&look=35&ask=7&head=2&layer=3",
        "lab=maze&maze=S.%23.|..%23G|....&t=60",
        "lab=maze&seed=4&t=50&compare=on&rewards=off&pattern=on",
    ] {
        let session = lab(link);
        assert_eq!(session.messages(), &[] as &[String], "{link}");
        let again = lab(&session.link());
        assert_eq!(again.messages(), &[] as &[String], "{}", session.link());
        assert_eq!(again.state_hash(), session.state_hash(), "{link}");
        assert_eq!(again.link(), session.link());
    }
}

#[test]
fn what_a_link_gets_wrong_is_said_and_nothing_fails() {
    for (link, messages) in [
        ("lab=maze&task=ocean", 1),
        ("lab=maze&size=99&t=9999", 2),
        ("lab=maze&goal=25&start=-1&ask=400", 3),
        ("lab=maze&log=r5;zzz;r5", 1),
        ("lab=maze&maze=S%23G", 1),
        ("lab=maze&maze=", 1),
        ("lab=maze&colour=red&corr=NaN", 2),
        ("lab=maze&log=d5000;v99=3;s7000;w44444", 3),
        ("lab=maze&units=500&gain=1", 2),
    ] {
        let session = lab(link);
        let said = session.messages();
        assert_eq!(said.len(), messages, "{link}: {said:?}");
        assert!(said.iter().all(|m| m.lines().count() == 1));
    }
}

#[test]
fn a_scrubbed_context_is_what_it_was() {
    for (long, short) in [
        (GRID, "lab=maze&task=gridworld&seed=7&t=60"),
        (
            "lab=maze&task=tree&seed=3&t=200",
            "lab=maze&task=tree&seed=3&t=60",
        ),
    ] {
        let mut session = lab(long);
        let end = logits(&session);
        tell(&mut session, &["look:60"]);
        assert_eq!(logits(&session), logits(&lab(short)));
        tell(&mut session, &["look:end"]);
        assert_eq!(logits(&session), end);
    }
}

/// However time is cut into slices, the same comes out.
#[test]
fn slices_make_no_difference() {
    let whole = lab("lab=maze&seed=5&t=80&compare=on&pattern=on");
    let mut session = lab("lab=maze&seed=5&t=0&compare=on&pattern=on");
    session.dispatch(Command::Play).unwrap();
    while session.lab().run.memories.len() < 80 {
        session.advance(1, &mut || false);
    }
    session.dispatch(Command::Pause).unwrap();
    while session.is_busy() {
        session.advance(1, &mut || false);
    }
    assert_eq!(session.state_hash(), whole.state_hash());
    let (curve, expected) = (session.report().curve, whole.report().curve);
    let values = |curve: &[CurveReport]| -> Vec<_> {
        curve
            .iter()
            .map(|p| (p.length, p.value, p.q_table))
            .collect()
    };
    assert_eq!(values(&curve), values(&expected));
    assert_eq!(session.report().second, whole.report().second);
}

#[test]
fn deleted_memories_never_were() {
    // Without its first memory, a walk is the walk that begins one step later.
    let mut session = lab("lab=maze&seed=5&log=w0123&start=12");
    let states: Vec<usize> = session
        .lab()
        .run
        .memories
        .iter()
        .map(|m| m.transition.state)
        .collect();
    tell(&mut session, &["delete:0"]);
    let later = lab(&format!("lab=maze&seed=5&start={}&log=w123", states[1]));
    assert_eq!(logits(&session), logits(&later));
    tell(&mut session, &["restore:all"]);
    assert_eq!(
        logits(&session),
        logits(&lab("lab=maze&seed=5&log=w0123&start=12"))
    );
}

#[test]
fn memories_of_the_goal_are_needed() {
    let at = rewarded("lab=maze&seed=50&t=200", 1);
    let mut session = lab(&format!("lab=maze&seed=50&t={at}"));
    let value = |session: &Session| session.report().value.unwrap();
    let before = (value(&session), session.state_hash());
    assert!(before.0 > 0.9, "return {}", before.0);
    tell(&mut session, &["unreward:goal"]);
    assert!(value(&session) < 0.7, "return {}", value(&session));
    tell(&mut session, &["restore:all", "delete:goal"]);
    assert!(value(&session) < 0.7, "return {}", value(&session));
    tell(&mut session, &["undo", "undo", "undo"]);
    assert_eq!(session.state_hash(), before.1);
    tell(&mut session, &["redo"]);
    assert_ne!(session.state_hash(), before.1);
}

#[test]
fn hiding_acts_on_the_query_alone() {
    let mut session = lab(GRID);
    let before = logits(&session);
    tell(&mut session, &["ask:4", "hide:goal@2"]);
    let after = session.activity().insight.unwrap();
    assert_ne!(before, after.logits.values());
    let goal = session.lab().run.task.goal;
    for (position, memory) in session.lab().run.memories.iter().enumerate() {
        let touches = [memory.transition.state, memory.transition.next].contains(&goal);
        let second = after.attention_of(1, None)[position];
        assert_eq!(touches, second == 0.0, "memory {position}");
        assert!(after.attention_of(0, None)[position] > 0.0);
    }
}

#[test]
fn attention_sums_to_one() {
    let session = lab("lab=maze&task=tree&seed=3&t=150");
    let insight = session.activity().insight.unwrap();
    for (row, own) in insight.attention.iter().zip(&insight.own) {
        let sum: f32 = row.iter().sum::<f32>() + own;
        assert!((sum - 1.0).abs() < 1e-4, "{sum}");
    }
    let report = session.report();
    for state in &report.policy {
        assert!((state.iter().sum::<f32>() - 1.0).abs() < 1e-4);
    }
}

#[test]
fn the_whole_pattern_has_the_querys_rows() {
    let session = lab("lab=maze&seed=4&t=70&pattern=on&layer=2&head=3");
    let pattern = session.activity().pattern.unwrap();
    let matrix = pattern.matrix().unwrap();
    for row in 0..70 {
        let sum: f32 = matrix.row(row).iter().sum();
        assert!((sum - 1.0).abs() < 1e-4, "row {row}: {sum}");
        assert!(matrix.row(row)[row + 1..].iter().all(|&v| v == 0.0));
    }
    let rollout = lab("lab=maze&seed=4&t=70&layer=3&head=rollout");
    let shares = &rollout.activity().pattern.unwrap().shares;
    let sum: f32 = shares.iter().sum();
    assert_eq!(shares.len(), 71);
    assert!((sum - 1.0).abs() < 1e-4, "{sum}");
}

#[test]
fn commands_that_cannot_be_done_change_nothing() {
    let mut session = lab(GRID);
    let before = session.state_hash();
    for command in [
        "goal:25",
        "place:99",
        "ask:1000",
        "act:5",
        "goto:77",
        "walk:0.12",
        "walk:0.99",
        "delete:500",
        "shift:500=1",
        "draw:nothing here",
        "draw:S#G",
        "set:task=ocean",
        "set:size=many",
    ] {
        let error = session.dispatch(command.parse().unwrap()).unwrap_err();
        assert_eq!(error.to_string().lines().count(), 1, "{command}: {error}");
    }
    // Verbs of another lab, as that lab reads them.
    for command in ["fly:3", "cache", "weight:0=1"] {
        let error = session.dispatch(Command::Lab(command.to_owned()));
        let sentence = format!("the maze lab has no “{command}”");
        assert_eq!(error.unwrap_err().to_string(), sentence);
    }
    session.settle();
    assert_eq!(session.state_hash(), before);
}

#[test]
fn own_models_are_checked_and_taken_out_again() {
    let mut session = lab(GRID);
    let before = session.state_hash();
    assert!(session.open_model("x", b"nothing").is_err());
    assert_eq!(session.state_hash(), before);
    let tree = crate::built_in::TREE;
    session.open_model("mine.safetensors", tree).unwrap();
    session.settle();
    let report = session.report();
    assert_eq!((report.task, report.states), ("tree", 127));
    assert!(report.model.unwrap().own);
    assert!(
        session
            .dispatch("set:task=gridworld".parse().unwrap())
            .is_err()
    );
    let (maze, frame) = session.parts_mut();
    maze.close_model(frame);
    tell(&mut session, &["set:task=gridworld", "undo"]);
    assert_eq!(session.report().task, "tree");
}

#[test]
fn nothing_of_another_task_is_shown_beside_a_new_one() {
    let tree = "lab=maze&task=tree&size=5&t=60&decode=on&pattern=on&compare=on&dqn=on";
    let grid = "lab=maze&size=4&t=10&decode=on&pattern=on&compare=on&dqn=on";
    let is_empty = |session: &Session| {
        let now = session.activity();
        now.insight.is_none()
            && now.curve.is_empty()
            && now.second.is_none()
            && now.pattern.is_none()
            && now.decoded.is_none()
            && now.dqn.is_none()
            && now.tokens.is_empty()
    };
    let mut session = lab(tree);
    assert!(!is_empty(&session));
    let grid = crate::session::LinkPairs::parse(grid).unwrap();
    session.open_pairs(&grid, "open link");
    assert!(is_empty(&session), "before any work");
    session.settle();
    assert!(!is_empty(&session));
    tell(&mut session, &["set:weights=faithful"]);
    session
        .dispatch("set:weights=best".parse().unwrap())
        .unwrap();
    assert!(is_empty(&session), "other weights");
    session.dispatch("undo".parse().unwrap()).unwrap();
    session.settle();
    // Fewer memories of the same task: what was there stands in only if it fits.
    session.dispatch("reset".parse().unwrap()).unwrap();
    let now = session.activity();
    assert!(
        now.insight
            .is_none_or(|shown| shown.look <= now.memories.len())
    );
}

#[test]
fn a_maze_of_ones_own_is_walked() {
    let mut session = lab(GRID);
    tell(&mut session, &["draw:S.#.|..#G|....", "step:150"]);
    let report = session.report();
    assert_eq!((report.states, report.t), (10, 150));
    tell(&mut session, &["undo", "undo"]);
    assert_eq!(session.report().states, 25);
}

#[test]
fn attribution_rests_on_some_memory() {
    let mut session = lab("lab=maze&seed=7&t=60&ask=4");
    tell(&mut session, &["attribute"]);
    let attribution = session.report().attribution.unwrap();
    assert_eq!(attribution.len(), 60);
    let most = attribution
        .iter()
        .fold(0.0_f32, |most, v| most.max(v.abs()));
    assert!((most - 1.0).abs() < 1e-6);
    // It belongs to one question.
    tell(&mut session, &["ask:5"]);
    assert!(session.report().attribution.is_none());
}

/// The published shortcut tests, walked by the scene.
#[test]
fn the_shortcut_scene_comes_home_twice() {
    let mut session = lab("shortcut");
    let mut homes = Vec::new();
    while session.frame().clock.playing {
        session.advance(1, &mut || true);
        let own = (session.lab().run.memories.iter()).filter(|m| m.source == Source::Model);
        let arrived = (session.lab().run.task.goal, own.count());
        let at_goal = session.lab().run.agent == session.lab().run.task.goal;
        if at_goal && arrived.1 > 0 && !homes.contains(&arrived) {
            homes.push(arrived);
        }
    }
    assert_eq!(homes, [(12, 4), (15, 6)]);
}

#[test]
fn one_reward_is_enough_in_its_scene() {
    let scene = registry::scene("one-reward").unwrap().1;
    let first = rewarded(&format!("{}&log=r200", scene.link.replace("&t=0", "")), 1);
    let link = scene.link.replace("t=0", &format!("t={first}"));
    let report = lab(&link).report();
    assert_eq!(report.rewards, 1);
    assert!(report.value.unwrap() >= 0.9, "{:?}", report.value);
}

#[test]
fn hiding_after_scrubbing_is_seen() {
    let mut session = lab("lab=maze&task=gridworld&seed=50&t=23&ask=20");
    let begin = session.report();
    tell(&mut session, &["look:22", "look:end"]);
    assert_eq!(session.report().state_hash, begin.state_hash);
    session
        .dispatch("hide:goal@1.2.3".parse().unwrap())
        .unwrap();
    assert!(session.is_busy() && session.report().policy.is_empty());
    session.settle();
    assert_ne!(session.report().policy, begin.policy);
    tell(&mut session, &["restore:all"]);
    assert_eq!(session.report().policy, begin.policy);
}

/// What the scene says, in numbers: the goal's memories are needed in layer 2 and not in layer 3.
#[test]
fn the_goal_is_read_in_the_second_layer() {
    let scene = registry::scene("goal-in-memories").unwrap().1;
    let mut session = lab(scene.link);
    let value = |session: &Session| session.report().value.unwrap();
    assert!(value(&session) > 0.95);
    tell(&mut session, &["hide:goal@2"]);
    assert!(value(&session) < 0.5, "{}", value(&session));
    tell(&mut session, &["restore:all", "hide:goal@3"]);
    assert!(value(&session) > 0.9, "{}", value(&session));
}

/// Linear readouts that came along tell place, direction and way, of the states and of the memories.
#[test]
fn readouts_are_read() {
    let report = lab("lab=maze&seed=54&t=150&layer=3&decode=on").report();
    let decoded = report.decoded.unwrap();
    assert!(decoded.goal_angle_error.unwrap() < 20.0, "{decoded:?}");
    assert!(decoded.place_error.unwrap() < 1.0, "{decoded:?}");
    let session = lab("lab=maze&task=tree&seed=3&t=400&layer=3&decode=on");
    let decoded = session.report().decoded.unwrap();
    assert!(decoded.on_path_accuracy.unwrap() > 0.97, "{decoded:?}");
    let memories = &session.activity().decoded.unwrap().memories;
    assert_eq!(memories.on_path.len(), 400);
}

#[test]
fn every_step_that_was_asked_for_can_be_undone() {
    let mut session = lab("lab=maze&seed=7&t=20");
    let hash = session.state_hash();
    tell(&mut session, &["step:1", "step:3", "act:1", "act:2"]);
    let lengths = [26, 25, 24, 21, 20];
    for length in lengths {
        assert_eq!(session.lab().run.memories.len(), length);
        tell(&mut session, &["undo"]);
    }
    assert_eq!(session.state_hash(), hash);
    tell(&mut session, &["redo"]);
    assert_eq!(session.lab().run.memories.len(), 21);
}

/// On its way home the transformer acts; who walks afterwards stays who it was.
#[test]
fn going_home_changes_nobody() {
    let mut session = lab("lab=maze&seed=50&t=23&start=9");
    tell(&mut session, &["place:9", "home"]);
    assert_eq!(
        session.lab().run.memories.last().unwrap().source,
        Source::Model
    );
    assert_eq!(session.lab().settings.walker(), Walker::Explorer);
}

/// Starts and horizon are those of the maze that was drawn, not of the one before.
#[test]
fn an_own_tree_is_judged_by_its_own_size() {
    let mut session = lab("lab=maze&task=tree&seed=3&t=10");
    tell(&mut session, &["draw:layers: 4|goal: LLR", "step:150"]);
    let report = session.report();
    assert_eq!(session.lab().settings.count(Key::Size), 4);
    assert!(
        report.rewards > 1 && report.value.unwrap() > 0.5,
        "{:?}",
        report.value
    );
    assert_eq!(lab(&session.link()).state_hash(), session.state_hash());
}

/// Rewards that do not count any more are not counted, also where no memory holds a reward anyway.
#[test]
fn rewards_of_the_curve_are_those_of_the_link() {
    let mut session = lab("lab=maze&seed=50&t=40&rewards=off");
    tell(&mut session, &["unreward:all"]);
    let report = session.report();
    assert!(report.curve.iter().all(|point| point.rewards == 0));
    assert_eq!(lab(&session.link()).shown_hash(), session.shown_hash());
}
