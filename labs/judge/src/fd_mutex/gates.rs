//! What is judged, gate by gate.

use std::process::ExitCode;

use super::lock::FdLock;
use super::models;
use super::operations::right;
use crate::harness;

/// The `main` of the reader's `check`.
pub fn main<L: FdLock>() -> ExitCode {
    harness::main(&[
        ("references-right", |_| right::<L>(false)),
        ("references-loom", |_| models::references::<L>()),
        ("locks-right", |_| right::<L>(true)),
        ("locks-loom", |_| models::locks::<L>()),
        ("waiters-loom", |_| models::waiters::<L>()),
    ])
}
