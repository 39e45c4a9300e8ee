//! The table of planted bugs in `tests/loom/README.md` is that of the
//! recorded lanes.
#![cfg(not(loom))]

use std::fs;
use std::path::Path;

#[test]
fn the_readme_has_the_recorded_executions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/loom");
    let table = support::schedules::table(&folder.join("lanes"));
    let readme = folder.join("README.md");
    let text = fs::read_to_string(&readme).expect("it is committed");
    assert!(text.ends_with(&table), "end {readme:?} with:\n{table}");
}
