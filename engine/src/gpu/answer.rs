use super::{GpuError, Readback};

/// Values on their way from the GPU, and the function that turns them into a result.
pub struct Answer<T> {
    readback: Readback<f32>,
    make: Box<dyn Fn(Vec<f32>) -> T + Send>,
}

impl<T> Answer<T> {
    /// The result of `make` on the values, once they are there.
    pub fn new(readback: Readback<f32>, make: impl Fn(Vec<f32>) -> T + Send + 'static) -> Self {
        Self {
            readback,
            make: Box::new(make),
        }
    }

    /// The answer if it is there by now; it never waits. Once it has been taken there is nothing to ask for any more.
    ///
    /// # Errors
    /// When it will never come.
    pub fn try_take(&mut self) -> Result<Option<T>, GpuError> {
        Ok(self.readback.try_take()?.map(&self.make))
    }

    /// The answer when it comes.
    ///
    /// # Errors
    /// When it will never come.
    pub async fn get(self) -> Result<T, GpuError> {
        Ok((self.make)(self.readback.await?))
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// When it will never come.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn wait(self) -> Result<T, GpuError> {
        pollster::block_on(self.get())
    }
}

impl<T> std::fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("readback", &self.readback)
            .finish_non_exhaustive()
    }
}
