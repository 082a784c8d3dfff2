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

    /// Number of bindings that are kept.
    pub fn len(&self) -> usize {
        self.made.len()
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
    #[expect(
        clippy::mutable_key_type,
        reason = "wgpu's buffers are equal when they are the same one"
    )]
    fn drop(&mut self) {
        if let Some(groups) = self.groups.upgrade() {
            let made = &mut lock(&groups).made;
            made.retain(|(_, buffers), _| !buffers.contains(&self.raw));
        }
        // A browser would free it when it collects garbage, and does not see how large it is. Work that was handed over is
        // done before; work is always handed over before its arrays go.
        #[cfg(target_arch = "wasm32")]
        self.raw.destroy();
    }
}
