use std::{rc::Rc, sync::Arc};

use chickadee_engine::{
    models::barcode::{Drive, DriveProgress, InputWeights, Wiring, WiringProgress},
    worlds::caching::{Geometry, PlaceInputs},
};

use super::{Bridge, Key};
use crate::session::{
    Derived, DeviceWork, Progress,
    device::{Device, DeviceNetwork},
};

/// The settings that place inputs and fixed weights depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldKey {
    geometry: Geometry,
    places: usize,
    units: usize,
    seed: u64,
}

/// λ, the length constant of the place fields.
const DECAY: f64 = 0.2;

/// Place inputs and a network, made in slices.
pub struct World {
    /// X, places × N.
    pub inputs: Arc<PlaceInputs>,
    made: Option<(Arc<Drive>, Arc<Wiring>)>,
    progress: Option<(DriveProgress, WiringProgress)>,
}

impl World {
    /// Input of the units and the fixed weights, once they are made.
    pub fn network(&self) -> Option<&(Arc<Drive>, Arc<Wiring>)> {
        self.made.as_ref()
    }
}

impl Derived<Bridge> for World {
    type Key = WorldKey;

    fn key(lab: &Bridge) -> Option<WorldKey> {
        let settings = &lab.run.settings;
        Some(WorldKey {
            geometry: settings.geometry(),
            places: settings.places(),
            units: settings.units(),
            seed: settings.get(Key::Seed) as u64,
        })
    }

    fn start(_: &Bridge, key: &WorldKey) -> Self {
        let inputs = PlaceInputs::new(key.geometry, key.places, key.units, DECAY, key.seed);
        let drive = DriveProgress::new(&inputs.rates, InputWeights::Identity, key.units, key.seed);
        Self {
            inputs: Arc::new(inputs),
            made: None,
            progress: Some((drive, WiringProgress::new(key.seed, key.units))),
        }
    }

    fn advance(&mut self, _: &Bridge) -> Progress {
        let Some((drive, wiring)) = &mut self.progress else {
            return Progress::Idle;
        };
        let ready = drive.advance(&self.inputs.rates, 4) && wiring.advance(SLICE_ROWS);
        if ready && let Some((drive, wiring)) = self.progress.take() {
            self.made = Some((Arc::new(drive.finish()), Arc::new(wiring.finish())));
        }
        Progress::Worked
    }

    fn fraction(&self) -> f64 {
        let weights = self.progress.as_ref();
        weights.map_or(1.0, |(_, wiring)| wiring.fraction())
    }
}

/// The network on a device beside the CPU, and what it was made from.
pub struct OnDevice {
    of: WorldKey,
    network: Rc<dyn DeviceNetwork>,
}

impl Bridge {
    /// Brings the network to the device, if there is one and it is not there yet.
    pub(super) fn bring_network(&mut self, device: Option<&Rc<dyn Device>>) {
        let key = World::key(self);
        if self.on_device.as_ref().is_some_and(|on| Some(on.of) != key) {
            self.on_device = None;
        }
        if let (Some(device), Some(of), None) = (device, key, &self.on_device)
            && let Some(network) = self.network()
        {
            let network = device.network(of.seed, network.wiring);
            self.on_device = Some(OnDevice { of, network });
        }
    }

    /// The network on the device, if it is the one of now.
    pub(super) fn device_network(&self) -> Option<&dyn DeviceNetwork> {
        let on = self.on_device.as_ref()?;
        (Some(on.of) == World::key(self)).then_some(&*on.network)
    }

    /// The work of a device beside the CPU, once there is a network.
    pub(super) fn work_for_device(&self) -> Option<DeviceWork> {
        let (drive, wiring) = self.derived.world.current(self)?.network()?;
        Some(DeviceWork::Network {
            seed: World::key(self)?.seed,
            wiring: Arc::clone(wiring),
            drive: Arc::clone(drive),
            parameters: self.run.settings.parameters(),
            on_device: self.on_device.as_ref().map(|on| Rc::clone(&on.network)),
        })
    }

    /// Forgets the network on the device, and what was on its way from there.
    pub(super) fn leave_device(&mut self) {
        self.on_device = None;
        self.forget_batches();
    }
}

const SLICE_ROWS: usize = if cfg!(target_arch = "wasm32") {
    32
} else {
    256
};
