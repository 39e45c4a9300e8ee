//! How much a benchmark varies between runs of one and the same binary.
//!
//! With one run a side nothing in the two runs says how far the next one may
//! be. A profile from many earlier runs of one binary does: if nothing
//! changed, the difference of the two runs is one more draw of the
//! differences in the profile, so its p-value is its rank among them. The
//! pairs of the profile share no run, because ranks need independent draws.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::compare::verdict::{Rule, Verdict};
use crate::error::Error;
use crate::json_file;
use crate::run::Run;

/// The differences between runs of one binary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NoiseProfile {
    /// By benchmark: `|ln(b / a)|` of each pair of successive runs.
    pub differences: BTreeMap<String, Vec<f64>>,
}

impl NoiseProfile {
    /// Pairs up successive runs: first with second, third with fourth, ...
    ///
    /// ```
    /// use bench_compare::{Run, compare::noise_profile::NoiseProfile};
    ///
    /// let runs: Vec<Run> = [10.0, 20.0, 7.0, 7.0]
    ///     .map(|time| Run::from_times("aa", [("put", time)]))
    ///     .into();
    /// let noise = NoiseProfile::of(&runs);
    /// assert_eq!(noise.differences["put"], [2.0_f64.ln(), 0.0]);
    /// ```
    pub fn of(runs: &[Run]) -> Self {
        let mut noise = Self::default();
        for pair in runs.chunks_exact(2) {
            for (name, first) in &pair[0].benchmarks {
                let second = pair[1].benchmarks.get(name);
                let times = first.time.zip(second.and_then(|it| it.time));
                if let Some((first, second)) = times {
                    let difference = (second / first).ln().abs();
                    let all = noise.differences.entry(name.clone());
                    all.or_default().push(difference);
                }
            }
        }
        noise
    }

    /// Reads a profile that `bench-compare calibrate` wrote.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no profile; the error has the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        json_file::read(path)
    }

    /// Returns the fewest pairs with which a verdict at `alpha` is possible.
    pub fn fewest_pairs(alpha: f64) -> usize {
        (1.0 / alpha).ceil() as usize - 1
    }

    /// Returns the p-value and the verdict of one run against one other.
    pub(crate) fn judge(
        &self,
        benchmark: &str,
        ratio: f64,
        rule: Rule,
    ) -> Option<(f64, Verdict)> {
        let known = self.differences.get(benchmark)?;
        if known.len() < Self::fewest_pairs(rule.alpha) {
            return None;
        }
        let shift = ratio.ln();
        let as_far = known.iter().filter(|&&d| d >= shift.abs()).count();
        let p = (1 + as_far) as f64 / (1 + known.len()) as f64;
        let counts = p <= rule.alpha && shift.abs() > rule.margin.ln_1p();
        let verdict = if !counts {
            Verdict::Inconclusive
        } else if shift > 0.0 {
            Verdict::Slower
        } else {
            Verdict::Faster
        };
        Some((p, verdict))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_among_the_known_differences() {
        let known = (1..=19).map(|i| f64::from(i) / 1000.0).collect();
        let noise =
            NoiseProfile { differences: [("put".to_owned(), known)].into() };
        let rule = Rule::default();
        let judge = |name, ratio| noise.judge(name, ratio, rule);
        assert_eq!(judge("put", 1.1), Some((0.05, Verdict::Slower)));
        assert_eq!(judge("put", 0.9), Some((0.05, Verdict::Faster)));
        let within = judge("put", 1.015).unwrap();
        assert_eq!(within.1, Verdict::Inconclusive);
        assert_eq!(judge("get", 1.1), None);
    }

    #[test]
    fn too_few_pairs_stand_behind_nothing() {
        let noise = NoiseProfile {
            differences: [("put".to_owned(), vec![0.0; 18])].into(),
        };
        assert_eq!(noise.judge("put", 9.0, Rule::default()), None);
    }
}
