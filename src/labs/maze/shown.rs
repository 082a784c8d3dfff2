use super::{MazeLab, readout::Values};
use crate::session::FrameOf;
use chickadee_engine::base::StateHash;

impl MazeLab {
    /// One number for everything shown: the state hash, and policy, return, representations and their alignment, return curve,
    /// comparison task, matrix of attention, linear readouts, attribution and value learners. `None` while any of it is being
    /// computed. Two labs with equal state hashes show the same, bit for bit (CPU path); pictures of representations are left out,
    /// since they follow from these and are turned to lie as the pictures before them.
    pub(super) fn hash_shown(&self, frame: &FrameOf<Self>) -> Option<u64> {
        let output = self.output.get().filter(|_| !self.is_computing(frame))?;
        let mut hash = StateHash::default();
        hash.integer(self.hash_state())
            .array(output.policy.values())
            .number(output.value)
            .number(output.baseline);
        for &correct in &output.correct {
            hash.integer(u64::from(correct));
        }
        for hidden in &output.hidden {
            hash.array(hidden.values());
        }
        for &alignment in &output.alignment {
            hash.number(alignment);
        }
        for own in &output.own {
            hash.number(f64::from(*own));
        }
        for point in self
            .beside
            .curve
            .get()
            .iter()
            .flat_map(|curve| &curve.points)
        {
            hash.integer(point.length as u64)
                .integer(point.rewards as u64)
                .number(point.value)
                .number(point.q_table.unwrap_or(f64::NAN));
            for &alignment in &point.alignment {
                hash.number(alignment);
            }
        }
        for across in self
            .beside
            .comparison
            .get()
            .iter()
            .flat_map(|comparison| &comparison.across)
        {
            hash.number(across.same).number(across.different);
        }
        if let Some(pattern) = self.beside.pattern.get() {
            hash.array(&pattern.shares);
            if let Some(matrix) = pattern.matrix() {
                hash.array(matrix.values());
            }
        }
        if let Some(readout) = self.beside.readout.get() {
            for values in [&readout.states, &readout.memories] {
                values.add_to(&mut hash);
            }
        }
        if let Some((_, action, result)) = self.attributed() {
            hash.integer(action as u64)
                .array(result.as_deref().unwrap_or_default());
        }
        if let Some(dqn) = self.beside.dqn.get() {
            hash.number(dqn.value);
        }
        Some(hash.finish())
    }
}

impl Values {
    fn add_to(&self, hash: &mut StateHash) {
        hash.array(self.place.as_flattened())
            .array(&self.goal_angle)
            .array(&self.on_path);
    }
}
