use std::{
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::{Arc, Mutex, Weak},
    task::{Context, Poll, Waker},
};

use super::{
    Element, Gpu, GpuError,
    bind_groups::{BindGroupCache, release_buffer},
    sync::lock,
};

/// State of a readback.
#[derive(Debug)]
enum State {
    /// Its work is not submitted.
    Recorded,
    /// The GPU is at it.
    Asked(Option<Waker>),
    /// It can be read.
    Mapped,
    /// It will not come.
    Failed,
}

/// Values on their way from the GPU.
///
/// It is a future. In a page the event loop completes it; natively there is no such loop, and the future waits when it
/// is polled. A program that draws frames asks [`try_take`](Readback::try_take) in each and never waits.
#[derive(Debug)]
pub struct Readback<T> {
    state: Arc<Mutex<State>>,
    buffer: wgpu::Buffer,
    device: wgpu::Device,
    first_error: Arc<Mutex<Option<GpuError>>>,
    bind_groups: Weak<Mutex<BindGroupCache>>,
    length: usize,
    element: PhantomData<T>,
}

/// The half that stays with the command list.
pub(super) struct Staging {
    state: Arc<Mutex<State>>,
    buffer: wgpu::Buffer,
}

impl Staging {
    pub fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }

    /// Asks for the bytes, when the list is submitted.
    pub fn map(self) {
        let waker = match &mut *lock(&self.state) {
            State::Asked(waker) => waker.take(),
            _ => None,
        };
        *lock(&self.state) = State::Asked(waker);
        let state = Arc::clone(&self.state);
        self.buffer
            .map_async(wgpu::MapMode::Read, .., move |result| {
                let new = if result.is_ok() {
                    State::Mapped
                } else {
                    State::Failed
                };
                let old = std::mem::replace(&mut *lock(&state), new);
                if let State::Asked(Some(waker)) = old {
                    waker.wake();
                }
            });
    }
}

impl<T: Element> Readback<T> {
    pub(super) fn new(gpu: &Gpu, length: usize) -> (Self, Staging) {
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("answer"),
            size: (length.max(1) * size_of::<T>()) as u64,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let state = Arc::new(Mutex::new(State::Recorded));
        let staging = Staging {
            state: Arc::clone(&state),
            buffer: buffer.clone(),
        };
        let readback = Self {
            state,
            buffer,
            device: gpu.device.clone(),
            first_error: gpu.error_slot(),
            bind_groups: Arc::downgrade(&gpu.bind_groups),
            length,
            element: PhantomData,
        };
        (readback, staging)
    }

    /// The values if they are there by now. Once they have been taken there is nothing to ask for any more.
    ///
    /// # Errors
    /// When they will never come.
    pub fn try_take(&mut self) -> Result<Option<Vec<T>>, GpuError> {
        // In a page this does nothing, and need not: the event loop completes what is mapped.
        let polled = self.device.poll(wgpu::PollType::Poll);
        drop(polled);
        self.look()
    }

    /// Waits for the values.
    ///
    /// # Errors
    /// When they will never come.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn wait(mut self) -> Result<Vec<T>, GpuError> {
        self.wait_here()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn wait_here(&mut self) -> Result<Vec<T>, GpuError> {
        // Bounded, so that a driver that hangs is an error and not a window that hangs.
        for _ in 0..60 {
            if let Some(values) = self.look()? {
                return Ok(values);
            }
            if matches!(*lock(&self.state), State::Recorded) {
                return Err(GpuError::NotSubmitted);
            }
            let polled = self.device.poll(wgpu::PollType::Wait {
                submission_index: None,
                timeout: Some(std::time::Duration::from_secs(1)),
            });
            drop(polled); // A time-out is not an error yet; a lost device is in `first_error`.
        }
        Err(GpuError::Lost(
            "it has not answered for a minute".to_owned(),
        ))
    }

    fn look(&mut self) -> Result<Option<Vec<T>>, GpuError> {
        if let Some(error) = lock(&self.first_error).clone() {
            return Err(error);
        }
        match *lock(&self.state) {
            State::Recorded | State::Asked(_) => return Ok(None),
            State::Failed => {
                return Err(GpuError::Lost("an answer could not be read".to_owned()));
            }
            State::Mapped => {}
        }
        let range = self.buffer.get_mapped_range(..);
        let range = range.map_err(|error| GpuError::Refused(error.to_string()))?;
        let mut values: Vec<T> = bytemuck::pod_collect_to_vec(&range);
        values.truncate(self.length);
        drop(range);
        self.buffer.unmap();
        Ok(Some(values))
    }
}

impl<T> Drop for Readback<T> {
    fn drop(&mut self) {
        release_buffer(&self.buffer, &self.bind_groups);
    }
}

impl<T: Element> Unpin for Readback<T> {}

impl<T: Element> Future for Readback<T> {
    type Output = Result<Vec<T>, GpuError>;

    #[cfg(not(target_arch = "wasm32"))]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<Self::Output> {
        Poll::Ready(self.wait_here())
    }

    #[cfg(target_arch = "wasm32")]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<Self::Output> {
        match &mut *lock(&self.state) {
            State::Asked(waker) => {
                *waker = Some(context.waker().clone());
                return Poll::Pending;
            }
            State::Recorded => return Poll::Ready(Err(GpuError::NotSubmitted)),
            State::Mapped | State::Failed => {}
        }
        Poll::Ready(
            self.look()
                .and_then(|values| values.ok_or(GpuError::NotSubmitted)),
        )
    }
}
