//! What a reader of a table should know besides.

use std::collections::BTreeSet;

use crate::compare::design::Together;
use crate::compare::verdict::Rule;
use crate::compare::{alike, design};
use crate::input::side::Side;
use crate::run::{Run, Source};
use crate::samples::Shape;
use crate::stats::runs_needed;
use crate::units::percent;

/// Names printed before `...` ends the list.
const MOST_NAMES: usize = 4;

pub(super) fn notes(sides: &[Side], rule: Rule) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(too_few(sides, rule));
    notes.extend(which_test(sides, rule));
    notes.extend(one_after_the_other(sides));
    notes.extend(other_machines(sides).or_else(|| left_out(sides)));
    notes.extend(instead(sides));
    notes.extend(remarks(sides));
    notes.extend(thinned(sides));
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
        1 if all_from(sides, Source::Go) => Some(
            "unreplicated: the lines of one `go test` are samples of one \
             process, which agree better than two processes do; for a \
             verdict build once (`go test -c`), run old and new in turns, \
             and name one file a run: `old=o1.txt,o2.txt new=n1.txt,n2.txt`"
                .to_owned(),
        ),
        1 if all_from(sides, Source::Other) => Some(
            "unreplicated: one process a side shows a difference but cannot \
             tell it from chance; run old and new in turns, and name one \
             file a run: `old=o1,o2 new=n1,n2`"
                .to_owned(),
        ),
        1 => Some(
            "unreplicated: one process run a side shows a difference but \
             cannot tell it from chance; save several runs a side, \
             alternating, or let `bench-compare git` do it"
                .to_owned(),
        ),
        _ if fewest < needed => Some(format!(
            "no interval: the exact test needs {needed} runs a side to \
             prove anything at this level"
        )),
        _ => None,
    }
}

fn all_from(sides: &[Side], source: Source) -> bool {
    let mut runs = sides.iter().flat_map(|side| &side.runs);
    runs.all(|run| run.source == source)
}

/// Says which test judged, and what *same* means.
fn which_test(sides: &[Side], rule: Rule) -> Option<String> {
    let [old, new] = sides else { return None };
    let level = percent(1.0 - 2.0 * rule.alpha);
    let margin = percent(rule.margin);
    let same = format!(
        "*same* where the {level} % interval of two one-sided tests lies \
         within {margin} %"
    );
    if sides.iter().any(|side| side.runs.len() < 2) {
        return None;
    }
    match design::together(&old.runs, &new.runs).0 {
        // Too few to be judged, as another note says.
        Together::All
            if design::runs(&old.runs, &new.runs).least_p() > rule.alpha =>
        {
            None
        }
        Together::All => Some(format!(
            "all runs of one side against all of the other, judged by their \
             ranks; {same}"
        )),
        Together::Pairs(pairs) => Some(format!(
            "{pairs} pairs, judged by their ranks among the pairs beside \
             them; {same}"
        )),
        Together::Blocks(blocks) => Some(format!(
            "runs of {blocks} machines or sessions, each compared within \
             itself; {same}"
        )),
    }
}

/// Counts the runs that have no partner, or none of their machine.
fn left_out(sides: &[Side]) -> Option<String> {
    let [old, new] = sides else { return None };
    let (_, alone) = design::together(&old.runs, &new.runs);
    let count = |(side, count): (&Side, usize)| {
        (count > 0).then(|| format!("{count} of {}", side.label))
    };
    let each: Vec<_> =
        [old, new].into_iter().zip(alone).filter_map(count).collect();
    (!each.is_empty()).then(|| {
        format!(
            "runs left out, because none of the other side was made beside \
             them: {}",
            each.join(", ")
        )
    })
}

/// Warns where all runs of one side were written before those of another.
fn one_after_the_other(sides: &[Side]) -> Option<String> {
    let [old, new] = sides else { return None };
    if old.runs.len().min(new.runs.len()) < 2 {
        return None;
    }
    let times = |side: &Side| {
        let all = side.runs.iter().flat_map(|run| run.benchmarks.values());
        let known = all.filter_map(|it| it.when).collect::<Vec<_>>();
        Some((*known.iter().min()?, *known.iter().max()?))
    };
    let (of_old, of_new) = (times(old)?, times(new)?);
    let (first, second) = match () {
        () if of_old.1 < of_new.0 => (old, new),
        () if of_new.1 < of_old.0 => (new, old),
        () => return None,
    };
    Some(format!(
        "by the files' times all runs of {} were measured before the first \
         of {}: whatever drifts on the machine looks like a change; let the \
         sides take turns",
        first.label, second.label
    ))
}

