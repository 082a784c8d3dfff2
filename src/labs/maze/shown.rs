use super::{Session, decoded::Reading};
use chickadee_engine::base::StateHash;

impl Session {
    /// One number for everything that is shown: what the [state hash](Self::state_hash) covers, and policy, return, representations and their alignment,
    /// curve, second task, pattern of attention, linear readouts, attribution and value learners. `None` while any of it
    /// is still being computed. Two labs with equal state hashes show the same, bit for bit (CPU path); pictures of
    /// representations are left out, since they follow from these and are turned to lie as the pictures before them.
    #[must_use]
    pub fn shown_hash(&self) -> Option<u64> {
        let insight = self.insight.as_ref().filter(|_| !self.is_busy())?;
        let mut hash = StateHash::default();
        hash.integer(self.state_hash())
            .array(insight.policy.values())
            .number(insight.value)
            .number(insight.baseline);
        for &correct in &insight.correct {
            hash.integer(u64::from(correct));
        }
        for hidden in &insight.hidden {
            hash.array(hidden.values());
        }
        for &alignment in &insight.alignment {
            hash.number(alignment);
        }
        for own in &insight.own {
            hash.number(f64::from(*own));
        }
        for point in &self.curve.points {
            hash.integer(point.length as u64)
                .integer(point.rewards as u64)
                .number(point.value)
                .number(point.q_table.unwrap_or(f64::NAN));
            for &alignment in &point.alignment {
                hash.number(alignment);
            }
        }
        for across in self.second.iter().flat_map(|second| &second.across) {
            hash.number(across.same).number(across.different);
        }
        if let Some(pattern) = &self.pattern {
            hash.array(&pattern.shares);
            if let Some(matrix) = pattern.matrix() {
                hash.array(matrix.values());
            }
        }
        if let Some(decoded) = &self.decoded {
            for reading in [&decoded.states, &decoded.memories] {
                reading.add_to(&mut hash);
            }
        }
        if let Some(attribution) = &self.attribution {
            let (_, action, result) = self.attributed(attribution);
            hash.integer(action as u64)
                .array(result.as_deref().unwrap_or_default());
        }
        if let Some(dqn) = &self.dqn {
            hash.number(dqn.value);
        }
        Some(hash.finish())
    }
}

impl Reading {
    fn add_to(&self, hash: &mut StateHash) {
        hash.array(self.place.as_flattened())
            .array(&self.goal_angle)
            .array(&self.on_path);
    }
}
