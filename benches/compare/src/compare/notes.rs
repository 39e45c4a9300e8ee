//! What a reader of a table should know besides.

use std::collections::BTreeSet;

use crate::compare::alike;
use crate::compare::verdict::Rule;
use crate::input::side::Side;
use crate::run::Run;
use crate::samples::Shape;
use crate::stats::runs_needed;

/// Names printed before `...` ends the list.
const MOST_NAMES: usize = 4;

pub(super) fn notes(sides: &[Side], rule: Rule) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(too_few(sides, rule));
    notes.extend(same_measurement(sides));
    notes.extend(not_everywhere(sides));
    notes.extend(odd(sides, "drift inside a run", |shape| shape.drifts));
    notes.extend(odd(sides, "have two modes", |shape| shape.bimodal));
    let waves = |shape: &Shape| shape.autocorrelated && !shape.drifts;
    notes.extend(odd(sides, "follow each other (autocorrelated)", waves));
    notes
}

fn too_few(sides: &[Side], rule: Rule) -> Option<String> {
    let fewest = sides.iter().map(|side| side.runs.len()).min()?;
    let needed = runs_needed::fewest(rule.alpha);
    match fewest {
        _ if sides.len() < 2 => None,
        1 => Some(
            "unreplicated: one process run a side shows a difference but \
             cannot tell it from chance; the interval is that within the \
             runs; save several runs a side, alternating"
                .to_owned(),
        ),
        _ if fewest < needed => Some(format!(
            "no interval: the exact test needs {needed} runs a side to \
             prove anything at this level"
        )),
        _ => None,
    }
}

/// Returns a warning if both sides are one measurement, because saving a
/// baseline also makes it the latest run, `new`.
fn same_measurement(sides: &[Side]) -> Option<String> {
    let [old, new] = sides else { return None };
    let same = |old: &Run, new: &Run| {
        !old.benchmarks.is_empty() && old.benchmarks == new.benchmarks
    };
    let pairs = old.runs.iter().zip(&new.runs);
    let all = pairs.clone().all(|(old, new)| same(old, new));
    (all && pairs.len() > 0).then(|| {
        format!(
            "{} and {} are the very same measurement; run `cargo bench` \
             again after the edit",
            old.label, new.label
        )
    })
}

fn not_everywhere(sides: &[Side]) -> Option<String> {
    if alike(sides.iter().flat_map(|side| &side.runs)) {
        return None;
    }
    let mut all = BTreeSet::new();
    for run in sides.iter().flat_map(|side| &side.runs) {
        all.extend(run.benchmarks.keys());
    }
    let has = |run: &Run, name| run.benchmarks.contains_key(name);
    let missing = all.into_iter().filter(|&name| {
        let lacks = |side: &Side| !side.runs.iter().any(|run| has(run, name));
        sides.iter().any(lacks)
    });
    list("not on every side", missing)
}

fn odd(
    sides: &[Side],
    what: &str,
    is_odd: impl Fn(&Shape) -> bool,
) -> Option<String> {
    let mut names = BTreeSet::new();
    for run in sides.iter().flat_map(|side| &side.runs) {
        for (name, measurement) in &run.benchmarks {
            if is_odd(&measurement.shape) {
                names.insert(name);
            }
        }
    }
    list(&format!("samples that {what}"), names.into_iter())
}

fn list<'a>(
    what: &str,
    names: impl Iterator<Item = &'a String>,
) -> Option<String> {
    let names: Vec<&str> = names.map(String::as_str).collect();
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len() {
        0 => None,
        count if count > MOST_NAMES => {
            Some(format!("{what}: {shown}, ... ({count} benchmarks)"))
        }
        _ => Some(format!("{what}: {shown}")),
    }
}
