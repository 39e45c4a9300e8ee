//! What is judged, gate by gate.

use std::process::ExitCode;

use super::asked::{Follow, Merge, Parse};
use super::laws::{self, Found};
use super::lines::{self, Line, shown};
use super::mutants::{self, Tested};
use super::pieces::{Piece, Profiles};
use super::runs::{self, Step};
use super::texts::{self, Row};
use super::workload::{followed, measured, merged};
use crate::harness;
use crate::panics::caught;
use crate::report::Report;
use crate::sequence;
use crate::tested::judged;

/// The `main` of the reader's `check`.
pub fn main<R: Parse + Merge + Follow + Tested>() -> ExitCode {
    harness::main(&[
        ("parse-right", |_| parse_right::<R>()),
        ("read-right", |_| read_right::<R>()),
        ("merge-laws", |_| merge(laws::laws::<R>, "unite by the laws")),
        ("merge-right", |_| merge(laws::right::<R>, "agree with the oracle")),
        ("merge-counts", |_| merged::<R>()),
        ("follow-right", |_| follow_right::<R>()),
        ("follow-counts", |_| followed::<R>()),
        ("measure", measured::<R>),
        ("tested", tested::<R>),
    ])
}

/// How many cases are tried; few where the judge itself is tested, without
/// optimisation.
const CASES: usize = if cfg!(test) { 250 } else { 3_000 };

/// Compares lines with what they say.
fn parse_right<R: Parse>() -> Report {
    let one = |line: &Line| {
        let written = line.written();
        lines::compare(&written, R::parse(&written.bytes))
    };
    let found =
        sequence::find(CASES, Line::draw, |all| all.iter().try_for_each(one));
    let Some(failing) = found else {
        return Report::passed(format!("{CASES} times random lines are read"));
    };
    failing.report(|all| {
        let head = "The line that shows it:".to_owned();
        let lines = all.iter().flat_map(|line| {
            let written = line.written();
            let mark = written.says.err();
            let mark = mark.map(|at| format!("{:>1$} here", "^", at + 2));
            [format!("  {}", shown(&written.bytes))].into_iter().chain(mark)
        });
        std::iter::once(head).chain(lines).collect()
    })
}

/// Compares profiles with what they say.
fn read_right<R: Parse>() -> Report {
    let found = sequence::find(CASES, Row::draw, |rows| {
        let text = texts::text(rows);
        texts::compare(&text, R::read(&text.text))
    });
    let Some(failing) = found else {
        return Report::passed(format!("{CASES} random profiles are read"));
    };
    failing.report(|rows| {
        told(vec![(
            "The shortest profile that shows it",
            texts::text(rows).text,
        )])
    })
}

/// Merges random profiles, and looks whether something holds.
fn merge(check: fn(&Profiles) -> Result<(), Found>, holds: &str) -> Report {
    let found = sequence::find(CASES, Piece::draw, |pieces| {
        check(&Profiles::of(pieces)).map_err(|found| found.says)
    });
    let Some(failing) = found else {
        return Report::passed(format!(
            "{CASES} times random profiles {holds}"
        ));
    };
    failing.report(|pieces| {
        let profiles = Profiles::of(pieces);
        let names = ["Profile 1", "Profile 2", "Profile 3"];
        let mut all: Vec<(&str, String)> =
            names.into_iter().zip(profiles.texts.clone()).collect();
        if let Ok(Err(found)) = caught(|| check(&profiles)) {
            all.extend(found.texts);
        }
        let head = "The shortest profiles that show it.".to_owned();
        std::iter::once(head).chain(told(all)).collect()
    })
}

/// Adds random profiles to a union, one after the other.
fn follow_right<R: Parse + Follow>() -> Report {
    let found = sequence::find(CASES, Step::draw, |steps| {
        runs::Profiles::of(steps).compare::<R>()
    });
    let Some(failing) = found else {
        return Report::passed(format!(
            "{CASES} random unions agree with the oracle"
        ));
    };
    failing.report(|steps| told(runs::Profiles::of(steps).told::<R>()))
}

/// Returns texts as lines, each below what it is.
fn told(texts: Vec<(&str, String)>) -> Vec<String> {
    let mut lines = Vec::new();
    for (what, text) in texts {
        lines.push(format!("{what}:"));
        lines.extend(text.lines().map(|line| format!("  {line}")));
        if !text.is_empty() && !text.ends_with(['\n', ')']) {
            lines.push("  (no newline at the end)".to_owned());
        }
    }
    lines
}

