//! What is judged, gate by gate.

use std::process::ExitCode;

use super::alarm::Alarm;
use super::{models, starts};
use crate::harness;

/// The `main` of the reader's `check`.
pub fn main<A: Alarm>() -> ExitCode {
    harness::main(&[
        ("ring-right", |_| starts::ring::<A>()),
        ("ring-loom", |_| models::two_starters::<A>()),
        ("wait-right", |_| starts::wait::<A>()),
        ("wait-loom", |_| models::start_against_wait::<A>()),
        ("note-loom", |_| models::old_note::<A>()),
        ("announce-loom", |_| models::one_ring_a_wait::<A>()),
    ])
}
