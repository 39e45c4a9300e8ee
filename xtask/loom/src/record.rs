//! Keeping the numbers of the models and the schedules of the bugs.

use std::fs;
use std::process::{Command, ExitCode};

use anstream::println;
use anyhow::{Context, Result, ensure};
use support::atomic_file;
use support::models::{self, listed};
use support::schedules;

use crate::binaries::{Binaries, Explorer};
use crate::catalogue::{Catalogue, Package};
use crate::child::Settings;
use crate::cli::Run;
use crate::terminal::count;
use crate::workers::{Job, run_all};
use crate::workspace::relative;

/// Runs models that pass, and writes down what they went through. Then it has
/// each bug's own test write the schedule on which it fails.
pub(crate) fn run(catalogue: &Catalogue, args: &Run) -> Result<ExitCode> {
    let named = catalogue.named(&args.names)?;
    let binaries = Binaries::build(Explorer::Loom)?;
    for package in &catalogue.packages {
        let jobs: Vec<Job> = named
            .iter()
            .filter(|model| model.package.name == package.name)
            .map(|model| Job {
                package: package.name.clone(),
                test: model.it.test.clone(),
                settings: Settings::default(),
                fails_in: None,
            })
            .collect();
        if !jobs.is_empty() {
            models(package, &jobs, &binaries)?;
            schedules(package, &binaries)?;
            readme(package)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn models(package: &Package, jobs: &[Job], binaries: &Binaries) -> Result<()> {
    let mut kept = package.models.clone();
    let mut failed = Vec::new();
    run_all(jobs, binaries, |job, outcome| {
        let model = kept.iter_mut().find(|model| model.test == job.test);
        let model = model.expect("the jobs are of these models");
        model.threads = outcome.threads;
        model.preemptions = outcome.preemptions;
        model.executions = outcome.executions;
        model.steps = outcome.steps.iter().cloned().collect();
        if !outcome.passed {
            failed.push(job.test.clone());
        }
    })?;
    ensure!(
        failed.is_empty(),
        "these fail, and nothing is kept of {}: {}",
        package.name,
        failed.join(", ")
    );
    models::write(&package.folder, &kept)?;
    let file = relative(&models::file(&package.folder));
    println!("{file}: {}", count(jobs.len(), "model"));
    Ok(())
}

fn schedules(package: &Package, binaries: &Binaries) -> Result<()> {
    let binary = binaries.of(&package.name)?;
    let output = Command::new(binary).arg("--list").output()?;
    let tests = listed(&String::from_utf8_lossy(&output.stdout));
    let catchers: Vec<&String> =
        tests.iter().filter(|test| test.ends_with("caught")).collect();
    let output = Command::new(binary)
        .args(&catchers)
        .arg("--exact")
        .env("RECORD_LANES", "1")
        .output()?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let lanes = package.folder.join("tests/loom/lanes");
    println!("{}: the schedules of the planted bugs", relative(&lanes));
    Ok(())
}

/// Writes the table of the bugs anew, where a README beside the models has
/// one.
fn readme(package: &Package) -> Result<()> {
    let folder = package.folder.join("tests/loom");
    let file = folder.join("README.md");
    if !file.exists() {
        return Ok(());
    }
    let text = fs::read_to_string(&file)?;
    let table = schedules::table(&folder.join("lanes"));
    let head = table.lines().next().context("a table has a head")?;
    let start = text.find(head).with_context(|| {
        format!("{} has no table \"{head}\"", relative(&file))
    })?;
    let end =
        text[start..].find("\n\n").map_or(text.len(), |it| start + it + 1);
    let text = text[..start].to_owned() + &table + &text[end..];
    atomic_file::write(&file, text.as_bytes())?;
    println!("{}: the table of the planted bugs", relative(&file));
    Ok(())
}
