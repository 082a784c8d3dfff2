use std::rc::Rc;

use super::Progress;
use crate::session::device::Device;

/// The device that a session computes on beside the CPU, if any, and the reason why the last one was given up.
#[derive(Default)]
pub struct DeviceSlot {
    device: Option<Rc<dyn Device>>,
    error: Option<String>,
}

impl DeviceSlot {
    /// The device, if it is not the CPU.
    #[must_use]
    pub fn get(&self) -> Option<&Rc<dyn Device>> {
        self.device.as_ref()
    }

    /// Another device from now on; none is the CPU.
    pub fn set(&mut self, device: Option<Rc<dyn Device>>) {
        self.device = device;
    }

    /// The reason why the last device was given up, once.
    pub fn take_error(&mut self) -> Option<String> {
        self.error.take()
    }

    /// Gives the device up if something went wrong on it; returns the reason, and whether the device was exact.
    pub fn give_up_if_failed(&mut self) -> Option<(String, bool)> {
        let device = self.device.as_ref()?;
        let (reason, was_exact) = (device.error()?, device.is_exact());
        self.device = None;
        // Of workers, all labs hear by themselves.
        self.error = (!was_exact).then(|| reason.clone());
        Some((reason, was_exact))
    }

    /// Whether a session that went through a slice goes on with the next: after work for as long as `more` says so, and where
    /// it waits only if the device can be waited for.
    pub fn goes_on(&self, progress: Progress, more: &mut dyn FnMut() -> bool) -> bool {
        match progress {
            Progress::Worked => more(),
            Progress::Waits => more() && self.device.as_ref().is_none_or(|device| device.wait()),
            Progress::Idle => false,
        }
    }
}
