//! Limits that a CI sets.

use support::visible::visible;

use crate::error::Error;
use crate::profile::Profile;
use crate::profile::total::Total;
use crate::reports::filter::Filter;
use crate::reports::source_tree::SourceTree;
use crate::reports::totals::{By, percent};

/// Limits, in per cent; what has no limit passes.
///
/// Where there is nothing to cover, every limit above 0 is missed: a gate that
/// passes on nothing protects nothing.
///
/// ```
/// use coverage_merge::{Gates, Profile};
/// let text = "mode: set\nm/a.go:1.1,2.2 3 1\nm/a.go:3.1,4.2 1 0\n";
/// let profile = Profile::parse(text.as_bytes(), "text")?;
/// let gates = Gates { total: Some(80.0), ..Gates::default() };
/// assert_eq!(gates.missed(&profile, None)?.len(), 1);
/// # Ok::<(), coverage_merge::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates {
    /// The least coverage in all.
    pub total: Option<f64>,
    /// The least coverage of every package.
    pub package: Option<f64>,
    /// The least coverage of every file.
    pub file: Option<f64>,
    /// The least coverage of branches in all.
    pub branches: Option<f64>,
    /// The least coverage of functions in all.
    pub functions: Option<f64>,
    /// The least coverage of the files that match a glob, together.
    pub paths: Vec<(String, f64)>,
}

impl Gates {
    /// Returns a message for each limit that `profile` misses. The functions
    /// of Go's profiles are found in `sources`.
    ///
    /// # Errors
    ///
    /// When a glob is malformed.
    pub fn missed(
        &self,
        profile: &Profile,
        sources: Option<&SourceTree>,
    ) -> Result<Vec<String>, Error> {
        let mut missed = Vec::new();
        let mut check = |name: &str, total: Total, limit: Option<f64>| {
            missed.extend(limit.and_then(|limit| below(name, total, limit)));
        };
        check("the total", profile.total(), self.total);
        check("the branches", profile.branch_total(), self.branches);
        if self.functions.is_some() {
            let functions = profile.function_total(sources);
            check("the functions", functions, self.functions);
        }
        for (by, limit) in [(By::Package, self.package), (By::File, self.file)]
        {
            if limit.is_none() {
                continue;
            }
            let rows = profile.report(by, None).rows;
            if rows.iter().all(|row| row.total.is_empty()) {
                check("all files", Total::default(), limit);
            }
            for row in rows.iter().filter(|row| !row.total.is_empty()) {
                check(&visible(&row.name), row.total, limit);
            }
        }
        for (glob, limit) in &self.paths {
            check(glob, of_path(profile, glob)?, Some(*limit));
        }
        Ok(missed)
    }
}

fn of_path(profile: &Profile, glob: &str) -> Result<Total, Error> {
    let filter = Filter::new().include(&[glob])?;
    let rows = profile.report(By::File, None).rows.into_iter();
    let rows = rows.filter(|row| filter.path(&row.name).is_some());
    Ok(rows.fold(Total::default(), |sum, row| sum.plus(row.total)))
}

/// Returns the message about a total below its limit.
pub fn below(name: &str, total: Total, limit: f64) -> Option<String> {
    if total.is_empty() {
        let what = "nothing was measured, no statements at all";
        return (limit > 0.0)
            .then(|| format!("{name}: {what}; the limit is {limit}%"));
    }
    let short = total.percentage() < limit;
    short.then(|| {
        let Total { covered, statements } = total;
        let shown = percent(total);
        format!(
            "{name}: {shown} is below the limit {limit}% ({covered} of \
             {statements})"
        )
    })
}
