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

/// Runs every model, and lists what none of them executed.
pub(crate) fn run(catalogue: &Catalogue) -> Result<ExitCode> {
    let binaries = Binaries::build(Explorer::Loom)?;
    let jobs: Vec<Job> = catalogue
        .models()
        .map(|model| Job {
            package: model.package.name.clone(),
            test: model.it.test.clone(),
            settings: Settings::default(),
            fails_in: None,
        })
        .collect();
    let mut executed = BTreeSet::new();
    let mut failed = Vec::new();
    run_all(&jobs, &binaries, |job, outcome| {
        let places = outcome.operations.iter().filter_map(|it| place(it));
        executed.extend(places);
        if !outcome.passed {
            failed.push(format!("{}/{}", job.package, job.test));
        }
    })?;
    ensure!(failed.is_empty(), "these fail: {}", failed.join(", "));
    for package in &catalogue.packages {
        let sites = of_library(&package.folder.join("src/lib.rs"))?;
        print_package(&package.name, &sites, &executed);
    }
    Ok(ExitCode::SUCCESS)
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
        println!("  {place}  {} in {}", site.operation, site.function);
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
