//! Which arrays a kernel is bound to, made once and found again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
};

use super::device::lock;

/// More bindings than a session ever needs; when there are more they are made anew.
const MOST: usize = 4096;

/// What wgpu calls bind groups, by kernel and arrays.
///
/// Making one costs more than recording the dispatch that needs it, and a step that is repeated a hundred times needs the
/// same ones each time. Only the place of the parameters differs, which is given with the dispatch. A binding keeps its
/// arrays alive, so it goes when the first of them is dropped: see [`Guard`].
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The key: a kernel's name, the page of its parameters, and its arrays.
    made: HashMap<(&'static str, Vec<wgpu::Buffer>), wgpu::BindGroup>,
    /// Lists of work that were begun and not handed over yet.
    open: usize,
    /// Memory that nobody has any more, but perhaps an open list of work.
    dead: Vec<wgpu::Buffer>,
}

/// The list, shared by a GPU and its arrays.
pub(super) type Shared = Arc<Mutex<Groups>>;

impl Groups {
    /// The binding of `kernel` to `buffers`, the page of parameters first.
    pub fn find(
        &mut self,
        kernel: &'static str,
        buffers: Vec<wgpu::Buffer>,
        make: impl FnOnce(&[wgpu::Buffer]) -> wgpu::BindGroup,
    ) -> wgpu::BindGroup {
        if self.made.len() >= MOST {
            self.made.clear();
        }
        let key = (kernel, buffers);
        if let Some(group) = self.made.get(&key) {
            return group.clone();
        }
        let group = make(&key.1);
        self.made.insert(key, group.clone());
        group
    }

    /// Gives memory back, at once or when no work that could use it is open. A browser would do that when it collects garbage,
    /// and does not see how large it is.
    fn bury(&mut self, memory: wgpu::Buffer) {
        if self.open == 0 {
            memory.destroy();
        } else {
            self.dead.push(memory);
        }
    }

    /// Number of bindings that are kept.
    pub fn len(&self) -> usize {
        self.made.len()
    }
}

/// A list of work that is being recorded: meanwhile no memory is given back.
#[derive(Debug)]
pub(super) struct Open(Shared);

impl Open {
    pub fn new(groups: &Shared) -> Self {
        lock(groups).open += 1;
        Self(Arc::clone(groups))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut groups = lock(&self.0);
        groups.open -= 1;
        if groups.open == 0 {
            groups.dead.drain(..).for_each(|memory| memory.destroy());
        }
    }
}

/// Gives memory back that is bound to no kernel.
pub(super) fn give_back(memory: &wgpu::Buffer, groups: &Weak<Mutex<Groups>>) {
    if let Some(groups) = groups.upgrade() {
        lock(&groups).bury(memory.clone());
    }
}

/// An array's memory. With the last owner of the array its bindings go, too.
#[derive(Debug)]
pub(super) struct Guard {
    pub raw: wgpu::Buffer,
    groups: Weak<Mutex<Groups>>,
}

impl Guard {
    pub fn new(raw: wgpu::Buffer, groups: &Shared) -> Self {
        Self {
            raw,
            groups: Arc::downgrade(groups),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(groups) = self.groups.upgrade() {
            let mut groups = lock(&groups);
            groups
                .made
                .retain(|(_, buffers), _| !buffers.contains(&self.raw));
            groups.bury(self.raw.clone());
        }
    }
}
