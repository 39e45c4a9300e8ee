//! What was found, as text.

use anstream::println;
use anstyle::{AnsiColor, Style};
use lab_judge::report::{Count, Report, Verdict};
use support::paragraph::folded;
use support::workspace::relative;

use crate::desk::Desk;
use crate::judgement::{GateReport, Judgement, StageReport};

const BOLD: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Columns that are left beside the margin.
const WIDTH: usize = 70;

/// Prints stage by stage, and what to do next.
pub(crate) fn print(desk: &Desk, judgement: &Judgement) {
    let lab = &desk.lab;
    println!("{BOLD}{}{BOLD:#}: {}", lab.name, lab.title);
    for line in &judgement.warnings {
        println!("  {line}");
    }
    for (at, stage) in judgement.stages.iter().enumerate() {
        print_stage(at + 1, stage);
    }
    println!();
    println!("{}", next(desk, judgement));
}

fn print_stage(number: usize, stage: &StageReport) {
    println!("\n{BOLD}stage {number}{BOLD:#}, {}", stage.title);
    for gate in &stage.gates {
        print_gate(gate);
    }
}

fn print_gate(gate: &GateReport) {
    let report = &gate.report;
    let style = if report.is_passed() { GOOD } else { BAD };
    let question = gate.kind.question();
    println!("  {question:<7}{style}{}{style:#}", report.verdict);
    for line in folded(&report.says, WIDTH) {
        println!("         {line}");
    }
    for line in table(report) {
        println!("         {line}");
    }
    for line in &report.lines {
        println!("         {line}");
    }
}

/// Returns the counts: the reader's, ours, and the bound.
fn table(report: &Report) -> Vec<String> {
    if report.counts.is_empty() {
        return Vec::new();
    }
    let head = format!("{:>8} {:>8} {:>8}", "yours", "ours", "bound");
    let row = |count: &Count| {
        let bound = count.bound.map_or_else(String::new, |it| it.to_string());
        let Count { what, yours, ours, .. } = count;
        format!("{yours:>8} {ours:>8} {bound:>8}  {}", short(what))
    };
    let rows = report.counts.iter().map(row);
    std::iter::once(head).chain(rows).collect()
}

/// Cuts words to what is left of the line.
fn short(what: &str) -> String {
    what.chars().take(43).collect()
}

/// Returns what to do next.
fn next(desk: &Desk, judgement: &Judgement) -> String {
    let name = &desk.lab.name;
    let seconds = judgement.seconds;
    let Some(failed) = judgement.failed() else {
        return format!(
            "All {} stages passed, in {seconds:.1} s. See ours: cargo lab \
             compare {name}",
            judgement.of
        );
    };
    let source = relative(&desk.source());
    let then = match failed.report.verdict {
        Verdict::Unwritten => format!(
            "Next: open {source}, look for this stage's lines \"YOUR CODE\",\n\
             and write what takes the place of the todo!"
        ),
        _ => format!("Next: mend {source}"),
    };
    format!(
        "{} of {} stages passed, in {seconds:.1} s.\n{then}\n\
         A hint:  cargo lab hint {name}\nAgain:   cargo lab check {name}",
        judgement.passed, judgement.of
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_without_a_bound_has_a_gap() {
        let count = |bound| Count {
            what: "writes".into(),
            yours: 7.0,
            ours: 6.0,
            bound,
        };
        let counts = vec![count(Some(9.0)), count(None)];
        let report = Report { counts, ..Report::passed("") };
        assert_eq!(
            table(&report),
            [
                "   yours     ours    bound",
                "       7        6        9  writes",
                "       7        6           writes",
            ]
        );
    }
}
