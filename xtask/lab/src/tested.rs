//! The reader's own tests or models: on sound code, then on each mutant.

use std::path::Path;

use anyhow::{Result, ensure};
use lab_judge::report::{Report, Verdict};

use crate::gate;
use crate::registry::{Gate, Mutant};

/// Runs them on each, and says which bugs were caught.
pub(crate) fn run(
    program: &Path,
    gate: &Gate,
    mutants: &[Mutant],
) -> Result<Report> {
    let one = |name: &str| gate::run(program, &gate.name, name, gate.kind);
    let sound = one("sound")?;
    if !sound.is_passed() {
        return Ok(of_sound(sound));
    }
    let mutants = mutants.iter().filter(|it| it.gate == gate.name);
    let (mut caught, mut survivor) = (0, None);
    let mut lines = Vec::new();
    for mutant in mutants {
        let report = one(&mutant.name)?;
        let is_known = report.verdict != Verdict::Wrong;
        ensure!(is_known, "the judge says: {}", report.says);
        let is_caught = report.verdict != Verdict::Survived;
        let how = if is_caught { "caught" } else { "MISSED" };
        lines.push(format!("  {:<28} {how}", mutant.name));
        if is_caught {
            caught += 1;
        } else {
            survivor = survivor.or(Some(mutant));
        }
    }
    let score = format!("your tests catch {caught} of {}", lines.len());
    Ok(match survivor {
        None => Report::passed(score).with(lines),
        Some(mutant) => Report::new(Verdict::Survived, score)
            .with(lines)
            .with([format!("About {}: {}", mutant.name, mutant.hint)]),
    })
}

/// Returns what is said of tests that do not pass sound code.
fn of_sound(report: Report) -> Report {
    if matches!(report.verdict, Verdict::Unwritten | Verdict::Survived) {
        return report;
    }
    let says = format!("your tests fail on sound code: {report}");
    Report { verdict: Verdict::Survived, says, ..report }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_finds_a_bug_in_sound_code_is_told_so() {
        let found = Report::new(Verdict::Unsound, "deadlock");
        let report = of_sound(found);
        assert_eq!(report.verdict, Verdict::Survived);
        assert_eq!(
            report.says,
            "your tests fail on sound code: unsound: deadlock"
        );
        let todo = Report::new(Verdict::Unwritten, "stage 1");
        assert_eq!(of_sound(todo.clone()), todo);
    }
}
