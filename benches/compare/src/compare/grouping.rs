//! Names compared inside one side: the names become the sides.

use std::collections::BTreeMap;

use regex::Regex;

use crate::input::side::Side;
use crate::natural_order;
use crate::run::Run;

/// Splits a side by what `pattern` leaves out of the names.
///
/// What the pattern's groups capture is the benchmark; the rest of the name
/// is the side. With `([^/]+)/.*/([^/]+)$` on `put/guard/1k` the benchmark is
/// `put/1k` and the side is `guard`. Without a group, all of the match is the
/// benchmark. Names that do not match are left out.
pub fn by_pattern(side: Side, pattern: &Regex) -> Vec<Side> {
    split(side, |name| {
        let found = pattern.captures(name)?;
        let from = usize::from(found.len() > 1);
        let parts: Vec<_> = found.iter().skip(from).flatten().collect();
        let mut rest = String::new();
        let mut end = 0;
        for part in &parts {
            rest += name.get(end..part.start()).unwrap_or_default();
            end = part.end().max(end);
        }
        rest += &name[end..];
        let kept: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
        let label = rest.replace("//", "/");
        Some((label.trim_matches('/').to_owned(), kept.join("/")))
    })
}

/// Splits a side by the last part of the names, keeping `variants` in order.
pub fn by_variants(side: Side, variants: &[String]) -> Vec<Side> {
    let mut sides = split(side, |name| {
        let (benchmark, variant) = name.rsplit_once('/')?;
        Some((variant.to_owned(), benchmark.to_owned()))
    });
    let place = |side: &Side| variants.iter().position(|v| *v == side.label);
    sides.retain(|side| place(side).is_some());
    sides.sort_by_key(place);
    sides
}

fn split(
    side: Side,
    name: impl Fn(&str) -> Option<(String, String)>,
) -> Vec<Side> {
    let empty = side.runs.iter().map(Run::without_benchmarks);
    let empty: Vec<Run> = empty.collect();
    let mut sides = BTreeMap::<String, Vec<Run>>::new();
    for (index, run) in side.runs.into_iter().enumerate() {
        for (full, measurement) in run.benchmarks {
            let Some((label, benchmark)) = name(&full) else {
                continue;
            };
            let runs = sides.entry(label).or_insert_with(|| {
                empty.iter().map(Run::without_benchmarks).collect()
            });
            runs[index].benchmarks.insert(benchmark, measurement);
        }
    }
    let mut sides: Vec<_> =
        sides.into_iter().map(|(label, runs)| Side { label, runs }).collect();
    sides.sort_by(|a, b| natural_order::compare(&a.label, &b.label));
    sides
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side() -> Side {
        let names = ["put/guard/1k", "put/explicit/1k", "get/guard/1k", "x"];
        Side {
            label: "new".into(),
            runs: vec![Run::from_times("new", names.map(|name| (name, 1.0)))],
        }
    }

    fn labels(sides: &[Side]) -> Vec<&str> {
        sides.iter().map(|side| side.label.as_str()).collect()
    }

    #[test]
    fn what_is_captured_is_the_benchmark() {
        let pattern = Regex::new("^([^/]+)/.*/([^/]+)$").unwrap();
        let sides = by_pattern(side(), &pattern);
        assert_eq!(labels(&sides), ["explicit", "guard"]);
        let names: Vec<_> = sides[1].runs[0].benchmarks.keys().collect();
        assert_eq!(names, ["get/1k", "put/1k"]);
    }

    /// Where and when a run was made is the same for all that is in it.
    #[test]
    fn what_is_known_of_the_runs_stays() {
        let of_round = |round| Run {
            machine: Some("m".to_owned()),
            round: Some(round),
            ..Run::from_times("r", [("put/a", 1.0), ("put/b", 2.0)])
        };
        let runs = (1..=6).map(of_round).collect();
        let side = Side { label: "new".into(), runs };
        let sides = by_variants(side, &["a".into(), "b".into()]);
        for side in sides {
            let rounds: Vec<_> = side.runs.iter().map(|it| it.round).collect();
            assert_eq!(rounds, (1..=6).map(Some).collect::<Vec<_>>());
            assert!(side.runs.iter().all(|it| it.machine.is_some()));
        }
    }

    #[test]
    fn variants_stand_in_the_order_asked_for() {
        let names = ["put/b", "put/a", "put/c"].map(|name| (name, 1.0));
        let side = Side {
            label: "new".into(),
            runs: vec![Run::from_times("new", names)],
        };
        let sides = by_variants(side, &["c".into(), "a".into()]);
        assert_eq!(labels(&sides), ["c", "a"]);
    }
}
