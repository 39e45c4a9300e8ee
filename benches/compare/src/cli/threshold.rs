//! `--threshold`: how large a change must be, for all benchmarks or some.

use std::str::FromStr;

use bench_compare::compare::rules::Rules;
use bench_compare::{Error, Rule};

/// `5%`, or `io/**=5%`.
#[derive(Clone, Debug)]
pub(crate) struct Threshold {
    /// For which benchmarks; nothing stands for all.
    pattern: Option<String>,
    margin: f64,
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Names may have the sign, percentages have not.
        let (pattern, number) = match text.rsplit_once('=') {
            Some((pattern, number)) => (Some(pattern.to_owned()), number),
            None => (None, text),
        };
        let threshold = Self { pattern, margin: percent(number)? };
        threshold.add_to(Rules::default()).map_err(|it| it.to_string())?;
        Ok(threshold)
    }
}

impl Threshold {
    fn add_to(&self, mut rules: Rules) -> Result<Rules, Error> {
        match &self.pattern {
            Some(pattern) => rules.with(pattern, self.margin),
            None => {
                rules.rule.margin = self.margin;
                Ok(rules)
            }
        }
    }
}

/// Returns by which rules to judge, at a rate of false alarms.
pub(crate) fn rules(
    thresholds: &[Threshold],
    alpha: f64,
) -> Result<Rules, Error> {
    let rule = Rule { alpha, ..Rule::default() };
    let add = |rules, threshold: &Threshold| threshold.add_to(rules);
    thresholds.iter().try_fold(Rules::from(rule), add)
}

/// Returns 0.05 for `5%` and for `5`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>();
    match number {
        Ok(percent) if (0.0..1000.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err("a percentage from 0 up is needed, such as 5%".into()),
    }
}
