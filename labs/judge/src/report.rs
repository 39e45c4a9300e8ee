//! What a gate found.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is said of the reader's code in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is wrong.
    Passed,
    /// The code of this stage is a `todo!` still.
    Unwritten,
    /// It does not compile.
    NotCompiled,
    /// It did something else than the oracle.
    Wrong,
    /// It panicked.
    Panicked,
    /// Some order of the threads' steps breaks it.
    Unsound,
    /// It took more steps than the bound allows.
    TooMany,
    /// It takes more time than ours, beyond doubt.
    Slow,
    /// The reader's own tests passed a bug, or failed sound code.
    Survived,
    /// It did not end.
    Hang,
    /// It called itself until the stack was used up.
    StackOverflow,
    /// It asked for more memory than the judge gives it.
    OutOfMemory,
    /// The process ended without a word.
    Aborted,
    /// It printed without end.
    TooMuchOutput,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Unwritten => "not written yet",
            Self::NotCompiled => "does not compile",
            Self::Wrong => "wrong",
            Self::Panicked => "panicked",
            Self::Unsound => "unsound",
            Self::TooMany => "too many steps",
            Self::Slow => "too slow",
            Self::Survived => "the tests miss something",
            Self::Hang => "did not end",
            Self::StackOverflow => "stack overflow",
            Self::OutOfMemory => "out of memory",
            Self::Aborted => "the process ended early",
            Self::TooMuchOutput => "too much output",
        })
    }
}

/// One number through a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// What is counted, and over what.
    pub what: String,
    /// The reader's number.
    pub yours: f64,
    /// The number of the code in the crate.
    pub ours: f64,
    /// What passes; none where nothing is demanded.
    pub bound: Option<f64>,
}

/// What a gate found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The verdict in a word.
    pub verdict: Verdict,
    /// One sentence about it.
    pub says: String,
    /// More lines: a sequence of steps, a drawing, columns.
    pub lines: Vec<String>,
    /// What was counted.
    pub counts: Vec<Count>,
}

impl Report {
    /// Returns a report that says one thing.
    ///
    /// ```
    /// use lab_judge::report::{Report, Verdict};
    ///
    /// let report = Report::new(Verdict::Wrong, "a timer is lost");
    /// assert_eq!(report.to_string(), "wrong: a timer is lost");
    /// ```
    pub fn new(verdict: Verdict, says: impl Into<String>) -> Self {
        let says = says.into();
        Self { verdict, says, lines: Vec::new(), counts: Vec::new() }
    }

    /// Returns a report that nothing is wrong.
    pub fn passed(says: impl Into<String>) -> Self {
        Self::new(Verdict::Passed, says)
    }

    /// Adds lines.
    #[must_use]
    pub fn with(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.lines.extend(lines);
        self
    }

    /// Judges counts: all within their bounds, or too many.
    pub fn of_counts(counts: Vec<Count>) -> Self {
        let is_above =
            |it: &&Count| it.bound.is_some_and(|bound| it.yours > bound);
        let report = match counts.iter().find(is_above) {
            None => Self::passed("within the bounds"),
            Some(count) => Self::new(
                Verdict::TooMany,
                format!(
                    "{:.0} {}: more than {:.0}",
                    count.yours,
                    count.what,
                    count.bound.unwrap_or_default()
                ),
            ),
        };
        Self { counts, ..report }
    }

    /// Returns whether nothing is wrong.
    pub fn is_passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.verdict, self.says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_above_its_bound_is_too_many() {
        let count = |yours, bound| Count {
            what: "writes".into(),
            yours,
            ours: 6.0,
            bound,
        };
        assert!(Report::of_counts(vec![count(6.0, Some(6.0))]).is_passed());
        assert!(Report::of_counts(vec![count(9.0, None)]).is_passed());
        let above = Report::of_counts(vec![count(7.0, Some(6.0))]);
        assert_eq!(above.verdict, Verdict::TooMany);
        assert_eq!(above.says, "7 writes: more than 6");
    }

    #[test]
    fn a_report_reads_back() {
        let report = Report::new(Verdict::StackOverflow, "deep")
            .with(["1. push 5".to_owned()]);
        let text = serde_json::to_string(&report).unwrap();
        assert!(text.contains("stack-overflow"), "{text}");
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}
