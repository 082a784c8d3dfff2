/// Reasons for which the GPU cannot be used, each told in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    /// There is nothing that computes: no driver, no WebGPU, or it is switched off.
    #[error("no GPU adapter that can compute was found ({0})")]
    NoAdapter(String),
    /// There is an adapter, and it gives no device with what we need.
    #[error("the GPU adapter {adapter} cannot be used: {reason}")]
    NoDevice {
        /// The adapter's name.
        adapter: String,
        /// Its message.
        reason: String,
    },
    /// The device went away: driver restart, another GPU, a page that was put to sleep.
    #[error("the GPU was lost: {0}")]
    Lost(String),
    /// Its memory is full.
    #[error("the GPU's memory is full ({0})")]
    OutOfMemory(String),
    /// wgpu refused something that we asked for: a mistake of ours.
    #[error("the GPU refused its work: {0}")]
    Refused(String),
    /// An array is larger than the adapter lets a kernel see.
    #[error("{what} needs {bytes} bytes and this GPU gives a kernel at most {most}")]
    TooLarge {
        /// Label of the array.
        what: String,
        /// Its size.
        bytes: u64,
        /// The largest that is allowed.
        most: u64,
    },
    /// The model has a part that has no kernel.
    #[error("the GPU cannot do this: {0}")]
    Unsupported(String),
    /// An answer was asked for whose [`CommandList`](super::CommandList) was dropped.
    #[error("the GPU was never given the work whose result was asked for")]
    NotSubmitted,
}

impl From<wgpu::Error> for GpuError {
    fn from(error: wgpu::Error) -> Self {
        let first_line = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        match error {
            wgpu::Error::OutOfMemory { source } => {
                Self::OutOfMemory(first_line(&source.to_string()))
            }
            wgpu::Error::Validation { description, .. }
            | wgpu::Error::Internal { description, .. } => Self::Refused(first_line(&description)),
        }
    }
}
