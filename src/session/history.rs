/// A state to come back to, and the name of the change that left it.
#[derive(Clone)]
struct Kept<S> {
    label: String,
    state: S,
}

/// States to go back and forward to.
pub struct History<S> {
    past: Vec<Kept<S>>,
    future: Vec<Kept<S>>,
}

/// States kept.
const LONGEST: usize = 200;

impl<S> Default for History<S> {
    fn default() -> Self {
        Self {
            past: Vec::new(),
            future: Vec::new(),
        }
    }
}

impl<S> History<S> {
    /// Keeps the present state before a change. Changes that `join` others of the same name, such as a knob that is dragged, are
    /// one step of undo.
    pub fn remember(&mut self, label: &str, join: bool, state: impl FnOnce() -> S) {
        self.future.clear();
        if join && self.past.last().is_some_and(|last| last.label == label) {
            return;
        }
        if self.past.len() >= LONGEST {
            self.past.remove(0);
        }
        self.past.push(Kept {
            label: label.to_owned(),
            state: state(),
        });
    }

    /// The state before the last change; `now` is kept for redo.
    pub fn undo(&mut self, now: impl FnOnce() -> S) -> Option<S> {
        exchange(&mut self.past, &mut self.future, now)
    }

    /// The state before the last undo; `now` is kept for undo.
    pub fn redo(&mut self, now: impl FnOnce() -> S) -> Option<S> {
        exchange(&mut self.future, &mut self.past, now)
    }

    /// The change that undo would take back.
    #[must_use]
    pub fn undoable(&self) -> Option<&str> {
        self.past.last().map(|kept| kept.label.as_str())
    }

    /// The change that redo would make again.
    #[must_use]
    pub fn redoable(&self) -> Option<&str> {
        self.future.last().map(|kept| kept.label.as_str())
    }
}

fn exchange<S>(
    from: &mut Vec<Kept<S>>,
    to: &mut Vec<Kept<S>>,
    now: impl FnOnce() -> S,
) -> Option<S> {
    let Kept { label, state } = from.pop()?;
    to.push(Kept {
        label,
        state: now(),
    });
    Some(state)
}
