//! The folder of this crate's planted bugs; see [`support::recorded`].

use std::path::Path;

/// Demands that the bug of the module `locks::name` is found, with `message`,
/// on the schedule that is recorded.
pub(crate) fn check(name: &str, message: &str) {
    check_in("locks", name, message);
}

/// The same for a bug of another module of this test.
pub(crate) fn check_in(module: &str, name: &str, message: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/loom/lanes");
    let test = format!("{module}::{name}::bug");
    support::recorded::check(&folder, name, &test, message);
}
