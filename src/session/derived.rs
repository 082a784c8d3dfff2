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

    /// Takes over from the value before it what is only for the eye, such as the way a picture lies. Returns whether that one stands
    /// in for this on the screen until this [is presentable](Self::is_presentable).
    fn inherit(&mut self, _last: &Self, _from: &Self::Key, _to: &Self::Key) -> bool {
        false
    }

    /// Whether it can be shown, be it that there is work left.
    fn is_presentable(&self) -> bool {
        true
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
    /// The value before, while it stands in.
    last: Option<(D::Key, D)>,
}

impl<C, D: Derived<C>> Default for Slot<C, D> {
    fn default() -> Self {
        Self {
            current: None,
            complete: false,
            last: None,
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

    /// The value to show: the latest that is presentable, if its key fits what is shown beside it. A state that has just passed may be
    /// quite another.
    #[must_use]
    pub fn shown(&self, fits: impl FnOnce(&D::Key) -> bool) -> Option<&D> {
        let presentable = |(_, value): &&(D::Key, D)| value.is_presentable();
        let latest = self.last.as_ref();
        let latest = latest.or_else(|| self.current.as_ref().filter(presentable));
        latest.filter(|(key, _)| fits(key)).map(|(_, value)| value)
    }

    /// The value, if it belongs to the context as it is now.
    #[must_use]
    pub fn current(&self, context: &C) -> Option<&D> {
        let (key, value) = self.current.as_ref()?;
        (D::key(context).as_ref() == Some(key)).then_some(value)
    }

    /// The value, if it is complete and belongs to the context as it is now.
    #[must_use]
    pub fn ready(&self, context: &C) -> Option<&D> {
        self.current(context).filter(|_| self.complete)
    }

    /// Drops the value: its work begins again.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The value of now, started or carried on but not worked on; `None` where it is not asked for.
    pub fn prepare(&mut self, context: &C) -> Option<&mut D> {
        let Some(key) = D::key(context) else {
            self.forget();
            return None;
        };
        let next = match self.current.take() {
            Some((of, value)) if of == key => value,
            Some((of, mut value)) => {
                self.complete = false;
                if value.follow(context, &of, &key) {
                    value
                } else {
                    let mut next = D::start(context, &key);
                    // Of values that were not presentable yet, the one before stays in for them all.
                    let (from, last) = match self.last.take() {
                        Some(last) if !value.is_presentable() => last,
                        _ => (of, value),
                    };
                    if next.inherit(&last, &from, &key) && last.is_presentable() {
                        self.last = Some((from, last));
                    }
                    next
                }
            }
            None => D::start(context, &key),
        };
        let (_, value) = self.current.insert((key, next));
        Some(value)
    }

    /// One slice of work: drops what is no longer asked for, starts what is, or goes on.
    pub fn work(&mut self, context: &C) -> Progress {
        if self.prepare(context).is_none() || self.complete {
            return Progress::Idle;
        }
        let Some((_, value)) = &mut self.current else {
            return Progress::Idle;
        };
        let progress = value.advance(context);
        if value.is_presentable() {
            self.last = None;
        }
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

/// One slice of work on a slot that lies inside its own context, from which it is taken meanwhile.
pub fn work_in<C, D: Derived<C>>(
    context: &mut C,
    slot: impl Fn(&mut C) -> &mut Slot<C, D>,
) -> Progress {
    let mut taken = std::mem::take(slot(context));
    let progress = taken.work(context);
    *slot(context) = taken;
    progress
}

/// A struct of slots, from the most to the least urgent: the one list of what a lab derives.
///
/// `work` does one slice of the first that has work left, `is_settled` says whether none has.
macro_rules! slots {
    ($(#[$about:meta])* $vis:vis struct $name:ident of $context:ty { $($(#[$doc:meta])* $slot:ident: $value:ty,)* }) => {
        $(#[$about])*
        #[derive(Default)]
        $vis struct $name {
            $($(#[$doc])* $vis $slot: $crate::session::Slot<$context, $value>,)*
        }

        impl $name {
            /// One slice of the most urgent work, in a context that holds these slots.
            $vis fn work(
                context: &mut $context,
                slots: fn(&mut $context) -> &mut Self,
            ) -> $crate::session::Progress {
                $(
                    let progress = $crate::session::work_in(context, |context| &mut slots(context).$slot);
                    if let Some(progress) = progress.unless_idle() {
                        return progress;
                    }
                )*
                $crate::session::Progress::Idle
            }

            /// Whether there is nothing left to do.
            $vis fn is_settled(&self, context: &$context) -> bool {
                $(self.$slot.is_settled(context))&&*
            }
        }
    };
}
pub(crate) use slots;

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

    /// A number that is shown once it is halved, and keeps the parity of the one before.
    struct Halved {
        number: usize,
        odd: bool,
        halved: bool,
    }

    impl Derived<usize> for Halved {
        type Key = usize;

        fn key(context: &usize) -> Option<usize> {
            (*context > 0).then_some(*context)
        }

        fn start(_: &usize, key: &usize) -> Self {
            Self {
                number: *key,
                odd: false,
                halved: false,
            }
        }

        fn inherit(&mut self, last: &Self, from: &usize, to: &usize) -> bool {
            self.odd = last.odd || from % 2 == 1;
            *to < 100
        }

        fn is_presentable(&self) -> bool {
            self.halved
        }

        fn advance(&mut self, _: &usize) -> Progress {
            let works = !self.halved;
            if works {
                (self.number, self.halved) = (self.number / 2, true);
            }
            Progress::of(works)
        }

        fn fraction(&self) -> f64 {
            1.0
        }
    }

    #[test]
    fn the_last_value_stands_in_until_the_next_can_be_shown() {
        let mut slot = Slot::<usize, Halved>::default();
        let shown = |slot: &Slot<usize, Halved>| slot.shown(|_| true).map(|value| value.number);
        assert!(slot.prepare(&9).is_some());
        assert_eq!((shown(&slot), slot.ready(&9).is_some()), (None, false));
        slot.work(&9);
        assert_eq!((shown(&slot), slot.ready(&9).is_some()), (Some(4), false));
        slot.work(&9);
        assert!(slot.ready(&9).is_some() && slot.ready(&6).is_none());
        // Two values that are never shown: the one before both stays.
        slot.prepare(&6);
        slot.prepare(&8);
        assert_eq!(shown(&slot), Some(4));
        assert!(slot.get().is_some_and(|value| value.odd), "inherited");
        slot.work(&8);
        assert_eq!(shown(&slot), Some(4), "half of eight");
        assert!(slot.last.is_none());
        slot.prepare(&100);
        assert_eq!(shown(&slot), None, "another world");
        slot.prepare(&0);
        assert!(slot.get().is_none());
    }

    /// A context that holds what is derived from it: a count, and its half once that is known.
    #[derive(Default)]
    struct Both {
        number: usize,
        slots: Slots,
    }

    struct Twice(usize);

    impl Derived<Both> for Twice {
        type Key = usize;

        fn key(context: &Both) -> Option<usize> {
            Some(context.number)
        }

        fn start(_: &Both, _: &usize) -> Self {
            Self(0)
        }

        fn advance(&mut self, context: &Both) -> Progress {
            let works = self.0 < 2 * context.number;
            self.0 += usize::from(works);
            Progress::of(works)
        }

        fn fraction(&self) -> f64 {
            1.0
        }
    }

    struct Square(usize);

    impl Derived<Both> for Square {
        type Key = usize;

        fn key(context: &Both) -> Option<usize> {
            context.slots.twice.ready(context).map(|twice| twice.0)
        }

        fn start(_: &Both, twice: &usize) -> Self {
            Self(twice * twice)
        }

        fn advance(&mut self, _: &Both) -> Progress {
            Progress::Idle
        }

        fn fraction(&self) -> f64 {
            1.0
        }
    }

    slots! {
        /// Two values.
        struct Slots of Both {
            /// Twice the number.
            twice: Twice,
            /// The square of that.
            square: Square,
        }
    }

    #[test]
    fn slots_are_worked_on_by_urgency_and_may_follow_from_one_another() {
        let mut both = Both {
            number: 3,
            ..Both::default()
        };
        let mut slices = 0;
        while Slots::work(&mut both, |both| &mut both.slots) == Progress::Worked {
            slices += 1;
            assert!(!both.slots.is_settled(&both));
        }
        assert!(both.slots.is_settled(&both));
        let square = both.slots.square.get().map(|square| square.0);
        assert_eq!((slices, square), (6, Some(36)));
    }
}
