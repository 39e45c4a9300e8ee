//! A small collected heap with finalizers, cleanups and weak pointers.
//!
//! Enough of Go's collector to see what a finalizer can promise: mark and
//! sweep from explicit roots, size classes, a tiny allocator, and *specials*,
//! the records that hang on objects. Go collects beside the running program;
//! this heap collects when told, at once or in steps, so that each step can be
//! looked at.
//!
//! | file | Go 1.27, `runtime/` |
//! |---|---|
//! | `heap`: allocation, fields, the order of a collection | `mgc.go` |
//! | `layout`: object shapes and size classes | `sizeclasses.go` |
//! | `pointer`: where an object is | |
//! | `span`, `memory`: slots by size, spans by address | `mheap.go`, `malloc.go` |
//! | `pages`: runs of pages, split and merged | `mpagealloc.go` |
//! | `tiny`: several small objects in a slot | `malloc.go`, `mallocgcTiny` |
//! | `root`: what the program names as in use | `mgcmark.go`, `markroot` |
//! | `special`: what hangs on an object | `mheap.go` |
//! | `numbered`: the table that roots, records and weak handles are in | |
//! | `mark`, `sweep`: a collection | `mgcmark.go`, `mgcsweep.go` |
//! | `incremental`: marking in small steps, the write barrier | `mbarrier.go` |
//! | `step`: a collection step by step, for those who watch it | |
//! | `finalizer`, `cleanup`, `weak` | `mfinal.go`, `mcleanup.go`, `weak/` |
//! | `ephemeron`: a value that lives as long as its key | |
//! | `pacer`: when to collect | `mgcpacer.go` |
//! | `check`: finalizers that can never run | `mcheckmark.go` |
//! | `verify`: the invariants | |
//! | `driver`, `threads`: who calls what is due | `mfinal.go`, `mcleanup.go` |
//!
//! These files import each other in a circle, the only one of the workspace:
//! `heap` holds the data of each theme, and each theme adds its methods by an
//! `impl Heap` beside that data. To open the circle one would have to take
//! the data of a theme away from its methods, into a file for all data; a
//! reader of finalizers would then need two files where now one tells it all.

#![forbid(unsafe_code)]

mod check;
mod cleanup;
mod driver;
mod ephemeron;
mod finalizer;
mod heap;
mod incremental;
mod layout;
mod mark;
mod memory;
mod numbered;
mod pacer;
mod pages;
mod pointer;
mod root;
mod span;
mod special;
mod step;
mod sweep;
mod threads;
mod tiny;
mod verify;
mod weak;

pub use check::{NeverRuns, Reason};
pub use cleanup::{Cleanup, RunningCleanup};
pub use driver::{
    CleanupCall, Driver, Finalize, FinalizerCall, Recording, Stepping,
};
pub use ephemeron::Ephemeron;
pub use finalizer::RunningFinalizer;
pub use heap::Heap;
pub use layout::Layout;
pub use pacer::Pacing;
pub use pointer::Pointer;
pub use root::Root;
pub use step::Step;
pub use threads::{
    Runtime, SharedHeap, ThreadCleanup, ThreadFinalizer, Threads,
};
pub use verify::Violation;
pub use weak::Weak;
