//! Judging again at each save.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anstream::{eprintln, println};
use anyhow::Result;

use crate::check::judged;
use crate::desk::Desk;
use crate::show;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Judges, waits until the file is saved, and judges again, for ever.
pub(crate) fn run(desk: &Desk) -> Result<()> {
    loop {
        let before = saved(&desk.source());
        match judged(desk) {
            Ok(judgement) => show::print(desk, &judgement),
            // A file that is gone for a moment is being saved.
            Err(error) => eprintln!("error: {error:#}"),
        }
        println!("\nWaiting for a save. Ctrl-C ends this.");
        while saved(&desk.source()) == before {
            std::thread::sleep(LOOK);
        }
        println!();
    }
}

/// Returns when a file was saved; nothing while it is not there.
fn saved(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|it| it.modified()).ok()
}
