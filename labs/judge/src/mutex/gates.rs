//! What is judged, gate by gate.

use std::process::ExitCode;

use queue_locks::RawLock;
use queue_locks::timed_lock::TimedLock;

use super::models;
#[cfg(not(loom))]
use super::{threads, workload};
use crate::harness;

/// The `main` of the reader's `check`: `Two` of two states, `Three` of three.
pub fn main<Two, Three>() -> ExitCode
where
    Two: RawLock + 'static,
    Three: TimedLock + 'static,
{
    harness::main(&[
        #[cfg(not(loom))]
        ("two-right", |_| threads::right::<Two>()),
        #[cfg(not(loom))]
        ("two-counts", |_| threads::counts::<Two>(1_000)),
        ("two-loom", |_| models::sound::<Two>()),
        #[cfg(not(loom))]
        ("three-right", |_| threads::right::<Three>()),
        #[cfg(not(loom))]
        ("three-counts", |_| threads::counts::<Three>(0)),
        ("three-loom", |_| models::sound::<Three>()),
        #[cfg(not(loom))]
        ("measure", workload::measured::<Three>),
        #[cfg(not(loom))]
        ("until-right", |_| threads::until::<Three>()),
        ("until-loom", |_| models::until::<Three>()),
    ])
}
