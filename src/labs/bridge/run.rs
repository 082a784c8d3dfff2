use super::settings::Settings;

/// The most memories that are stored.
pub const MAX_SLOTS: usize = 24;

/// A memory as the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The place of the event.
    pub place: usize,
    /// Whether it was taken out of both memories.
    pub removed: bool,
}

/// The run: settings, the stored events in order, the place that is asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub settings: Settings,
    pub slots: Vec<Slot>,
    pub at: usize,
}

impl Run {
    /// Nothing stored.
    pub fn new() -> Self {
        Self {
            settings: Settings::default(),
            slots: Vec::new(),
            at: 0,
        }
    }

    /// Which memories are there.
    pub fn present(&self) -> Vec<bool> {
        self.slots.iter().map(|slot| !slot.removed).collect()
    }

    /// Drops events that lie outside the world. Returns their number.
    pub fn fit(&mut self) -> usize {
        let places = self.settings.places();
        let before = self.slots.len();
        self.slots.retain(|slot| slot.place < places);
        self.slots.truncate(MAX_SLOTS);
        self.at = self.at.min(places - 1);
        before - self.slots.len()
    }
}
