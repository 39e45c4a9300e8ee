//! Random programs on the reader's heap and on the oracle.

use super::heap::Collector;
use super::operations::{Operation, Stage};
use super::pair::Pair;
use crate::panics::caught;
use crate::report::Report;
use crate::sequence;

/// How many programs are tried; few where the judge itself is tested, without
/// optimisation.
const CASES: usize = if cfg!(test) { 400 } else { 3_000 };

/// Tries random programs of a stage's operations.
pub fn right<C: Collector>(stage: Stage) -> Report {
    let found = sequence::find(
        CASES,
        |rng| stage.draw(rng),
        |operations| {
            let mut pair = Pair::default();
            let apply = |&it| pair.apply::<C>(stage, it);
            operations.iter().try_for_each(apply)
        },
    );
    match found {
        None => Report::passed(format!(
            "{CASES} random programs agree with the oracle"
        )),
        Some(failing) => failing.report(|it| told::<C>(stage, it)),
    }
}

/// Returns a failing program step by step, and the heap before and after the
/// last one.
fn told<C: Collector>(stage: Stage, operations: &[Operation]) -> Vec<String> {
    let mut lines = vec!["The shortest program that shows it:".to_owned()];
    let mut pair = Pair::default();
    let last = operations.len().saturating_sub(1);
    for (at, &operation) in operations.iter().enumerate() {
        let number = match operation {
            Operation::New(_) => format!(", #{}", pair.made()),
            _ => String::new(),
        };
        lines.push(format!("  {}. {operation}{number}", at + 1));
        if at == last {
            lines.push("The heap before the last step:".into());
            lines.extend(pair.drawn());
        }
        // It is known already what goes wrong.
        let _ = caught(|| pair.apply::<C>(stage, operation));
    }
    lines.push("The heap after it:".into());
    lines.extend(pair.drawn());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::planted::{NAMES, Ours, Tested, tests};
    use crate::report::Verdict;

    const STAGES: [Stage; 4] =
        [Stage::Mark, Stage::Sweep, Stage::Finalizers, Stage::Attached];

    #[test]
    fn our_collector_is_right_in_each_stage() {
        for stage in STAGES {
            let report = right::<Ours>(stage);
            assert!(report.is_passed(), "{stage:?}: {report:?}");
        }
    }

    /// Judges instead of testing.
    struct Judged;

    impl Tested for Judged {
        fn tests<C: Collector>() {
            let mut reports = STAGES.iter().map(|&stage| right::<C>(stage));
            let wrong = reports.find(|it| !it.is_passed());
            let wrong = wrong.expect("each bug shows in some stage");
            assert_eq!(wrong.verdict, Verdict::Wrong, "{wrong:?}");
            let steps = wrong.lines.iter().filter(|it| it.contains(". "));
            assert!(steps.count() <= 12, "{wrong:?}");
            let text = wrong.lines.join("\n");
            assert!(text.contains("The heap before the last step:"), "{text}");
            panic!("{}", wrong.says);
        }
    }

    #[test]
    fn each_planted_bug_is_told_for_what_it_is() {
        let says = [
            ("first-field-only", "is not marked, and the program can reach it"),
            ("one-step-only", "is not marked, and the program can reach it"),
            ("last-word-kept", "is still there, and nothing needs it"),
            ("marks-kept", "is still marked after the sweep"),
            ("all-at-once", "finalizers are due of #0 #1, and"),
            ("finalizer-kept", "hangs a finalizer, and nothing is right"),
            ("weak-too-late", "still leads to #0, which was found dead"),
            ("cleanup-too-early", "cleanups are due of #0, and none is right"),
        ];
        assert_eq!(says.map(|it| it.0), NAMES);
        for (name, says) in says {
            let panic = caught(|| tests::<Judged>(name)).unwrap_err();
            assert!(panic.message.contains(says), "{name}: {panic:?}");
        }
    }
}
