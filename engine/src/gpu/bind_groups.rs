//! Bind groups, made once and found again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, Weak},
};

use super::sync::lock;

/// More bind groups than a session ever needs; when there are more they are made anew.
const CAPACITY: usize = 4096;

/// Bind groups by kernel and arrays.
///
/// Making one costs more than recording the dispatch that needs it, and a step that is repeated a hundred times needs the
/// same ones each time. Only the place of the parameters differs, which is given with the dispatch. A binding keeps its
/// arrays alive, so it goes when the first of them is dropped: see [`TrackedBuffer`].
#[derive(Debug, Default)]
pub(super) struct BindGroupCache {
    /// The key: a kernel's name, the page of its parameters, and its arrays.
    by_arrays: HashMap<(&'static str, Vec<wgpu::Buffer>), wgpu::BindGroup>,
    /// Command lists that were begun and not submitted yet.
    recording: usize,
    /// Buffers that were dropped while a command list was recorded, which may still use them.
    retired: Vec<wgpu::Buffer>,
}

/// The cache, shared by a GPU and its arrays.
pub(super) type SharedCache = Arc<Mutex<BindGroupCache>>;

impl BindGroupCache {
    /// The binding of `kernel` to `buffers`, the page of parameters first.
    pub fn find(
        &mut self,
        kernel: &'static str,
        buffers: Vec<wgpu::Buffer>,
        make: impl FnOnce(&[wgpu::Buffer]) -> wgpu::BindGroup,
    ) -> wgpu::BindGroup {
        if self.by_arrays.len() >= CAPACITY {
            self.by_arrays.clear();
        }
        let key = (kernel, buffers);
        if let Some(group) = self.by_arrays.get(&key) {
            return group.clone();
        }
        let group = make(&key.1);
        self.by_arrays.insert(key, group.clone());
        group
    }

    /// Releases memory, at once or when no command list that could use it is recorded. A browser would do that when it
    /// collects garbage, and does not see how large it is.
    fn release(&mut self, memory: wgpu::Buffer) {
        if self.recording == 0 {
            memory.destroy();
        } else {
            self.retired.push(memory);
        }
    }

    /// Number of bind groups that are kept.
    pub fn len(&self) -> usize {
        self.by_arrays.len()
    }
}

/// A command list that is being recorded: meanwhile no memory is released.
#[derive(Debug)]
pub(super) struct Recording(SharedCache);

impl Recording {
    pub fn new(groups: &SharedCache) -> Self {
        lock(groups).recording += 1;
        Self(Arc::clone(groups))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let mut groups = lock(&self.0);
        groups.recording -= 1;
        if groups.recording == 0 {
            groups.retired.drain(..).for_each(|memory| memory.destroy());
        }
    }
}

/// Releases memory that is bound to no kernel.
pub(super) fn release_buffer(memory: &wgpu::Buffer, groups: &Weak<Mutex<BindGroupCache>>) {
    if let Some(groups) = groups.upgrade() {
        lock(&groups).release(memory.clone());
    }
}

/// An array's buffer. With the last owner of the array its bind groups go, too.
#[derive(Debug)]
pub(super) struct TrackedBuffer {
    pub raw: wgpu::Buffer,
    bind_groups: Weak<Mutex<BindGroupCache>>,
}

impl TrackedBuffer {
    pub fn new(raw: wgpu::Buffer, groups: &SharedCache) -> Self {
        Self {
            raw,
            bind_groups: Arc::downgrade(groups),
        }
    }
}

impl Drop for TrackedBuffer {
    fn drop(&mut self) {
        if let Some(groups) = self.bind_groups.upgrade() {
            let mut groups = lock(&groups);
            groups
                .by_arrays
                .retain(|(_, buffers), _| !buffers.contains(&self.raw));
            groups.release(self.raw.clone());
        }
    }
}
