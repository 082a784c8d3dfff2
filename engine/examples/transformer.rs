//! The transformer (Fang & Rajan 2025) in a gridworld that it has never seen: its policy before and after the reward.
//!
//! `cargo run --release --package chickadee-engine --example transformer [checkpoint.safetensors]`

use chickadee_engine::{
    analysis::{expected_return, probabilities},
    base::{
        random::{Random, Stream},
        reduce::argmax,
    },
    models::transformer::{Checkpoint, Context, Transformer, Want},
    worlds::maze::{Family, Protocol, SENSORY, explore, start_state},
};

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let shipped = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../assets/models/gridworld-small.safetensors"
    );
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| shipped.to_owned());
    let bytes = std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
    let checkpoint = Checkpoint::read(&bytes).map_err(|error| format!("{path}: {error}"))?;
    let transformer = Transformer::new(checkpoint.weights);
    let shape = transformer.shape();
    let family = Family::with_actions(shape.actions)
        .filter(|_| shape.sensory == SENSORY)
        .ok_or("the checkpoint was made for neither gridworlds nor trees")?;
    println!("{path}: {shape:?}");

    // The world: an evaluation task of the paper, and a random walk through it.
    let protocol = Protocol::published(family);
    let task = protocol.task(0, 0)?;
    let mut random = Random::new(0, Stream::Explore, 0);
    let start = start_state(&task.maze, &mut random);
    let walk = explore(&task, start, protocol.walk(), &mut random);

    // The context: one token a transition, encoded once. Weights never change.
    let mut context = Context::new(shape);
    context.append(&transformer, &task.observe(&walk));

    // Queries: what to do in every state, on contexts of growing length.
    let far = task
        .maze
        .leaves()
        .into_iter()
        .max_by_key(|&state| task.maze.distance(state, task.goal))
        .ok_or("the maze has no state")?;
    println!(
        "goal: state {}; return of a greedy agent from state {far}",
        task.goal
    );
    println!("memories  rewards  optimal actions  return");
    for length in (0..=walk.len()).step_by(walk.len() / 8) {
        let answers = transformer.ask(&context, length, &task.ask_everywhere(), Want::default());
        let best = |state| argmax(answers.logits.row(state)).unwrap_or_default();
        let states = 0..task.maze.states();
        let right = states
            .clone()
            .filter(|&state| task.maze.optimal(task.goal, state).contains(best(state)))
            .count() as f64;
        let value = expected_return(
            &probabilities(&answers.logits, 0.0),
            |state, action| task.maze.step(state, action),
            task.goal,
            far,
            task.maze.distance(far, task.goal),
            protocol.horizon(),
        );
        let rewards = walk[..length].iter().filter(|t| t.reward > 0.0).count();
        println!(
            "{length:>8}  {rewards:>7}  {:>15.2}  {value:>6.2}",
            right / states.len() as f64
        );
    }

    // Attention: the memories that the decision at that state reads, in the last layer, averaged over heads.
    let want = Want {
        attention: true,
        ..Want::default()
    };
    let answers = transformer.ask(&context, walk.len(), &task.ask(far), want);
    let heads = &answers.attention[answers.attention.len() - shape.heads..];
    let mean = |token: usize| {
        heads.iter().map(|head| head.row(0)[token]).sum::<f32>() / shape.heads as f32
    };
    let mut tokens: Vec<usize> = (0..walk.len()).collect();
    tokens.sort_by(|&a, &b| mean(b).total_cmp(&mean(a)));
    println!("the five memories that the query attends to most");
    for &token in tokens.iter().take(5) {
        let transition = walk[token];
        let action = task.maze.action_name(transition.action);
        println!(
            "{:>8}  state {} {action} to state {}, reward {}: {:.3}",
            token,
            transition.state,
            transition.next,
            transition.reward,
            mean(token)
        );
    }
    Ok(())
}
