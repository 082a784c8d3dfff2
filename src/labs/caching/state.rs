use std::rc::Rc;

use chickadee_engine::models::barcode::{Memory, Parameters};

use super::{
    Knob, Network, Settings,
    log::LogEntry,
    memories::StoredMemories,
    network::{Building, NetworkKey, WiringKey},
    run::Run,
};
use crate::{
    session::device::{Device, DeviceNetwork},
    session::{Derived, Slot},
};

/// The run, and what everything that is shown follows from: its network, and its memories.
pub struct State {
    /// Settings, log, and the bird.
    pub run: Run,
    /// World and weights.
    pub building: Slot<Settings, Building>,
    /// The memories.
    pub stored: StoredMemories,
    /// The network on the device, and what it was made from.
    on_device: Option<(WiringKey, Rc<dyn DeviceNetwork>)>,
}

/// All that the activity of the network depends on, but for gain, search strength and place.
#[derive(Clone, PartialEq)]
pub struct SynapsesKey {
    network: Option<NetworkKey>,
    parameters: Parameters,
    memories: u64,
}

/// The network at work.
pub struct Context<'a> {
    /// World and weights.
    pub network: &'a Network,
    /// The parameters of a step.
    pub parameters: &'a Parameters,
    /// The stored memories.
    pub memories: &'a [Memory],
    on_device: Option<&'a dyn DeviceNetwork>,
}

impl<'a> Context<'a> {
    /// The network on the device, if that can and should compute it: all places, or with `steps` a single run.
    pub fn on_device(&self, steps: bool) -> Option<&'a dyn DeviceNetwork> {
        let network = self.on_device;
        network.filter(|network| network.suits(self.parameters, steps))
    }
}

impl State {
    /// The state of a run of which nothing is computed.
    pub fn new(run: Run) -> Self {
        Self {
            stored: StoredMemories::new(run.base.clone()),
            run,
            building: Slot::default(),
            on_device: None,
        }
    }

    /// World and weights, once they are made.
    pub fn network(&self) -> Option<&Network> {
        let building = self.building.get()?;
        let same = building.wiring == WiringKey::of(&self.run.settings);
        building.network.as_ref().filter(|_| same)
    }

    /// The network at work with some parameters, once it is made.
    pub fn context<'a>(&'a self, parameters: &'a Parameters) -> Option<Context<'a>> {
        Some(Context {
            network: self.network()?,
            parameters,
            memories: self.stored.memories(),
            on_device: self.on_device.as_ref().map(|(_, on_device)| &**on_device),
        })
    }

    /// The key of the synapses as they are.
    pub fn synapses(&self) -> SynapsesKey {
        SynapsesKey {
            network: Building::key(&self.run.settings),
            parameters: self.run.settings.parameters(),
            memories: self.stored.version(),
        }
    }

    /// The next entry of the log that is to be carried out.
    pub fn next_entry(&self) -> Option<&LogEntry> {
        self.run.log.get(self.stored.entries())
    }

    /// Brings the network to the device, if it is not there yet.
    pub fn bring_network(&mut self, device: Option<&Rc<dyn Device>>) {
        let key = WiringKey::of(&self.run.settings);
        if let (Some(device), None) = (device, self.network()) {
            device.prepare(key.seed, key.units);
        }
        if self.on_device.as_ref().is_some_and(|(of, _)| *of != key) {
            self.on_device = None;
        }
        if let (Some(device), Some(network), None) = (device, self.network(), &self.on_device) {
            let seed = self.run.settings.get(Knob::Seed) as u64;
            self.on_device = Some((key, device.network(seed, &network.wiring)));
        }
    }

    /// Forgets the network on the device.
    pub fn leave_device(&mut self) {
        self.on_device = None;
    }

    /// The network on the device.
    pub fn device_network(&self) -> Option<Rc<dyn DeviceNetwork>> {
        self.on_device
            .as_ref()
            .map(|(_, on_device)| on_device.clone())
    }
}