fn other_machines(sides: &[Side]) -> Option<String> {
    let machines = |side: &Side| -> BTreeSet<String> {
        side.runs.iter().filter_map(|run| run.machine.clone()).collect()
    };
    let [old, new] = sides else { return None };
    let (of_old, of_new) = (machines(old), machines(new));
    let apart =
        !of_old.is_empty() && !of_new.is_empty() && of_old.is_disjoint(&of_new);
    if !apart {
        return one_sided_machines(old, new, &of_old, &of_new);
    }
    Some({
        let names = |all: BTreeSet<String>| {
            all.into_iter().collect::<Vec<_>>().join("; ")
        };
        format!(
            "{} was measured on another machine ({}) than {} ({}): what \
             differs may be the machine",
            old.label,
            names(of_old),
            new.label,
            names(of_new)
        )
    })
}

/// Says what was noticed while reading, each thing once.
fn remarks(sides: &[Side]) -> BTreeSet<String> {
    let runs = sides.iter().flat_map(|side| &side.runs);
    runs.flat_map(|run| run.remarks.iter().cloned()).collect()
}

/// Names the machines that measured one side only: what has no counterpart
/// does not count.
fn one_sided_machines(
    old: &Side,
    new: &Side,
    of_old: &BTreeSet<String>,
    of_new: &BTreeSet<String>,
) -> Option<String> {
    if of_old.is_empty() || of_new.is_empty() || of_old == of_new {
        return None;
    }
    let only = |side: &Side, all: &BTreeSet<String>, other| {
        let names: Vec<_> = all.difference(other).cloned().collect();
        let label = &side.label;
        (!names.is_empty()).then(|| format!("{label} ({})", names.join("; ")))
    };
    let each = [only(old, of_old, of_new), only(new, of_new, of_old)];
    let each: Vec<String> = each.into_iter().flatten().collect();
    Some(format!(
        "left out, because the other side has no run of that machine: {}",
        each.join(", ")
    ))
}

/// Says that another number than the one asked for stands for the runs.
pub(super) fn instead(sides: &[Side]) -> Option<String> {
    let mut runs = sides.iter().flat_map(|side| &side.runs);
    let all =
        runs.find_map(|run| run.benchmarks.values().find_map(|it| it.instead))?;
    Some(format!(
        "a source has no samples, so the {} stands for each run on all sides",
        all.name()
    ))
}

fn thinned(sides: &[Side]) -> Option<String> {
    let mut names = BTreeSet::new();
    for run in sides.iter().flat_map(|side| &side.runs) {
        let thinned = run.benchmarks.iter().filter(|(_, it)| it.thinned);
        names.extend(thinned.map(|(name, _)| name.as_str()));
    }
    let what = "other numbers of samples on each side, so the fewest count";
    list(what, names.into_iter())
}

/// Returns a warning if both sides are one measurement, because saving a
/// baseline also makes it the latest run, `new`.
fn same_measurement(sides: &[Side]) -> Option<String> {
    let [old, new] = sides else { return None };
    let same = |old: &Run, new: &Run| {
        let mut both = old.benchmarks.iter().zip(&new.benchmarks);
        !old.benchmarks.is_empty()
            && old.benchmarks.len() == new.benchmarks.len()
            && both.all(|(a, b)| a.0 == b.0 && a.1.is_copy_of(b.1))
    };
    let pairs = old.runs.iter().zip(&new.runs);
    let all = pairs.clone().all(|(old, new)| same(old, new));
    (all && pairs.len() > 0).then(|| {
        let again = if all_from(sides, Source::Criterion) {
            "run `cargo bench` again"
        } else {
            "measure again"
        };
        format!(
            "{} and {} are the very same measurement; {again} after the edit",
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
    list("not on every side", missing.map(String::as_str))
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
    list(&format!("samples that {what}"), names.into_iter().map(String::as_str))
}

pub(super) fn list<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len() {
        0 => None,
        count if count > MOST_NAMES => {
            Some(format!("{what}: {shown}, ... ({count} benchmarks)"))
        }
        _ => Some(format!("{what}: {shown}")),
    }
}
