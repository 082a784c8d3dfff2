use serde::{Deserialize, Serialize};

/// The two families of mazes of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Rectangular grids of cells, 5 × 5 in the paper.
    Gridworld,
    /// Binary trees, of 7 layers in the paper.
    Tree,
}

impl Family {
    /// Both, in the order of their numbers: `family as usize` is the index.
    pub const ALL: [Self; 2] = [Self::Gridworld, Self::Tree];

    /// Its name in recipes, links and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gridworld => "gridworld",
            Self::Tree => "tree",
        }
    }

    /// The family of a name; `None` for any other word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// The family with so many actions: what a transformer was made for.
    #[must_use]
    pub fn with_actions(actions: usize) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|family| family.actions() == actions)
    }

    /// Number of actions: 5 in a gridworld, 4 in a tree. The last one is to stay.
    #[must_use]
    pub const fn actions(self) -> usize {
        match self {
            Self::Gridworld => 5,
            Self::Tree => 4,
        }
    }

    /// The action that does nothing: the last one.
    #[must_use]
    pub const fn stay(self) -> usize {
        self.actions() - 1
    }

    /// Names of the actions, by number.
    #[must_use]
    pub const fn action_names(self) -> &'static [&'static str] {
        match self {
            Self::Gridworld => &["up", "right", "down", "left", "stay"],
            Self::Tree => &["back", "left", "right", "stay"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Family;

    #[test]
    fn names_and_numbers_of_actions_identify_a_family() {
        for family in Family::ALL {
            assert_eq!(Family::from_name(family.name()), Some(family));
            assert_eq!(Family::with_actions(family.actions()), Some(family));
            assert_eq!(family.action_names().len(), family.actions());
            assert_eq!(family.action_names()[family.stay()], "stay");
            assert_eq!(Family::ALL[family as usize], family);
        }
        assert_eq!(Family::from_name("Tree"), None);
        assert_eq!(Family::with_actions(3), None);
    }
}
