//! What an unlock costs, by hand, by a guard and by each kind of defer.
//!
//! Ids are `queues/operation/size/variant`. The pair is `explicit` (old)
//! against `guard` (new); `--blocks` measures it in blocks that take turns.

#[path = "queues/calls.rs"]
mod calls;
#[path = "queues/defers.rs"]
mod defers;
#[path = "queues/disciplines.rs"]
mod disciplines;
#[path = "queues/fairness.rs"]
mod fairness;
#[path = "queues/locks.rs"]
mod locks;
#[path = "queues/post.rs"]
mod post;
#[path = "queues/storages.rs"]
mod storages;

use std::process::ExitCode;

use bench_compare::blocks::program::Program;
use benches::{blocks, profiler};
use criterion::criterion_group;

criterion_group! {
    name = benches;
    config = profiler::criterion();
    targets = disciplines::all, defers::panics, locks::uncontended,
        locks::contended, storages::all, post::all, fairness::all
}

fn main() -> ExitCode {
    blocks::or_criterion(rows, benches)
}

fn rows(program: &mut Program) {
    disciplines::rows(program);
    calls::rows(program);
}
