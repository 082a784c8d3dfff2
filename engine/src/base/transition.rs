/// One step of an agent in a world of numbered states: (s, a, s′, r).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// The state in which the step began, s.
    pub state: usize,
    /// The action, a.
    pub action: usize,
    /// The state in which the step ended, s′.
    pub next: usize,
    /// The reward of the step, r.
    pub reward: f32,
}
