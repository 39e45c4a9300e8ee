//! Judging again at each save.

use std::time::Duration;

use anstream::{eprintln, println};
use anyhow::Result;

use crate::check::judged;
use crate::desk::{Desk, changed};
use crate::show;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Judges, waits until the file is saved, and judges again, for ever.
pub(crate) fn run(desk: &Desk) -> Result<()> {
    loop {
        let before = changed(&desk.source());
        match judged(desk) {
            Ok(judgement) => show::print(desk, &judgement),
            // A file that is gone for a moment is being saved.
            Err(error) => eprintln!("error: {error:#}"),
        }
        println!("\nWaiting for a save. Ctrl-C ends this.");
        while changed(&desk.source()) == before {
            std::thread::sleep(LOOK);
        }
        println!();
    }
}
