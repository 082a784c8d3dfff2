use std::time::Duration;

use web_time::Instant;

use crate::session::Workbench;

/// Milliseconds a frame may compute: the less of a quick frame; where drawing is slow anyway, as long as drawing takes,
/// so that half of the time goes into each.
const BUDGET_MS: (f64, f64) = (7.0, 200.0);
/// The same while other cores compute: a quarter of what drawing takes, so that quick frames stay quick and slow ones do not wait for what is
/// seen first.
const BESIDE_OTHERS_MS: (f64, f64) = (4.0, 25.0);
/// Seconds for which that holds after they were last seen at work: a lab that goes on step by step asks them again and again.
const BESIDE_OTHERS_SECONDS: f64 = 1.0;
/// Milliseconds that a frame takes to draw where drawing counts as quick: nothing is gained by leaving one out.
const QUICK_MS: f64 = 20.0;
/// The most milliseconds that a frame is taken to draw.
const SLOWEST_MS: f64 = 1000.0;
/// The most milliseconds between two frames that only show how far other cores are, unless drawing one takes more than half as long.
const SHOWN_EVERY_MS: f64 = 500.0;
/// Milliseconds that an answer of other cores may take the page between two frames.
#[cfg(target_arch = "wasm32")]
const BETWEEN_MS: f64 = 4.0;
/// A tab that slept does not make up for it.
const LONGEST_FRAME_SECONDS: f64 = 0.25;

/// Turns wall-clock time into steps and slices.
#[derive(Default)]
pub(super) struct Pace {
    last: Option<Instant>,
    /// Steps that are due, with the fraction that did not make a whole one.
    due: f64,
    /// Milliseconds that the last frame computed.
    computed_ms: f64,
    /// Milliseconds that drawing takes, from the last frame that another was asked for at once.
    drawing_ms: f64,
    /// Whether the frame before asked for another at once: then the time between them is that of drawing.
    at_once: bool,
    /// Whether the lab waits for other cores, with nothing to do but to hand out their next work.
    waits: bool,
    step_ms: Option<f64>,
    /// Milliseconds of the longest slice since somebody asked.
    longest_slice_ms: f64,
    /// When other cores were last seen at work.
    others: Option<Instant>,
    /// Steps that were not averaged yet, and the milliseconds that they took.
    stepped: u64,
    stepping_ms: f64,
}

impl Pace {
    /// Moves the lab by one frame's worth.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(
            clippy::disallowed_methods,
            reason = "this is web_time's clock, which is std's natively"
        )
    )]
    pub(super) fn advance(&mut self, lab: &mut Workbench) {
        let now = Instant::now();
        let seconds = self
            .last
            .map_or(0.0, |last| now.duration_since(last).as_secs_f64());
        self.last = Some(now);
        let pace = lab.info().steps_per_second;
        self.due += seconds.min(LONGEST_FRAME_SECONDS) * pace * lab.speed();
        if !lab.is_live() {
            self.due = self.due.min(1.0);
            self.computed_ms = 0.0;
            return;
        }
        // Steps that were asked for one by one are taken at once.
        let steps = if lab.is_paced() {
            self.due.floor() as usize
        } else {
            1000
        };
        let tick = lab.tick();
        // After a pause, the time since the last frame says nothing of drawing; nor where the tab slept.
        let since_ms = (seconds * 1e3 - self.computed_ms).min(SLOWEST_MS);
        if std::mem::take(&mut self.at_once) || since_ms < self.drawing_ms {
            self.drawing_ms = since_ms;
        }
        let drawing_ms = self.drawing_ms;
        if lab.has_others_at_work() {
            self.others = Some(now);
        }
        let ago = self.others.map(|then| now.duration_since(then));
        let budget_ms = match ago.map(|ago| ago.as_secs_f64()) {
            Some(..BESIDE_OTHERS_SECONDS) => {
                (drawing_ms / 4.0).clamp(BESIDE_OTHERS_MS.0, BESIDE_OTHERS_MS.1)
            }
            _ => drawing_ms.clamp(BUDGET_MS.0, BUDGET_MS.1),
        };
        let (taken, ms) = self.compute(lab, steps, budget_ms);
        self.computed_ms = ms;
        // What was cut off by the budget has more to do.
        self.waits = ms < budget_ms && !lab.is_paced() && lab.has_others_at_work();
        self.due = (self.due - taken as f64).clamp(0.0, pace);
        if lab.is_scripted() || !lab.is_paced() {
            (self.stepped, self.stepping_ms) = (0, 0.0);
            return;
        }
        // A scene's script may have opened a link, with which counting begins anew.
        self.stepped += lab.tick().saturating_sub(tick);
        self.stepping_ms += self.computed_ms;
        if self.stepped >= 4 {
            let each = self.stepping_ms / self.stepped as f64;
            (self.stepped, self.stepping_ms) = (0, 0.0);
            self.step_ms = Some(
                self.step_ms
                    .map_or(each, |old| old.min(each) * 0.9 + each * 0.1),
            );
        }
    }

    /// Lets the lab compute for some milliseconds; the steps that were taken, and the milliseconds.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(
            clippy::disallowed_methods,
            reason = "this is web_time's clock, which is std's natively"
        )
    )]
    fn compute(&mut self, lab: &mut Workbench, steps: usize, budget_ms: f64) -> (usize, f64) {
        let start = Instant::now();
        let (mut begun, mut longest) = (0.0, self.longest_slice_ms);
        let taken = lab.advance(steps, &mut || {
            let ms = start.elapsed().as_secs_f64() * 1e3;
            longest = longest.max(ms - begun);
            begun = ms;
            ms < budget_ms
        });
        let ms = start.elapsed().as_secs_f64() * 1e3;
        // Whoever has nothing left to do does not ask whether to go on.
        self.longest_slice_ms = longest.max(ms - begun);
        (taken, ms)
    }

    /// Takes what other cores have answered since the last frame and hands out what is next, so that they need not wait for a frame.
    /// True if a frame is needed: everything is done, or there is more to do here than an answer may take.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn advance_between(&mut self, lab: &mut Workbench) -> bool {
        let steps = if lab.is_paced() { 0 } else { 1000 };
        let (_, ms) = self.compute(lab, steps, BETWEEN_MS);
        self.computed_ms += ms;
        ms >= BETWEEN_MS || !lab.is_live() || !lab.has_others_at_work()
    }

    /// Time from this frame to the next one of a lab that is live. A page that only waits for workers hears their answers between frames; where
    /// drawing is slow, frames that show no more than how far they are would take the cores that they compute on.
    pub(super) fn until_next_frame(&mut self) -> Duration {
        let slow = cfg!(target_arch = "wasm32") && self.waits && self.drawing_ms > QUICK_MS;
        self.at_once = !slow;
        let most = SHOWN_EVERY_MS.max(2.0 * self.drawing_ms);
        let ms = if slow {
            (4.0 * self.drawing_ms).min(most)
        } else {
            0.0
        };
        Duration::from_secs_f64(ms / 1e3)
    }

    /// Milliseconds of a step, as far as they were measured.
    pub(super) fn step_ms(&self) -> Option<f64> {
        self.step_ms
    }

    /// Milliseconds of the longest slice since the last call: no frame can be shorter.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn take_longest_slice_ms(&mut self) -> f64 {
        std::mem::take(&mut self.longest_slice_ms)
    }
}
