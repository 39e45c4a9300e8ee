//! This machine beside ours.

use std::path::Path;

use bench_compare::{Record, Row};
use book::record_path;

use crate::pairs::Pair;
use crate::workspace::root;

/// Says how the new way of a pair does in the newest run of `folder`, and how
/// in the one that the book shows; nothing where a run is missing.
pub(crate) fn beside(pair: &Pair, folder: &Path) -> Option<String> {
    let read =
        |folder: &Path| Record::read(&record_path(folder, pair.name)).ok();
    let theirs = read(folder)?;
    let ours = read(&root().join("benches/records"))?;
    let [here, there] = middles(&theirs.rows, &ours.rows)?;
    let [old, new] = pair.variants;
    Some(format!(
        "{new}/{old}: {here:.2} here, {there:.2} in the run of the book."
    ))
}

/// Returns the geometric means of the ratios of the rows that both have.
fn middles(theirs: &[Row], ours: &[Row]) -> Option<[f64; 2]> {
    let (mut here, mut there, mut rows) = (0.0, 0.0, 0.0);
    for row in theirs {
        let is_same = |it: &&Row| it.benchmark == row.benchmark;
        if let Some(other) = ours.iter().find(is_same) {
            here += row.ratio.ln();
            there += other.ratio.ln();
            rows += 1.0;
        }
    }
    (rows > 0.0).then(|| [here, there].map(|sum: f64| (sum / rows).exp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;
    use bench_compare::Rule;

    fn row(name: &str, new: f64) -> Row {
        Row::new(name, &[1.0], &[new], Rule::default())
    }

    #[test]
    fn only_rows_of_both_runs_are_compared() {
        let theirs = [row("a", 2.0), row("b", 8.0), row("here", 100.0)];
        let ours = [row("b", 3.0), row("a", 3.0), row("there", 0.01)];
        let [here, there] = middles(&theirs, &ours).unwrap();
        assert!((here - 4.0).abs() < 1e-9, "{here}");
        assert!((there - 3.0).abs() < 1e-9, "{there}");
        assert!(middles(&theirs[2..], &ours).is_none());
    }

    #[test]
    fn our_run_beside_itself_has_the_same_number_twice() {
        let pair = pairs::find("queues").unwrap();
        let line = beside(pair, &root().join("benches/records")).unwrap();
        let number = line.split(' ').nth(1).unwrap();
        assert_eq!(line.matches(number).count(), 2, "{line}");
    }
}
