//! The checkpoints that a page has to fetch: the lab says which one it wants, the script brings it.

use chickadee::{app::App, session::Received};

/// What the script was asked for.
#[derive(Default)]
pub(super) struct Download {
    asked: Option<&'static str>,
}

impl Download {
    /// The checkpoint that is to be fetched from now on, if there is news.
    pub fn wanted(&mut self, app: &App) -> Option<&'static str> {
        let wanted = app.lab().wanted_file();
        if wanted == self.asked {
            return None;
        }
        self.asked = wanted;
        wanted
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
        if lab.wanted_file() != Some(name) {
            return Ok(());
        }
        let result = lab.receive(received);
        if let Err(why) = &result {
            let _ = lab.receive(Received::Failed(why));
        }
        result
    }
}
