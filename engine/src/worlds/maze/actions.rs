//! Actions by number, and sets of them.

use std::fmt;

/// The moves of a gridworld; the fifth action is to stay.
pub mod grid {
    /// One row up.
    pub const UP: usize = 0;
    /// One column to the right.
    pub const RIGHT: usize = 1;
    /// One row down.
    pub const DOWN: usize = 2;
    /// One column to the left.
    pub const LEFT: usize = 3;
}

/// The moves of a tree; the fourth action is to stay.
pub mod tree {
    /// To the parent.
    pub const BACK: usize = 0;
    /// To the left child.
    pub const LEFT: usize = 1;
    /// To the right child.
    pub const RIGHT: usize = 2;
}

/// A set of actions, such as all that are optimal in a state.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ActionSet(u8);

impl ActionSet {
    /// The set without actions.
    pub const EMPTY: Self = Self(0);

    /// The set of one action.
    ///
    /// # Panics
    /// When `action` is not below 8; no maze has so many.
    #[must_use]
    pub const fn of(action: usize) -> Self {
        assert!(action < 8, "an action is a number below 8");
        Self(1 << action)
    }

    /// Membership.
    #[must_use]
    pub const fn contains(self, action: usize) -> bool {
        action < 8 && self.0 >> action & 1 == 1
    }

    /// Adds an action.
    ///
    /// # Panics
    /// When `action` is not below 8.
    pub const fn insert(&mut self, action: usize) {
        self.0 |= Self::of(action).0;
    }

    /// Number of actions in the set.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// True of the empty set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The action with the lowest number.
    #[must_use]
    pub fn first(self) -> Option<usize> {
        self.iter().next()
    }

    /// The actions in rising order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..8).filter(move |&action| self.contains(action))
    }
}

impl FromIterator<usize> for ActionSet {
    fn from_iter<I: IntoIterator<Item = usize>>(actions: I) -> Self {
        let mut set = Self::EMPTY;
        for action in actions {
            set.insert(action);
        }
        set
    }
}

impl fmt::Debug for ActionSet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::ActionSet;

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        let mut set: ActionSet = [3, 0].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 3]);
        assert_eq!((set.len(), set.first()), (2, Some(0)));
        set.insert(0);
        set.insert(4);
        assert_eq!(set.len(), 3);
        assert!(set.contains(4) && !set.contains(1) && !set.contains(99));
        assert_eq!(format!("{set:?}"), "{0, 3, 4}");
        assert!(ActionSet::EMPTY.is_empty() && ActionSet::EMPTY.first().is_none());
        assert_eq!(ActionSet::of(7).iter().collect::<Vec<_>>(), [7]);
    }
}
