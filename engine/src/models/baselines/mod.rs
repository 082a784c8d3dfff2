//! Value learning: the two baselines of Fang & Rajan (2025), *From memories to maps: mechanisms of in-context
//! reinforcement learning in transformers*, arXiv 2506.19686.
//!
//! # The question
//! The transformer reads a context of transitions once and acts. Is that only quick value learning? The paper
//! gives the same transitions to two learners that take their time over them, and lets all act from the same
//! places:
//!
//! * [`QTable`]: one number for every (state, action), made right again and again by Watkins' rule. It knows
//!   states by name, so that it can say nothing of a state that the context does not contain.
//! * [`Dqn`]: a network from the sensory code of a state to the values of its actions (Mnih et al. 2015), trained
//!   from scratch for every context. Similar codes get similar values, for better or worse.
//!
//! # What both learn
//! The value Q(s, a): the reward that follows when one does *a* in *s* and the best afterwards, where a reward n
//! steps later counts γⁿ. It is the fixed point of
//! ```text
//! Q(s, a) = r                       when the transition (s, a, s′, r) is rewarded: the episode counts as over
//! Q(s, a) = γ max_b Q(s′, b)        otherwise
//! ```
//! so that a shortest path has values 1, γ, γ² … backwards from the goal. Both learn *offline*: from a fixed
//! buffer of [`Transition`], over and over, without acting in between. Nothing is learnt of pairs (s, a) that
//! were never tried; what the maximum finds there is zero in the table and a guess in the network.
//!
//! To act, the authors draw from soft-max(Q / τ) with τ = 0.005 (grid) or 0.01 (tree); all actions of a state
//! that the table does not know are then equally likely. That is left to the caller.
//!
//! # What the authors really ran
//! Their code does some things otherwise than intended. What matters for the numbers can be switched here:
//!
//! * The epoch of the table that is kept is that of the lowest mean *signed* error ([`Keep::LowestSignedError`]).
//!   With rewards of 0 and 1 values only grow, so that errors are positive and fade: it keeps an epoch at which
//!   the values have settled, the same table to many digits.
//! * The target network is meant to be renewed every 10 epochs, but the counter never moves and it is renewed
//!   after every one ([`DqnSettings::target_every`]).
//!
//! # Same numbers, less work
//! A walk of 1,000 steps in a tree of 127 states repeats itself. Identical transitions are merged and counted,
//! and the network sees every distinct state once an epoch: this is the same gradient, with the sum written in
//! another order. A target network never exists: its values are those of the network itself at the moment at
//! which it would have been copied, and those are at hand.

mod adam;
mod buffer;
mod dqn;
mod learning;
mod mlp;
mod q_table;

use crate::base::Transition;

pub use dqn::{Dqn, DqnSettings};
pub use learning::{Learner, Learning, LearningProgress};
pub use q_table::{Keep, QTable, QTableSettings};

/// Discount of the value of the next state: `discount`, or nothing after a reward, which ends the episode.
fn ahead(transition: &Transition, discount: f32) -> f32 {
    if transition.reward == 0.0 {
        discount
    } else {
        0.0
    }
}

/// The largest of some values; −∞ of none.
fn largest(values: &[f32]) -> f32 {
    values.iter().fold(
        f32::NEG_INFINITY,
        |best, &x| if x > best { x } else { best },
    )
}