/// Runs the reader's own tests on sound code, or on one mutant.
fn tested<R: Tested>(name: &str) -> Report {
    judged(name, mutants::tests::<R>)
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::coverage::block::Block;
    use crate::coverage::file::File;
    use crate::coverage::mode::Mode;
    use crate::coverage::mutants::{Mutant, NAMES};
    use crate::coverage::ours::Ours;
    use crate::coverage::profile::{LineError, Malformed, Problem, Profile};
    use crate::report::Verdict;

    #[test]
    fn our_merge_and_our_prediction_pass() {
        for report in [
            merge(laws::laws::<Ours>, "unite"),
            merge(laws::right::<Ours>, "unite"),
            merged::<Ours>(),
            follow_right::<Ours>(),
            followed::<Ours>(),
        ] {
            assert!(report.is_passed(), "{report:?}");
        }
    }

    /// Each bug is seen on the judge's own profiles, and some by the laws.
    #[test]
    fn a_merge_with_a_bug_is_wrong_and_told() {
        fn judged<const BUG: usize>() -> (bool, Report) {
            let laws = merge(laws::laws::<Mutant<BUG>>, "unite");
            let right = merge(laws::right::<Mutant<BUG>>, "unite");
            (laws.is_passed(), right)
        }
        let all = [
            judged::<0>(),
            judged::<1>(),
            judged::<2>(),
            judged::<3>(),
            judged::<4>(),
            judged::<5>(),
            judged::<6>(),
            judged::<7>(),
        ];
        for (name, (_, right)) in NAMES.iter().zip(&all) {
            assert_eq!(right.verdict, Verdict::Wrong, "{name}");
            let text = right.lines.join("\n");
            assert!(text.contains("Profile 1:\n  mode: "), "{name}: {text}");
            assert!(text.contains("\nRight:\n"), "{name}: {text}");
        }
        let by_laws: Vec<&str> = NAMES
            .into_iter()
            .zip(&all)
            .filter(|(_, it)| !it.0)
            .map(|(name, _)| name)
            .collect();
        for name in ["last-count-kept", "sets-added", "order-of-coming"] {
            assert!(by_laws.contains(&name), "{name}: {by_laws:?}");
        }
        assert!(!by_laws.contains(&"overlap-kept"), "{by_laws:?}");
    }

    /// Tests that look at random profiles.
    struct Careful;

    impl Tested for Careful {
        fn tests<M: Merge>() {
            let mut rng = Rng::with_seed(1);
            for _ in 0..400 {
                let pieces: Vec<Piece> =
                    (0..12).map(|_| Piece::draw(&mut rng)).collect();
                let checked = laws::right::<M>(&Profiles::of(&pieces));
                checked.expect("it is right");
            }
        }
    }

    /// Tests that assert nothing.
    struct Careless;

    impl Tested for Careless {
        fn tests<M: Merge>() {
            let _ = M::merge(&["mode: set\n"]);
        }
    }

    #[test]
    fn careful_tests_catch_each_mutant_and_careless_ones_none() {
        assert!(tested::<Careful>("sound").is_passed());
        assert!(tested::<Careless>("sound").is_passed());
        for name in NAMES {
            let report = tested::<Careful>(name);
            assert!(report.is_passed(), "{name}: {report}");
            let report = tested::<Careless>(name);
            assert_eq!(report.verdict, Verdict::Survived, "{name}");
        }
        assert_eq!(tested::<Careful>("other").verdict, Verdict::Wrong);
    }

    /// Takes the next block for granted, if `BLIND`; else parses each line.
    struct Guess<const BLIND: bool>;

    impl<const BLIND: bool> Parse for Guess<BLIND> {
        fn parse(line: &[u8]) -> Result<(&str, Block, u64), LineError> {
            Ours::parse(line)
        }
        fn read(text: &str) -> Result<Profile<'_>, Malformed> {
            Ours::read(text)
        }
    }

    impl<const BLIND: bool> Follow for Guess<BLIND> {
        fn follow(
            file: &mut File,
            next: &mut usize,
            data: &[u8],
            from: usize,
            _: Mode,
        ) -> usize {
            let Some(total) = file.counts.get_mut(*next) else { return from };
            let line = data[from..].split(|it| *it == b'\n').next();
            let line = line.unwrap_or_default();
            let Ok((_, _, count)) = Ours::parse(line) else { return from };
            if !BLIND {
                return from;
            }
            *total += count;
            *next += 1;
            from + line.len() + 1
        }
    }

    #[test]
    fn a_prediction_that_is_not_checked_is_wrong_and_none_is_too_slow() {
        let report = follow_right::<Guess<true>>();
        assert_eq!(report.verdict, Verdict::Wrong, "{report:?}");
        let text = report.lines.join("\n");
        assert!(text.starts_with("The union before"), "{text}");
        assert!(text.contains("\nThe right one:\n  mode: "), "{text}");
        assert!(follow_right::<Guess<false>>().is_passed());
        let report = followed::<Guess<false>>();
        assert_eq!(report.verdict, Verdict::TooMany, "{report:?}");
        assert!(report.says.contains("lines parsed"), "{report}");
    }

    /// Ours says column 1 of whatever is wrong.
    #[test]
    fn a_wrong_column_is_told_with_a_mark_below_the_right_one() {
        let report = parse_right::<Ours>();
        assert_eq!(report.verdict, Verdict::Wrong, "{report:?}");
        assert!(report.says.contains("is right"), "{report}");
        let mark = report.lines.last().expect("there are some");
        assert_eq!(mark.trim_start(), "^ here", "{report:?}");
        let report = read_right::<Ours>();
        assert!(report.says.contains("read says an error"), "{report}");
    }

    /// Merges by comparing each line with each.
    struct Quadratic;

    impl Merge for Quadratic {
        fn merge(profiles: &[&str]) -> Result<String, Problem> {
            let mut union: Vec<(&str, Block, u64)> = Vec::new();
            for profile in profiles {
                for line in Ours::read(profile).expect("right").lines {
                    let is_same = |it: &&mut (&str, Block, u64)| {
                        (it.0, it.1) == (line.0, line.1)
                    };
                    match union.iter_mut().find(is_same) {
                        Some(known) => known.2 += line.2,
                        None => union.push(line),
                    }
                }
            }
            Ok(String::new())
        }
    }

    #[test]
    fn a_quadratic_merge_compares_too_often() {
        let report = merged::<Quadratic>();
        assert_eq!(report.verdict, Verdict::TooMany, "{report:?}");
        assert!(report.says.contains("comparisons of blocks"), "{report}");
    }
}
