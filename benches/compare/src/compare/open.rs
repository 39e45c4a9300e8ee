//! Why no regression can be ruled out, whatever the rows say.

use std::collections::BTreeSet;

use crate::compare::notes::{instead, list};
use crate::compare::verdict::Rule;
use crate::compare::{custom, design, metrics};
use crate::input::side::Side;
use crate::run::Run;
use crate::stats::runs_needed;
use crate::units::percent;

/// Returns what was measured in the base, and is missing on another side.
pub(super) fn missing(sides: &[Side]) -> Vec<String> {
    let mut open = Vec::new();
    let has = |run: &Run, name| run.benchmarks.contains_key(name);
    let Some((base, others)) = sides.split_first() else { return open };
    for side in others {
        let all: BTreeSet<_> =
            base.runs.iter().flat_map(|run| run.benchmarks.keys()).collect();
        let gone = all
            .into_iter()
            .filter(|&name| !side.runs.iter().all(|run| has(run, name)));
        let what = format!(
            "measured in {}, but not in every run of {}",
            base.label, side.label
        );
        open.extend(list(&what, gone.map(String::as_str)));
        let gone =
            [custom::gone(base, side), metrics::gone(base, side)].concat();
        let what = format!(
            "metrics measured in {}, but not in {}",
            base.label, side.label
        );
        open.extend(list(&what, gone.iter().map(String::as_str)));
    }
    open
}

/// Returns what failed while it was measured: whoever gives up at once is
/// fast.
pub(super) fn failed(sides: &[Side]) -> Vec<String> {
    let failed = |side: &Side| {
        let names: BTreeSet<&str> = side
            .runs
            .iter()
            .flat_map(|run| run.failed.iter().map(String::as_str))
            .collect();
        let what = format!("failed in {}", side.label);
        list(&what, names.into_iter())
    };
    sides.iter().flat_map(failed).collect()
}

/// Returns why no test could decide: there are too few runs, or they have
/// numbers of different kinds.
pub(super) fn unproven(sides: &[Side], rule: Rule) -> Vec<String> {
    let mut open = Vec::new();
    let Some((base, others)) = sides.split_first() else { return open };
    for side in others {
        let design = design::runs(&base.runs, &side.runs);
        if design.least_p() > rule.alpha {
            let [old, new] = [base, side].map(|side| side.runs.len());
            open.push(format!(
                "with {old}+{new} runs no result could prove a regression \
                 at {} %; it takes at least {} runs a side",
                percent(rule.alpha),
                runs_needed::fewest(rule.alpha)
            ));
        }
    }
    if instead(sides).is_some() {
        open.push(
            "the sources have different numbers; choose one that all have, \
             with `--estimator median`"
                .to_owned(),
        );
    }
    open
}
