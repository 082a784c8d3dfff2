use std::{marker::PhantomData, sync::Arc};

use super::{Gpu, GpuError, bind_groups::TrackedBuffer};

/// Types of the elements of an array on the GPU.
pub trait Element: bytemuck::Pod + Send + Sync {}
impl Element for f32 {}
impl Element for u32 {}

/// An array in the memory of the GPU. A clone shares the memory.
#[derive(Clone, Debug)]
pub struct Buffer<T> {
    memory: Arc<TrackedBuffer>,
    length: usize,
    element: PhantomData<T>,
}

impl<T: Element> Buffer<T> {
    /// An array of `length` zeros.
    ///
    /// # Errors
    /// When no kernel could see it whole.
    pub fn zeros(gpu: &Gpu, label: &str, length: usize) -> Result<Self, GpuError> {
        // wgpu has no arrays without elements; a kernel that gets one that is not used needs something to bind.
        let bytes = (length.max(1) * size_of::<T>()) as u64;
        let most = gpu.largest_array();
        if bytes > most {
            return Err(GpuError::TooLarge {
                what: label.to_owned(),
                bytes,
                most,
            });
        }
        let raw = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: bytes,
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Ok(Self {
            memory: Arc::new(TrackedBuffer::new(raw, &gpu.bind_groups)),
            length,
            element: PhantomData,
        })
    }

    /// An array with these values.
    ///
    /// # Errors
    /// When no kernel could see it whole.
    pub fn from_slice(gpu: &Gpu, label: &str, values: &[T]) -> Result<Self, GpuError> {
        let buffer = Self::zeros(gpu, label, values.len())?;
        buffer.write(gpu, 0, values);
        Ok(buffer)
    }

    /// Writes values from element `at` on, before all command lists that are submitted later.
    ///
    /// # Panics
    /// When they do not fit.
    pub fn write(&self, gpu: &Gpu, at: usize, values: &[T]) {
        assert!(
            at + values.len() <= self.length,
            "{} values do not fit into {} from {at} on",
            values.len(),
            self.length
        );
        if !values.is_empty() {
            let offset = (at * size_of::<T>()) as u64;
            gpu.queue
                .write_buffer(self.raw(), offset, bytemuck::cast_slice(values));
        }
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// True when there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The wgpu buffer.
    #[must_use]
    pub fn raw(&self) -> &wgpu::Buffer {
        &self.memory.raw
    }
}
