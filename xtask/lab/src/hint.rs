//! One hint more each time.

use anstream::println;
use anyhow::Result;
use support::paragraph::folded;

use crate::desk::Desk;
use crate::progress::Progress;

/// Prints the hints of the stage that the last check stopped at.
pub(crate) fn run(desk: &Desk) -> Result<()> {
    desk.text()?;
    let mut progress = Progress::read(&desk.all)?;
    let of = progress.labs.entry(desk.lab.name.clone()).or_default();
    let Some(stage) = desk.lab.stages.get(of.passed) else {
        println!("Every stage has passed: there is nothing to hint at.");
        return Ok(());
    };
    let shown = of.hints.entry(of.passed).or_default();
    *shown = (*shown + 1).min(stage.hints.len());
    println!("stage {}, {}", of.passed + 1, stage.title);
    for hint in &stage.hints[..*shown] {
        println!("\n  {}", folded(hint, 76).join("\n  "));
    }
    if *shown == stage.hints.len() {
        let name = &desk.lab.name;
        println!("\nThat was the last one. Ours: cargo lab compare {name}");
    }
    progress.write(&desk.all)
}
