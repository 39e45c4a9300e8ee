//! The table of the labs.

use std::path::Path;

use anstream::println;
use anyhow::Result;

use crate::progress::Progress;
use crate::registry::{self, Lab};

/// Prints a line a lab.
pub(crate) fn run(folder: &Path) -> Result<()> {
    let progress = Progress::read(folder)?;
    println!("{:<11} {:<34} {:>7}  state", "lab", "chapter", "minutes");
    for lab in registry::all()? {
        let state = state(&lab, folder, &progress);
        let Lab { name, chapter, minutes, .. } = &lab;
        println!("{name:<11} {chapter:<34} {minutes:>7}  {state}");
    }
    println!("\nBegin one: cargo lab start heap");
    Ok(())
}

/// Returns where the reader is, and the best score.
fn state(lab: &Lab, folder: &Path, progress: &Progress) -> String {
    let stages = lab.stages.len();
    let is_begun = folder.join(&lab.name).join("src/lib.rs").exists();
    match progress.labs.get(&lab.name) {
        _ if !is_begun => "not begun".to_owned(),
        None => format!("begun, 0 of {stages}"),
        Some(of) => {
            format!("stage {} of {stages}, best {}", of.passed, of.best)
        }
    }
}
