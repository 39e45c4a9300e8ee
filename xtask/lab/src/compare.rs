//! The reader's code and ours.

use anstream::println;
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use similar::TextDiff;

use crate::desk::Desk;
use crate::solution;

const OLD: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();

/// Prints how they differ.
pub(crate) fn run(desk: &Desk) -> Result<()> {
    let yours = desk.text()?;
    let ours = solution::text(&desk.lab, desk.lab.stages.len())?;
    if yours == ours {
        println!("Your code is ours, to the letter.");
        return Ok(());
    }
    let diff = TextDiff::from_lines(&yours, &ours);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header("yours", "ours")
        .to_string();
    for line in text.lines() {
        let style = match line.as_bytes().first() {
            Some(b'-') => OLD,
            Some(b'+') => NEW,
            _ => Style::new(),
        };
        println!("{style}{line}{style:#}");
    }
    let mut files: Vec<&str> =
        desk.lab.solution.iter().map(|it| it.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    println!("\nOurs is made from:\n  {}", files.join("\n  "));
    Ok(())
}
