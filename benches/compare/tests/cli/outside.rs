//! What was measured of other people's crates, judged again: itoa 1.0.15
//! against 1.0.19, httparse 1.8.0 against 1.10.1 and base64 0.22.1 against
//! 0.23.1, ten pairs beside builds that kept the machine busy.

use std::path::Path;

use crate::results::Results;

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Judges the runs of a crate again, and returns the table; its rows must be
/// those of the record.
fn judged(krate: &str, rows: usize) -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sides = ["old", "new"].map(|side| {
        let file = format!("tests/data/outside/{krate}-{side}.json");
        here.join(file).to_str().unwrap().to_owned()
    });
    let table = Results::new().run(&[&sides[0], &sides[1]], 0).stdout;
    let record = here.join(format!("../records/{krate}.txt"));
    let record = std::fs::read_to_string(record).unwrap();
    let kept = record.lines().skip_while(|it| !it.starts_with("benchmark"));
    let kept: Vec<_> = kept.skip(1).take_while(|it| !it.is_empty()).collect();
    assert_eq!(kept.len(), rows + 1, "the benchmarks and their mean");
    let said: Vec<_> = table.lines().map(words).collect();
    for row in kept {
        assert!(said.contains(&words(row)), "{row}\nis not in\n{table}");
    }
    table
}

#[test]
fn the_record_is_what_the_runs_say() {
    let table = judged("itoa", 14);
    // The releases do not change the standard library.
    for line in table.lines().filter(|line| line.contains("std::fmt  ")) {
        let called = ["faster", "slower"].iter().any(|it| line.ends_with(it));
        assert!(!called, "{line}");
    }
}

/// Criterion 0.3, which runs no row for less than two seconds.
#[test]
fn the_record_of_an_old_criterion_is_what_its_runs_say() {
    let table = judged("httparse", 4);
    assert!(table.contains("10 pairs") && table.contains("GiB/s"), "{table}");
}

/// Old with criterion 0.4 and new with 0.7, whose groups say themselves how
/// long they measure.
#[test]
fn the_record_of_two_criterions_is_what_their_runs_say() {
    let table = judged("base64", 5);
    assert!(table.contains("10 pairs") && table.contains("MiB/s"), "{table}");
}
