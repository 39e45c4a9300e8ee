//! What this kernel and this machine allow.
//!
//! A kernel that is told nothing of it may refuse a namespace, a mount or a
//! map for a dozen reasons, and half of what it allows, it allows only with
//! another namespace beside it. Documentation ages; so each row takes its
//! steps, in a child process of its own, and prints what was answered.
//!
//! - [`row`]: one question, and its answer.
//! - [`table`](mod@table): all rows, as a table and as JSON.
//! - [`need`]: what a test needs, and what it says if that is missing.
//!
//! The rows themselves:
//!
//! - `namespaces`, `maps`, `mounts`, `mount_api`, `privileges` and `network`:
//!   what takes steps.
//! - `cgroups` and `limits`: what the machine says of itself.

mod cgroups;
mod limits;
mod maps;
mod mount_api;
mod mounts;
mod namespaces;
pub mod need;
mod network;
mod privileges;
pub mod row;
pub mod table;

use std::io;

pub use need::{Need, require};
pub use row::{Answer, Row, Who};
pub use table::Table;

/// Returns the rows, in the order in which they are printed.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let groups = [
        namespaces::ROWS,
        maps::ROWS,
        mounts::ROWS,
        mount_api::ROWS,
        privileges::ROWS,
        network::ROWS,
        cgroups::ROWS,
        limits::SETTINGS,
        limits::ROWS,
    ];
    groups.into_iter().flatten()
}

/// Puts all questions.
///
/// # Errors
///
/// When there can be no child process to put them.
pub fn table() -> io::Result<Table> {
    Table::ask(rows())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_of_a_group_have_one_name() {
        let mut names: Vec<_> =
            rows().map(|row| (row.group, row.name)).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
