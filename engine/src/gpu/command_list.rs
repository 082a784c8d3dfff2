use std::ops::Range;

use super::{
    Buffer, Element, Gpu, Kernel, Parameters, Program, Readback, bind_groups::Recording,
    kernel::Compiled, readback::Staging, sync::lock,
};

/// A list of dispatches and copies that the GPU executes in this order, each seeing the results of those before it.
///
/// Nothing happens before [`CommandList::submit`].
pub struct CommandList<'g> {
    gpu: &'g Gpu,
    encoder: wgpu::CommandEncoder,
    /// Dispatches that follow each other share a pass.
    pass: Option<wgpu::ComputePass<'static>>,
    pages: Vec<wgpu::Buffer>,
    /// Parameters of the dispatches in the last page.
    parameters: Vec<u8>,
    reads: Vec<Staging>,
    /// Last field, dropped last: buffers that were dropped meanwhile are released when the list is submitted.
    _open: Recording,
}

/// Bytes of a page of parameters.
const PAGE: usize = 65_536;

impl<'g> CommandList<'g> {
    pub(super) fn new(gpu: &'g Gpu, label: &str) -> Self {
        let encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some(label) });
        Self {
            gpu,
            encoder,
            pass: None,
            pages: Vec::new(),
            parameters: Vec::new(),
            reads: Vec::new(),
            _open: Recording::new(&gpu.bind_groups),
        }
    }

    /// The GPU that executes it.
    #[must_use]
    pub fn gpu(&self) -> &'g Gpu {
        self.gpu
    }

    /// Starts a kernel over a grid of workgroups. `arrays` are bound from 1 on. An empty grid is nothing.
    pub fn dispatch<P: Parameters>(
        &mut self,
        kernel: &Kernel<P>,
        parameters: &P,
        arrays: &[&wgpu::Buffer],
        grid: [usize; 3],
    ) {
        self.dispatch_words(kernel.program(), parameters.words().as_ref(), arrays, grid);
    }

    fn dispatch_words(
        &mut self,
        kernel: &Program,
        parameters: &[u32],
        arrays: &[&wgpu::Buffer],
        grid: [usize; 3],
    ) {
        if grid.contains(&0) {
            return;
        }
        let Compiled { pipeline, bindings } = self.gpu.pipeline(kernel);
        let (page, offset) = self.parameters(parameters);
        let buffers = std::iter::once(page)
            .chain(arrays.iter().copied().cloned())
            .collect();
        let size = size_of_val(parameters).next_multiple_of(16) as u64;
        let group = lock(&self.gpu.bind_groups).find(kernel.name, buffers, |buffers| {
            let entries: Vec<_> = (0..)
                .zip(buffers)
                .map(|(binding, buffer)| wgpu::BindGroupEntry {
                    binding,
                    resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                        buffer,
                        offset: 0,
                        // Of the page a dispatch sees its own parameters alone.
                        size: wgpu::BufferSize::new(size).filter(|_| binding == 0),
                    }),
                })
                .collect();
            self.gpu
                .device
                .create_bind_group(&wgpu::BindGroupDescriptor {
                    label: Some(kernel.name),
                    layout: &bindings,
                    entries: &entries,
                })
        });
        let pass = self.pass.get_or_insert_with(|| {
            self.encoder
                .begin_compute_pass(&wgpu::ComputePassDescriptor::default())
                .forget_lifetime()
        });
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[offset]);
        let [x, y, z] = grid.map(|n| n as u32);
        pass.dispatch_workgroups(x, y, z);
    }

    /// Finds room for the parameters of one dispatch.
    fn parameters(&mut self, words: &[u32]) -> (wgpu::Buffer, u32) {
        let room = size_of_val(words)
            .next_multiple_of(self.gpu.parameter_stride())
            .max(self.gpu.parameter_stride());
        if let Some(page) = self.pages.last()
            && self.parameters.len() + room <= PAGE
        {
            let offset = self.parameters.len();
            self.parameters
                .extend_from_slice(bytemuck::cast_slice(words));
            self.parameters.resize(offset + room, 0);
            return (page.clone(), offset as u32);
        }
        self.write_page();
        let spare = lock(&self.gpu.pages).pop();
        let page = spare.unwrap_or_else(|| {
            self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("parameters of dispatches"),
                size: PAGE as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        self.pages.push(page.clone());
        self.parameters
            .extend_from_slice(bytemuck::cast_slice(words));
        self.parameters.resize(room, 0);
        (page, 0)
    }

    /// Sends the parameters of the last page. The GPU takes them before the list itself.
    fn write_page(&mut self) {
        if let Some(page) = self.pages.last() {
            self.gpu.queue.write_buffer(page, 0, &self.parameters);
        }
        self.parameters.clear();
    }

    /// Copies elements from one array to another.
    pub fn copy<T: Element>(
        &mut self,
        from: &Buffer<T>,
        range: Range<usize>,
        to: &Buffer<T>,
        at: usize,
    ) {
        if range.is_empty() {
            return;
        }
        self.pass = None;
        let size = size_of::<T>() as u64;
        self.encoder.copy_buffer_to_buffer(
            from.raw(),
            range.start as u64 * size,
            to.raw(),
            at as u64 * size,
            range.len() as u64 * size,
        );
    }

    /// Fills an array with zeros.
    pub fn clear<T: Element>(&mut self, array: &Buffer<T>) {
        self.pass = None;
        self.encoder.clear_buffer(array.raw(), 0, None);
    }

    /// Reads elements as they are at this point of the list. The values come some time after [`CommandList::submit`].
    pub fn read<T: Element>(&mut self, from: &Buffer<T>, range: Range<usize>) -> Readback<T> {
        self.gather(&[(from, range)])
    }

    /// Reads elements from several arrays, one behind the other in the answer.
    pub fn gather<T: Element>(&mut self, parts: &[(&Buffer<T>, Range<usize>)]) -> Readback<T> {
        self.pass = None;
        let size = size_of::<T>() as u64;
        let length = parts.iter().map(|(_, range)| range.len()).sum();
        let (readback, staging) = Readback::new(self.gpu, length);
        let mut at = 0;
        for (from, range) in parts.iter().filter(|(_, range)| !range.is_empty()) {
            let bytes = range.len() as u64 * size;
            let start = range.start as u64 * size;
            self.encoder
                .copy_buffer_to_buffer(from.raw(), start, staging.buffer(), at, bytes);
            at += bytes;
        }
        self.reads.push(staging);
        readback
    }

    /// Submits the list. Returns at once.
    pub fn submit(mut self) {
        self.write_page();
        self.pass = None;
        self.gpu.queue.submit([self.encoder.finish()]);
        // Writes of the next list come after this one, so the pages are free again.
        lock(&self.gpu.pages).append(&mut self.pages);
        for staging in self.reads {
            staging.map();
        }
    }
}
