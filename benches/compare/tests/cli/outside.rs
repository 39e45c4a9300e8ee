//! What was measured of other people's crates, judged again: itoa 1.0.15
//! against 1.0.19, ten pairs beside builds that kept the machine busy.

use std::path::Path;

use crate::results::Results;

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn the_record_is_what_the_runs_say() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sides = ["old", "new"].map(|side| {
        let file = format!("tests/data/outside/itoa-{side}.json");
        here.join(file).to_str().unwrap().to_owned()
    });
    let table = Results::new().run(&[&sides[0], &sides[1]], 0).stdout;
    let record = here.join("../records/itoa.txt");
    let record = std::fs::read_to_string(record).unwrap();
    let rows = record.lines().skip_while(|it| !it.starts_with("benchmark"));
    let rows: Vec<_> = rows.skip(1).take_while(|it| !it.is_empty()).collect();
    assert_eq!(rows.len(), 15, "fourteen benchmarks and their mean");
    let said: Vec<_> = table.lines().map(words).collect();
    for row in rows {
        assert!(said.contains(&words(row)), "{row}\nis not in\n{table}");
    }
    // The releases do not change the standard library.
    for line in table.lines().filter(|line| line.contains("std::fmt  ")) {
        let called = ["faster", "slower"].iter().any(|it| line.ends_with(it));
        assert!(!called, "{line}");
    }
}
