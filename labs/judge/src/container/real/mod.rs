//! The same on this machine.
//!
//! The reader's code runs in a host that is thrown away: in namespaces of its
//! own, with a name, mounts and process numbers of its own, as a user without
//! any rights. Whatever it does to that host ends with it, and so does each
//! process that it leaves, because the kernel ends all of a PID namespace with
//! its first process.
//!
//! - `clone`: new processes.
//! - `process`: the reader's calls, made.
//! - `observer`: the program, which looks around.
//! - `facts`: what was seen, from inside and outside, and whether it is right.
//! - `sandbox`: the host that is thrown away.

mod clone;
mod facts;
mod observer;
mod process;
mod sandbox;

use facts::Facts;

use super::kernel::Container;
use super::stage::Stage;
use crate::report::Report;

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Right,
    Wrong(Report),
    /// This machine permits no such thing.
    Absent(String),
}

/// Has the reader's code start a container, and looks.
pub(super) fn judged<C: Container>(stage: Stage) -> Outcome {
    let told = match sandbox::run::<C>(stage) {
        Ok(told) => told,
        Err(why) => return Outcome::Absent(why),
    };
    let facts = Facts::read(&told);
    if let Some(why) = facts.absent() {
        return Outcome::Absent(why.to_owned());
    }
    match facts.judge(stage) {
        Ok(()) => Outcome::Right,
        Err(wrong) => Outcome::Wrong(facts.report(&wrong)),
    }
}
