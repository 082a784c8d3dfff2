//! What follows from a run, entered once.
//!
//! A [`Derived`] value says by its key what it was computed from. A [`Slot`] holds one: it drops the value when the key changes,
//! starts it again, works on it in slices, and knows whether it is done. A lab lists its slots by urgency and never
//! invalidates one by hand; a figure or an evaluation drives the same values to their end as jobs.
//!
//! ```text
//!            key(context)          start            advance, advance, …
//! context ─────────────────► key ────────► value ──────────────────────► done
//!            another key: the value is dropped and started again
//! ```

/// How a slice of work went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Something was done; there may be more.
    Worked,
    /// An answer has to come first.
    Waits,
    /// There is nothing to do.
    Idle,
}

impl Progress {
    /// `Worked` or `Idle`.
    #[must_use]
    pub fn of(worked: bool) -> Self {
        if worked { Self::Worked } else { Self::Idle }
    }

    /// This, unless there was nothing to do.
    #[must_use]
    pub fn unless_idle(self) -> Option<Self> {
        (self != Self::Idle).then_some(self)
    }
}

/// A value that follows from a context `C` and is computed in slices.
pub trait Derived<C>: Sized {
    /// All that the value depends on; equal keys mean equal values.
    type Key: PartialEq;

    /// The key of now; `None` while the value is not asked for, or cannot be computed yet.
    fn key(context: &C) -> Option<Self::Key>;

    /// The value before any work.
    fn start(context: &C, key: &Self::Key) -> Self;

    /// Carries on under another key without starting again, where that is possible: more memories, say. Returns whether it did.
    fn follow(&mut self, _context: &C, _from: &Self::Key, _to: &Self::Key) -> bool {
        false
    }

    /// One slice of work; `Idle` once it is complete.
    fn advance(&mut self, context: &C) -> Progress;

    /// Fraction complete, 0 … 1.
    fn fraction(&self) -> f64;
}

/// A derived value, or none yet.
pub struct Slot<C, D: Derived<C>> {
    current: Option<(D::Key, D)>,
    complete: bool,
}

impl<C, D: Derived<C>> Default for Slot<C, D> {
    fn default() -> Self {
        Self {
            current: None,
            complete: false,
        }
    }
}

impl<C, D: Derived<C>> Slot<C, D> {
    /// The value as far as it is known. It may belong to a state that has just passed, until the next slice of work.
    #[must_use]
    pub fn get(&self) -> Option<&D> {
        self.current.as_ref().map(|(_, value)| value)
    }

    /// The value, to be changed in place.
    pub fn get_mut(&mut self) -> Option<&mut D> {
        self.current.as_mut().map(|(_, value)| value)
    }

    /// The value, if it belongs to the context as it is now.
    #[must_use]
    pub fn current(&self, context: &C) -> Option<&D> {
        let (key, value) = self.current.as_ref()?;
        (D::key(context).as_ref() == Some(key)).then_some(value)
    }

    /// Drops the value: its work begins again.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// One slice of work: drops what is no longer asked for, starts what is, or goes on.
    pub fn work(&mut self, context: &C) -> Progress {
        let Some(key) = D::key(context) else {
            self.forget();
            return Progress::Idle;
        };
        let known = self.current.take();
        let same = known.as_ref().is_some_and(|(of, _)| *of == key);
        if same && self.complete {
            self.current = known;
            return Progress::Idle;
        }
        let mut value = match known {
            Some((_, value)) if same => value,
            Some((of, mut value)) => {
                if value.follow(context, &of, &key) {
                    value
                } else {
                    D::start(context, &key)
                }
            }
            None => D::start(context, &key),
        };
        let progress = value.advance(context);
        self.current = Some((key, value));
        self.complete = progress == Progress::Idle;
        progress
    }

    /// Whether there is nothing left to do: the value is complete, or not asked for.
    #[must_use]
    pub fn is_settled(&self, context: &C) -> bool {
        match (D::key(context), &self.current) {
            (None, current) => current.is_none(),
            (Some(key), Some((of, _))) => self.complete && *of == key,
            (Some(_), None) => false,
        }
    }

    /// Fraction complete, 0 … 1; 1 where nothing is asked for.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.get().map_or(1.0, D::fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts to a number, one a slice.
    struct Count(usize);

    impl Derived<usize> for Count {
        type Key = usize;

        fn key(context: &usize) -> Option<usize> {
            (*context > 0).then_some(*context)
        }

        fn start(_: &usize, _: &usize) -> Self {
            Self(0)
        }

        fn follow(&mut self, _: &usize, from: &usize, to: &usize) -> bool {
            to > from
        }

        fn advance(&mut self, context: &usize) -> Progress {
            let works = self.0 < *context;
            self.0 += usize::from(works);
            Progress::of(works)
        }

        fn fraction(&self) -> f64 {
            0.5
        }
    }

    fn finish(slot: &mut Slot<usize, Count>, context: usize) -> usize {
        let mut slices = 0;
        while slot.work(&context) == Progress::Worked {
            slices += 1;
        }
        assert!(slot.is_settled(&context));
        slices
    }

    #[test]
    fn values_are_dropped_followed_and_forgotten_by_their_keys() {
        let mut slot = Slot::default();
        assert!(slot.is_settled(&0) && !slot.is_settled(&3));
        assert_eq!(finish(&mut slot, 3), 3);
        assert!(!slot.is_settled(&5) && slot.current(&5).is_none());
        assert_eq!(finish(&mut slot, 5), 2, "what is there is kept");
        assert_eq!(finish(&mut slot, 2), 2, "fewer is another value");
        assert!(!slot.is_settled(&0));
        assert_eq!(finish(&mut slot, 0), 0);
        assert!(slot.get().is_none());
    }
}
