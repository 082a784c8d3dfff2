use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use super::{
    CommandList, GpuError, Program, bind_groups::SharedCache, kernel::Compiled, sync::lock,
};

/// Requirements on a GPU beyond those that every one meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdapterRequest {
    /// The largest array that a kernel must see, bytes. Every GPU gives 128 MiB, more is asked for only when needed.
    pub largest_array: u64,
    /// Only an adapter that computes on the processor, for tests.
    pub software: bool,
}

/// A GPU that is ready to compute.
#[derive(Debug)]
pub struct Gpu {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    adapter: wgpu::AdapterInfo,
    limits: wgpu::Limits,
    first_error: Arc<Mutex<Option<GpuError>>>,
    pipelines: Mutex<HashMap<&'static str, Compiled>>,
    /// Bind groups of kernels and arrays.
    pub(super) bind_groups: SharedCache,
    /// Small buffers for the parameters of dispatches, to be used again.
    pub(super) pages: Mutex<Vec<wgpu::Buffer>>,
}

impl Gpu {
    /// Opens the strongest adapter that can compute (Vulkan, Metal, DX12 or WebGPU).
    ///
    /// # Errors
    /// When there is none, or when it lacks what is wished for.
    pub async fn open(request: AdapterRequest) -> Result<Self, GpuError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            // Not GL: it has no compute shaders worth the name.
            backends: wgpu::Backends::PRIMARY,
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                force_fallback_adapter: request.software,
                ..Default::default()
            })
            .await
            .map_err(|error| GpuError::NoAdapter(error.to_string()))?;
        let there = adapter.limits();
        let mut limits = wgpu::Limits::default();
        if request.largest_array > limits.max_storage_buffer_binding_size {
            limits.max_storage_buffer_binding_size = there
                .max_storage_buffer_binding_size
                .min(request.largest_array.next_multiple_of(4));
            limits.max_buffer_size = limits
                .max_buffer_size
                .max(limits.max_storage_buffer_binding_size)
                .min(there.max_buffer_size);
        }
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("chickadee"),
                required_limits: limits,
                ..Default::default()
            })
            .await
            .map_err(|error| GpuError::NoDevice {
                adapter: adapter.get_info().name,
                reason: error.to_string(),
            })?;
        Ok(Self::with_device(device, queue, adapter.get_info()))
    }

    /// Opens it and waits.
    ///
    /// # Errors
    /// As [`Gpu::open`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open_now(request: AdapterRequest) -> Result<Self, GpuError> {
        pollster::block_on(Self::open(request))
    }

    /// Computes on a device that is there already, such as the one that draws the window. It takes over what the device
    /// does with errors.
    #[must_use]
    pub fn with_device(
        device: wgpu::Device,
        queue: wgpu::Queue,
        adapter: wgpu::AdapterInfo,
    ) -> Self {
        let first_error = Arc::new(Mutex::new(None));
        let note = |first_error: &Mutex<Option<GpuError>>, error: GpuError| {
            // The first error is the cause, what follows are its consequences.
            lock(first_error).get_or_insert(error);
        };
        let keep = Arc::clone(&first_error);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            note(&keep, error.into());
        }));
        let keep = Arc::clone(&first_error);
        device.set_device_lost_callback(move |reason, message| {
            let message = if message.is_empty() {
                format!("{reason:?}")
            } else {
                message
            };
            note(&keep, GpuError::Lost(message));
        });
        Self {
            limits: device.limits(),
            device,
            queue,
            adapter,
            first_error,
            pipelines: Mutex::default(),
            bind_groups: SharedCache::default(),
            pages: Mutex::default(),
        }
    }

    /// Name, kind, driver and interface of the adapter, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let wgpu::AdapterInfo {
            name,
            device_type,
            backend,
            ..
        } = &self.adapter;
        let kind = match device_type {
            wgpu::DeviceType::DiscreteGpu => "graphics card",
            wgpu::DeviceType::IntegratedGpu => "graphics in the processor",
            wgpu::DeviceType::VirtualGpu => "virtual graphics card",
            wgpu::DeviceType::Cpu => "software on the processor",
            wgpu::DeviceType::Other => "unknown kind",
        };
        let name = if name.is_empty() { "unnamed" } else { name };
        format!("{name} ({kind}, {backend})")
    }

    /// True when the adapter is software on the processor: right for tests, seldom faster than the CPU twin.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.adapter.device_type == wgpu::DeviceType::Cpu
    }

    /// The largest array that a kernel can see, bytes.
    #[must_use]
    pub fn largest_array(&self) -> u64 {
        self.limits
            .max_storage_buffer_binding_size
            .min(self.limits.max_buffer_size)
    }

    /// Distance between the parameters of two dispatches in one page, bytes.
    pub(super) fn parameter_stride(&self) -> usize {
        self.limits.min_uniform_buffer_offset_alignment as usize
    }

    /// The first error, if there was one. From then on no result of this GPU can be trusted.
    #[must_use]
    pub fn error(&self) -> Option<GpuError> {
        lock(&self.first_error).clone()
    }

    pub(super) fn error_slot(&self) -> Arc<Mutex<Option<GpuError>>> {
        Arc::clone(&self.first_error)
    }

    /// Waits until something that was asked for may have come, but not for long. Returns whether that can be done at
    /// all: in a page answers come between frames, and nothing may wait.
    #[must_use]
    pub fn wait_briefly(&self) -> bool {
        if cfg!(target_arch = "wasm32") {
            return false;
        }
        let polled = self.device.poll(wgpu::PollType::Wait {
            submission_index: None,
            timeout: Some(std::time::Duration::from_millis(2)),
        });
        drop(polled); // A time-out is no error; a lost device is in `first_error`.
        true
    }

    /// Gives the device up: every answer that is still out, and every later one, is [`GpuError::Lost`]. Tests use it as
    /// the fault that users meet when a driver restarts.
    pub fn destroy(&self) {
        self.device.destroy();
    }

    /// An empty command list.
    #[must_use]
    pub fn commands(&self, label: &str) -> CommandList<'_> {
        CommandList::new(self, label)
    }

    /// Compiles a kernel now instead of at its first use.
    pub fn warm(&self, kernel: &Program) {
        self.pipeline(kernel);
    }

    /// Names of the kernels that have been compiled, and so of all that ever ran, in alphabetical order.
    #[must_use]
    pub fn compiled(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = lock(&self.pipelines).keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Number of bind groups that are kept to be used again.
    #[must_use]
    pub fn bindings(&self) -> usize {
        lock(&self.bind_groups).len()
    }

    /// The compiled kernel.
    pub(super) fn pipeline(&self, kernel: &Program) -> Compiled {
        lock(&self.pipelines)
            .entry(kernel.name)
            .or_insert_with(|| kernel.compile(&self.device))
            .clone()
    }
}
