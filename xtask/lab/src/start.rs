//! Beginning a lab, and beginning it anew.

use anstream::println;
use anyhow::{Result, ensure};
use support::atomic_file;
use support::workspace::relative;

use crate::desk::Desk;
use crate::progress::Progress;

/// Copies the starter; what is there is not touched.
pub(crate) fn run(desk: &Desk) -> Result<()> {
    let (name, source) = (&desk.lab.name, desk.source());
    ensure!(
        !source.exists(),
        "{} is there already; judge it: cargo lab check {name}; \
         or begin anew: cargo lab reset {name}",
        relative(&source)
    );
    let starter = desk.lab.starter()?;
    desk.furnish()?;
    atomic_file::write(&source, starter.as_bytes())?;
    println!("Your file:  {}", relative(&source));
    println!("Its page:   book/chapters/{}.md", desk.lab.page);
    println!(
        "Is given:   lab_judge::{}, documented by",
        name.replace('-', "_")
    );
    println!("            {}", documentation(&desk.lab.dependencies));
    println!("Stages:");
    for (at, stage) in desk.lab.stages.iter().enumerate() {
        println!("  {}. {}", at + 1, stage.title);
    }
    println!("Judge it:   cargo lab check {name}");
    Ok(())
}

/// Returns the command that documents what the starter imports.
fn documentation(dependencies: &[String]) -> String {
    let packages = dependencies.iter().map(|it| format!(" -p {it}"));
    let packages: String = packages.collect();
    format!("cargo doc --no-deps --open -p lab-judge{packages}")
}

/// Puts the starter in the place of what the reader has written, which is
/// kept.
pub(crate) fn reset(desk: &Desk) -> Result<()> {
    let text = desk.text()?;
    let kept = (1..)
        .map(|number| desk.folder().join(format!("before-reset-{number}.rs")))
        .find(|file| !file.exists())
        .expect("some number is free");
    atomic_file::write(&kept, text.as_bytes())?;
    atomic_file::write(&desk.source(), desk.lab.starter()?.as_bytes())?;
    let mut progress = Progress::read(&desk.all)?;
    let of = progress.labs.entry(desk.lab.name.clone()).or_default();
    of.passed = 0;
    of.hints.clear();
    progress.write(&desk.all)?;
    println!("Begun anew; what you wrote is in {}", relative(&kept));
    Ok(())
}
