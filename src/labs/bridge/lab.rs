use std::{collections::BTreeSet, rc::Rc};

use super::{
    Bridge, Command, Report, SCENES, Settings, TABLE,
    interface::VERBS,
    run::{Run, Slot},
};
use crate::{
    labs::caching,
    session::{
        self, CommandError, DeviceWork, Effect, FrameOf, Lab, LabInfo, LinkPairs, Progress,
        Received, Values, Workload, device::Device,
    },
    texts,
};

/// The lab, for the registry.
pub static INFO: LabInfo = LabInfo {
    name: "bridge",
    title: texts::bridge::bridge,
    hint: texts::bridge::hint,
    settings: &TABLE,
    verbs: VERBS,
    // Seeds are cached as in the caching lab, and told in its words.
    events: &[],
    files: &[],
    scenes: &SCENES,
    steps_per_second: 60.0,
    moves: false,
    open: session::open::<Bridge>,
    parse: session::parse::<Bridge>,
};

impl Lab for Bridge {
    type Command = Command;
    type Snapshot = Run;
    type Event = caching::Event;
    type Report = Report;

    fn info() -> &'static LabInfo {
        &INFO
    }

    fn parse(verb: &str, argument: &str) -> Option<Result<Command, CommandError>> {
        Command::parse(verb, argument)
    }

    fn new() -> Self {
        Self::default()
    }

    fn load(&mut self, pairs: &LinkPairs, frame: &mut FrameOf<Self>) {
        let mut run = Run::new();
        let (mut caches, mut removed, mut at) = (Vec::new(), Vec::new(), None);
        let mut wrong = Vec::new();
        let list = |text: &str, wrong: &mut Vec<String>| -> Vec<usize> {
            let parts = text.split(',').filter(|part| !part.trim().is_empty());
            let number = |part: &str| {
                let number = part.trim().parse().ok();
                if number.is_none() {
                    let part = session::shortened(part);
                    wrong.push(texts::bridge::NotANumber { part }.to_string());
                }
                number
            };
            parts.filter_map(number).collect()
        };
        let own = |key: &str, value: &str| {
            match key {
                "caches" => caches = list(value, &mut wrong),
                "removed" => removed = list(value, &mut wrong),
                "at" => at = list(value, &mut wrong).first().copied(),
                _ => return false,
            }
            true
        };
        let mut values = run.settings.values().clone();
        let messages = values.read_link(pairs, own);
        run.settings = Settings(values);
        let removed: BTreeSet<usize> = removed.into_iter().collect();
        let slot = |(number, place): (usize, &usize)| Slot {
            place: *place,
            removed: removed.contains(&number),
        };
        run.slots = caches.iter().enumerate().map(slot).collect();
        run.at = at.or(caches.first().copied()).unwrap_or(0);
        let given = run.at;
        let dropped = run.fit();
        let last = run.settings.places() - 1;
        let outside = (dropped > 0).then(|| texts::bridge::Dropped { dropped, last }.to_string());
        let moved =
            (given != run.at).then(|| texts::bridge::NoPlace { place: given, last }.to_string());
        for message in messages
            .into_iter()
            .chain(wrong)
            .chain(outside)
            .chain(moved)
        {
            frame.message(message);
        }
        self.run = run;
        self.forget_told();
        frame.clock.playing = false;
    }

    fn link(&self, _: &FrameOf<Self>) -> String {
        let Run {
            settings,
            slots,
            at,
        } = &self.run;
        let numbers = |numbers: Vec<usize>| -> String {
            let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            words.join(",")
        };
        let mut link = format!("lab=bridge{}", settings.values().link());
        let removed = slots.iter().enumerate().filter(|(_, slot)| slot.removed);
        let removed: Vec<usize> = removed.map(|(number, _)| number).collect();
        if !slots.is_empty() {
            let places = slots.iter().map(|slot| slot.place).collect();
            link += &format!("&caches={}", numbers(places));
        }
        if !removed.is_empty() {
            link += &format!("&removed={}", numbers(removed));
        }
        link + &format!("&at={at}")
    }

    fn values(&self) -> &Values {
        self.run.settings.values()
    }

    fn apply(&mut self, command: Command, frame: &mut FrameOf<Self>) -> Result<(), CommandError> {
        command.check(&self.run)?;
        let before = || self.run.clone();
        match command {
            Command::Fly(place) => self.run.at = place,
            Command::Move(right, down) => {
                let settings = &self.run.settings;
                let (geometry, places) = (settings.geometry(), settings.places());
                self.run.at = geometry.neighbour(places, self.run.at, right, down);
            }
            Command::Cache => {
                frame.remember(texts::bridge::undo_cache(), before);
                let place = self.run.at;
                let index = self.run.slots.len();
                self.run.slots.push(Slot {
                    place,
                    removed: false,
                });
                frame.emit(caching::Event::Cached { place, index });
            }
            Command::Remove(slot) => {
                frame.remember(texts::bridge::undo_remove(), before);
                let slot = &mut self.run.slots[slot];
                slot.removed = !slot.removed;
            }
        }
        Ok(())
    }

    fn set(
        &mut self,
        key: &str,
        value: &str,
        frame: &mut FrameOf<Self>,
    ) -> Result<(), CommandError> {
        let mut run = self.run.clone();
        let note = run.settings.0.set_text(key, value)?;
        if let Some(note) = note {
            frame.message(note.to_string());
        }
        if run.settings == self.run.settings {
            return Ok(());
        }
        if TABLE.effect(key) == Some(Effect::Rebuild) {
            let dropped = run.fit();
            if dropped > 0 {
                let last = run.settings.places() - 1;
                frame.message(texts::bridge::Dropped { dropped, last }.to_string());
            }
        }
        let label = texts::bridge::UndoSet { key }.to_string();
        frame.remember_once(&label, || self.run.clone());
        self.run = run;
        Ok(())
    }

    fn reset(&mut self, _: &mut FrameOf<Self>) {
        self.run.slots.clear();
    }

    fn snapshot(&self) -> Run {
        self.run.clone()
    }

    fn restore(&mut self, run: Run, _: &mut FrameOf<Self>) {
        self.run = run;
    }

    fn slice(&mut self, left: &mut usize, frame: &mut FrameOf<Self>) -> Progress {
        self.find_transformer(frame);
        self.bring_network(frame.device.get());
        let progress = super::Values::work(self, |lab| &mut lab.derived);
        self.tell_overflow(frame);
        if progress != Progress::Idle {
            return progress;
        }
        // Time has nothing to do here but to pass.
        if frame.clock.may_step(*left) && frame.clock.pending > 0 {
            frame.clock.step(left);
            return Progress::Worked;
        }
        Progress::Idle
    }

    fn wanted_file(&self) -> Option<&'static str> {
        self.wanted().filter(|_| self.awaits_transformer())
    }

    fn receive(&mut self, received: Received<'_>, frame: &mut FrameOf<Self>) -> Result<(), String> {
        self.receive_transformer(received, frame)
    }

    fn device_changed(&mut self, _: Option<Rc<dyn Device>>) {
        self.leave_device();
    }

    fn workload(&self) -> Option<Workload> {
        let network = self.network()?;
        Some(Workload::network(network.wiring, network.inputs.places()))
    }

    fn device_work(&self) -> Option<DeviceWork> {
        self.work_for_device()
    }

    fn is_busy(&self, frame: &FrameOf<Self>) -> bool {
        self.is_live(frame) || self.awaits_transformer()
    }

    fn is_live(&self, frame: &FrameOf<Self>) -> bool {
        frame.clock.pending > 0 || !self.derived.is_settled(self)
    }

    fn report(&self, frame: &FrameOf<Self>) -> Report {
        self.report_of(frame)
    }

    fn tables() -> &'static [&'static str] {
        &Self::TABLES
    }

    fn csv(&self, table: &str, frame: &FrameOf<Self>) -> String {
        self.table(table, frame)
    }

    fn state_hash(&self) -> u64 {
        self.hash_of_state()
    }

    fn shown_hash(&self, frame: &FrameOf<Self>) -> Option<u64> {
        (!self.is_busy(frame)).then(|| self.hash_of_shown())
    }
}
