//! The operations on atomics that no model executes.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anstream::{print, println};
use anyhow::{Result, ensure};
use proc_macro2::LineColumn;

use crate::binaries::{Binaries, Explorer};
use crate::call_sites::{CallSite, of_library};
use crate::catalogue::Catalogue;
use crate::child::Settings;
use crate::terminal::{BOLD, DIM, paragraph};
use crate::workers::{Job, run_all};

/// Runs every model and every planted bug, and lists what none of them
/// executed, and what only bugs did.
pub(crate) fn run(catalogue: &Catalogue) -> Result<ExitCode> {
    let binaries = Binaries::build(Explorer::Loom)?;
    let models = catalogue.models();
    let models = models.map(|it| job(&it.package.name, &it.it.test));
    let models = executed(&models.collect::<Vec<_>>(), &binaries, true)?;
    let bugs = catalogue.bugs();
    let bugs = bugs.map(|it| job(&it.package.name, &it.it.test));
    let bugs = executed(&bugs.collect::<Vec<_>>(), &binaries, false)?;
    for package in &catalogue.packages {
        let sites = of_library(&package.folder.join("src/lib.rs"))?;
        print_package(&package.name, &sites, &models, &bugs);
    }
    println!();
    print!(
        "{}",
        paragraph(
            "",
            "An operation is executed if it ran in one execution at least; \
             whether its result is looked at, the planted bugs tell. Locks \
             and cells are not counted, and what is past the shim no model \
             sees."
        )
    );
    Ok(ExitCode::SUCCESS)
}

fn job(package: &str, test: &str) -> Job {
    Job {
        package: package.to_owned(),
        test: test.to_owned(),
        settings: Settings::default(),
        fails_in: None,
    }
}

/// Returns the places that the tests execute, which all pass or all fail.
fn executed(
    jobs: &[Job],
    binaries: &Binaries,
    passes: bool,
) -> Result<BTreeSet<Place>> {
    let mut executed = BTreeSet::new();
    let mut wrong = Vec::new();
    run_all(jobs, binaries, |job, outcome| {
        executed.extend(outcome.operations.iter().filter_map(|it| place(it)));
        if outcome.passed != passes {
            wrong.push(format!("{}/{}", job.package, job.test));
        }
    })?;
    let what = if passes { "fail" } else { "are not found" };
    ensure!(wrong.is_empty(), "these {what}: {}", wrong.join(", "));
    Ok(executed)
}

/// A file, and a place in it.
type Place = (String, LineColumn);

/// Reads `file:line:column`, with the column counted from 1.
fn place(text: &str) -> Option<Place> {
    let mut parts = text.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let column = column.saturating_sub(1);
    Some((parts.next()?.to_owned(), LineColumn { line, column }))
}

fn print_package(
    package: &str,
    sites: &[CallSite],
    executed: &BTreeSet<Place>,
    by_bugs: &BTreeSet<Place>,
) {
    let (past, inside): (Vec<_>, Vec<_>) =
        sites.iter().partition(|site| site.past_the_shim.is_some());
    let missed: Vec<_> =
        inside.iter().filter(|site| !is_executed(site, executed)).collect();
    println!(
        "{BOLD}{package}{BOLD:#}: models execute {} of {} operations on \
         atomics",
        inside.len() - missed.len(),
        inside.len()
    );
    for site in missed {
        let place = format!("{}:{}", site.file, site.start.line);
        let by =
            if is_executed(site, by_bugs) { ": by a bug alone" } else { "" };
        println!("  {place}  {} in {}{by}", site.operation, site.function);
    }
    let mut files: Vec<(&str, &str)> = past
        .iter()
        .map(|site| (site.file.as_str(), site.past_the_shim.as_deref()))
        .filter_map(|(file, reason)| Some((file, reason?)))
        .collect();
    files.dedup();
    for (file, reason) in files {
        let of_file = past.iter().filter(|site| site.file == file).count();
        println!("{DIM}  {file}: {of_file} past the shim{DIM:#}");
        print!("{DIM}{}{DIM:#}", paragraph("      ", reason));
    }
}

fn is_executed(site: &CallSite, executed: &BTreeSet<Place>) -> bool {
    executed.iter().any(|(file, place)| site.has(file, *place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_executed_wherever_in_it_the_place_is() {
        let site = |start, end| CallSite {
            file: "a.rs".to_owned(),
            start,
            end,
            operation: "load".to_owned(),
            function: "f".to_owned(),
            past_the_shim: None,
        };
        let at = |line, column| LineColumn { line, column };
        let site = site(at(3, 8), at(4, 12));
        let executed = |text| BTreeSet::from([place(text).unwrap()]);
        assert!(is_executed(&site, &executed("a.rs:3:9")));
        assert!(is_executed(&site, &executed("a.rs:4:2")));
        assert!(!is_executed(&site, &executed("a.rs:3:8")));
        assert!(!is_executed(&site, &executed("a.rs:5:1")));
        assert!(!is_executed(&site, &executed("b.rs:3:9")));
        assert_eq!(place("no place"), None);
    }
}
