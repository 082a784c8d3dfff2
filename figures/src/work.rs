use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// A number of a piece of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The series, counted through all panels from 0.
    pub series: usize,
    /// Where on the x axis; the entry of an image, row by row.
    pub x: f64,
    /// The value; NaN counts as not measured.
    pub value: f64,
}

impl Sample {
    /// A value of a series at x.
    #[must_use]
    pub fn new(series: usize, x: f64, value: f64) -> Self {
        Self { series, x, value }
    }
}

/// The work of one piece, which can be left at any pause and gone on with.
pub struct Work(Pin<Box<dyn Future<Output = Vec<Sample>> + Send>>);

impl Work {
    /// The work of a protocol.
    pub fn new(protocol: impl Future<Output = Vec<Sample>> + Send + 'static) -> Self {
        Self(Box::pin(protocol))
    }

    /// Goes on to the next pause; the samples when it is over. Not to be called after that.
    pub fn advance(&mut self) -> Option<Vec<Sample>> {
        // Nobody has to be woken: a pause is over at once.
        match self
            .0
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(samples) => Some(samples),
            Poll::Pending => None,
        }
    }

    /// Goes on to the end.
    #[must_use]
    pub fn finish(mut self) -> Vec<Sample> {
        loop {
            if let Some(samples) = self.advance() {
                return samples;
            }
        }
    }
}

/// A moment at which the work can be left: after every Euler step, and after some milliseconds of anything else.
pub async fn pause() {
    let mut left = false;
    poll_fn(move |_| {
        if std::mem::replace(&mut left, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_can_be_left_at_every_pause() {
        let protocol = || async {
            let mut sum = 0.0;
            for i in 0..3 {
                sum += f64::from(i);
                pause().await;
            }
            vec![Sample::new(0, 0.0, sum)]
        };
        let mut work = Work::new(protocol());
        let mut pauses = 0;
        let samples = loop {
            if let Some(samples) = work.advance() {
                break samples;
            }
            pauses += 1;
        };
        assert_eq!((pauses, samples[0].value), (3, 3.0));
        assert_eq!(Work::new(protocol()).finish(), samples);
    }
}
