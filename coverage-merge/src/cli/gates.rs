//! Limits that a CI sets.

use std::collections::BTreeMap;

use clap::Args;
use coverage_merge::{By, Gates, Profile, Total, percent};

use super::failure::{Failure, note};
use super::inputs::Inputs;

/// Limits; a profile that misses one ends the command with exit code 1.
#[derive(Args)]
pub(crate) struct Limits {
    /// The least coverage in all, in per cent
    #[arg(long, value_name = "PERCENT", value_parser = limit)]
    fail_under: Option<f64>,

    /// The least coverage of every package, in per cent
    #[arg(long, value_name = "PERCENT", value_parser = limit)]
    fail_under_package: Option<f64>,

    /// The least coverage of every file, in per cent
    #[arg(long, value_name = "PERCENT", value_parser = limit)]
    fail_under_file: Option<f64>,

    /// The least coverage of branches in all, in per cent
    #[arg(long, value_name = "PERCENT", value_parser = limit)]
    fail_under_branches: Option<f64>,

    /// The least coverage of functions in all, in per cent; Go's need --source
    #[arg(long, value_name = "PERCENT", value_parser = limit)]
    fail_under_functions: Option<f64>,

    /// The least coverage of the files that match, together: 'api/**=90'
    #[arg(long, value_name = "GLOB=PERCENT", value_parser = path_limit)]
    limit: Vec<(String, f64)>,

    /// How many points the coverage may be below that of --baseline
    #[arg(long, value_name = "POINTS", requires = "baseline")]
    #[arg(value_parser = limit)]
    max_drop: Option<f64>,

    /// A profile from before; read as the inputs are, with the same filters
    #[arg(long, value_name = "PROFILE", requires = "max_drop")]
    baseline: Option<String>,
}

/// Said where functions are asked for that only the sources know.
pub(crate) const NEEDS_SOURCE: &str =
    "the functions of Go files are found with --source FOLDER";

/// Reads a limit: 80, 79.5 or 80%.
pub(crate) fn limit(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text);
    match number.parse::<f64>() {
        Ok(limit) if (0.0..=100.0).contains(&limit) => Ok(limit),
        _ => Err("expected a number from 0 to 100".to_owned()),
    }
}

fn path_limit(text: &str) -> Result<(String, f64), String> {
    let (glob, percent) =
        text.rsplit_once('=').ok_or("expected GLOB=PERCENT")?;
    Ok((glob.to_owned(), limit(percent)?))
}

impl Limits {
    pub(crate) fn check(
        &self,
        profile: &Profile,
        inputs: &Inputs,
    ) -> Result<(), Failure> {
        let gates = Gates {
            total: self.fail_under,
            package: self.fail_under_package,
            file: self.fail_under_file,
            branches: self.fail_under_branches,
            functions: self.fail_under_functions,
            paths: self.limit.clone(),
        };
        let tree = inputs.source_tree()?;
        let of_go = profile.mode().is_some();
        if self.fail_under_functions.is_some() && of_go && tree.is_none() {
            note(NEEDS_SOURCE);
        }
        let mut missed = gates.missed(profile, tree.as_ref())?;
        if let (Some(most), Some(baseline)) = (self.max_drop, &self.baseline) {
            let before = inputs.read_as_these(baseline)?;
            missed.extend(dropped(before.total(), profile.total(), most));
        }
        match missed.len() {
            0 => Ok(()),
            _ => Err(Failure::gate(missed.join("\n       "))),
        }
    }
}

/// Returns the message about a drop of more than `most` points.
pub(crate) fn dropped(before: Total, now: Total, most: f64) -> Option<String> {
    for (total, name) in [(before, "before"), (now, "now")] {
        if total.is_empty() {
            return Some(format!("{name}: no statements at all to compare"));
        }
    }
    let drop = before.percentage() - now.percentage();
    // Less than a rounding error of the subtraction is no drop.
    (drop > most + 1e-9).then(|| {
        let (before, now) = (percent(before), percent(now));
        format!(
            "the total fell from {before} to {now}, by {drop:.2} points; \
             at most {most} are allowed"
        )
    })
}

/// Returns the totals of all files, by path.
pub(crate) fn by_file(profile: &Profile) -> BTreeMap<String, Total> {
    let rows = profile.report(By::File, None).rows;
    rows.into_iter().map(|row| (row.name, row.total)).collect()
}
