//! The checkpoints that a page has to fetch: the lab says which one it wants, the script brings it.

use chickadee::{app::App, session::Received};

/// What the script was asked for.
#[derive(Default)]
pub(super) struct Download {
    asked: Option<&'static str>,
    /// The checkpoint that could not be fetched: it is not asked for again.
    refused: Option<&'static str>,
}

impl Download {
    /// The checkpoint that is to be fetched from now on, if there is news.
    pub fn wanted(&mut self, app: &App) -> Option<&'static str> {
        let wanted = app.lab().wanted_file();
        if wanted == self.asked {
            return None;
        }
        self.asked = wanted;
        wanted.filter(|name| self.refused != Some(name))
    }

    /// Takes what the script has of a checkpoint, unless the lab wants another one by now.
    ///
    /// # Errors
    /// When it cannot be used: one sentence. The lab then goes on without.
    pub fn receive(
        &mut self,
        app: &mut App,
        name: &str,
        received: Received<'_>,
    ) -> Result<(), String> {
        let lab = app.lab_mut();
        let Some(wanted) = lab.wanted_file().filter(|wanted| *wanted == name) else {
            return Ok(());
        };
        if matches!(received, Received::Failed(_)) {
            self.refused = Some(wanted);
        }
        let result = lab.receive(received);
        if let Err(why) = &result {
            self.refused = Some(wanted);
            let _ = lab.receive(Received::Failed(why));
        }
        result
    }
}
