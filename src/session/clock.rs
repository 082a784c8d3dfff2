/// Time of a session. It counts steps and knows no seconds.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Whether time passes by itself.
    pub playing: bool,
    /// Times the normal pace.
    pub speed: f64,
    /// Steps that were asked for and are still to be taken, although paused.
    pub pending: usize,
    /// Steps of rest since the last decision, or since a scene's last command.
    pub rested: usize,
    /// Steps since the link was read.
    pub tick: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            playing: true,
            speed: 1.0,
            pending: 0,
            rested: 0,
            tick: 0,
        }
    }
}

impl Clock {
    /// Stops, and forgets the steps that were asked for.
    pub fn pause(&mut self) {
        self.playing = false;
        self.pending = 0;
    }

    /// Whether a paced step may be taken, of `left` that the caller has.
    #[must_use]
    pub fn may_step(&self, left: usize) -> bool {
        left > 0 && (self.playing || self.pending > 0)
    }

    /// Takes a paced step: off the caller's, and off those that were asked for while paused.
    pub fn step(&mut self, left: &mut usize) {
        *left -= 1;
        self.tick += 1;
        self.pending = self.pending.saturating_sub(usize::from(!self.playing));
    }
}
