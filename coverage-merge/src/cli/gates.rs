//! Limits that a CI sets.

use std::collections::BTreeMap;

use clap::Args;
use coverage_merge::{By, Merger, Profile, Total, inputs, percent};

use super::failure::Failure;

/// Limits; a profile that misses one ends the command with exit code 1.
#[derive(Args)]
pub(crate) struct Gates {
    /// The least coverage in all, in per cent
    #[arg(long, value_name = "PERCENT")]
    fail_under: Option<f64>,

    /// The least coverage of every package, in per cent
    #[arg(long, value_name = "PERCENT")]
    fail_under_package: Option<f64>,

    /// The least coverage of every file, in per cent
    #[arg(long, value_name = "PERCENT")]
    fail_under_file: Option<f64>,

    /// How many points the coverage may be below that of --baseline
    #[arg(long, value_name = "POINTS", requires = "baseline")]
    max_drop: Option<f64>,

    /// A profile from before
    #[arg(long, value_name = "PROFILE")]
    baseline: Option<String>,
}

impl Gates {
    pub(crate) fn check(&self, profile: &Profile) -> Result<(), Failure> {
        let mut missed = Vec::new();
        if let Some(limit) = self.fail_under {
            missed.extend(below("the total", profile.total(), limit));
        }
        for (by, limit) in [
            (By::Package, self.fail_under_package),
            (By::File, self.fail_under_file),
        ] {
            let Some(limit) = limit else { continue };
            for row in profile.report(by, None).rows {
                missed.extend(below(&row.name, row.total, limit));
            }
        }
        if let (Some(most), Some(baseline)) = (self.max_drop, &self.baseline) {
            let before = Merger::default().run(&inputs([baseline])?, |_| {})?;
            missed.extend(dropped(before.total(), profile.total(), most));
        }
        match missed.len() {
            0 => Ok(()),
            _ => Err(Failure::gate(missed.join("\n       "))),
        }
    }
}

/// Returns the message about a total below its limit. Where there is nothing to
/// cover, nothing is missed.
pub(crate) fn below(name: &str, total: Total, limit: f64) -> Option<String> {
    let short = total.statements > 0 && total.percentage() < limit;
    short.then(|| {
        format!("{name}: {} is below the limit {limit}%", percent(total))
    })
}

/// Returns the message about a drop of more than `most` points.
pub(crate) fn dropped(before: Total, now: Total, most: f64) -> Option<String> {
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
