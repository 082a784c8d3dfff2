use std::sync::Arc;

use chickadee_engine::models::barcode::Memory;

use super::{Settings, log::LogEntry, run::Run};

/// The memories, as far as the log of the run is carried out: one step for each of its first entries.
///
/// When the run changes, the steps that it still begins with stay, and the others are dropped. What an entry stores depends on
/// the settings that the log starts from and on the entries before it, and on nothing else.
#[derive(Clone)]
pub struct StoredMemories {
    base: Settings,
    steps: Vec<Step>,
    none: Arc<[Memory]>,
    version: u64,
}

/// An entry of the log, carried out. Barcodes are shared and not copied.
#[derive(Clone)]
struct Step {
    entry: LogEntry,
    settings: Settings,
    memories: Arc<[Memory]>,
}

impl StoredMemories {
    /// No memories, and the settings that a log starts from.
    pub fn new(base: Settings) -> Self {
        Self {
            base,
            steps: Vec::new(),
            none: Arc::new([]),
            version: 0,
        }
    }

    /// Number of entries that are carried out.
    pub fn entries(&self) -> usize {
        self.steps.len()
    }

    /// The settings by then.
    pub fn settings(&self) -> &Settings {
        self.steps.last().map_or(&self.base, |step| &step.settings)
    }

    /// The memories.
    pub fn memories(&self) -> &Arc<[Memory]> {
        self.steps.last().map_or(&self.none, |step| &step.memories)
    }

    /// Changes whenever the memories do.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Number of steps that a run begins with too.
    pub fn shared_with(&self, run: &Run) -> usize {
        if !self.base.stores_like(&run.base) {
            return 0;
        }
        let both = self.steps.iter().zip(&run.log);
        both.take_while(|(step, entry)| step.entry == **entry)
            .count()
    }

    /// Whether all entries of a run are carried out, and no others.
    pub fn are_all_of(&self, run: &Run) -> bool {
        let shared = self.shared_with(run);
        shared == run.log.len() && shared == self.steps.len()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.steps.clear();
        self.version += 1;
    }

    /// Takes the steps of another state, if a run begins with more of those.
    pub fn take_from(&mut self, other: Self, run: &Run) {
        if other.shared_with(run) > self.shared_with(run) {
            let version = self.version + 1;
            *self = other;
            self.version = version;
        }
    }

    /// Follows a run: drops the steps that it does not begin with, and carries out the entries that take no time. Returns whether
    /// anything changed that a seed that is being cached depends on.
    pub fn follow(&mut self, run: &Run) -> bool {
        let mut changed = !self.base.stores_like(&run.base);
        let shared = self.shared_with(run);
        self.base = run.base.clone();
        if shared < self.steps.len() {
            self.steps.truncate(shared);
            self.version += 1;
            changed = true;
        }
        while let Some(entry) = run.log.get(self.steps.len()) {
            let mut memories = self.memories().to_vec();
            let mut settings = self.settings().clone();
            match entry {
                LogEntry::Cache(_) => break,
                LogEntry::Set(key, value) => {
                    // Refusals were found when it was set.
                    let _ = settings.set_text(key, value);
                }
                LogEntry::Weight(index, weight) => {
                    if let Some(memory) = memories.get_mut(*index) {
                        memory.weight = *weight;
                    }
                }
                LogEntry::Remove(index) => {
                    if *index < memories.len() {
                        memories.remove(*index);
                    }
                }
            }
            self.push(entry.clone(), settings, memories);
            changed = true;
        }
        changed
    }

    /// Stores a seed.
    pub fn store(&mut self, memory: Memory) {
        let entry = LogEntry::Cache(memory.place);
        let mut memories = self.memories().to_vec();
        memories.push(memory);
        self.push(entry, self.settings().clone(), memories);
    }

    fn push(&mut self, entry: LogEntry, settings: Settings, memories: Vec<Memory>) {
        self.steps.push(Step {
            entry,
            settings,
            memories: memories.into(),
        });
        self.version += 1;
    }
}
