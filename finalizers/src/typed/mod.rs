//! Values of Rust on the collected heap: [`Gc<T>`] and [`Trace`].
//!
//! The heap of [`gc`](crate::gc) knows pointer fields and words. Here each
//! object stands for a value of Rust, and its pointer fields are a copy of the
//! pointers in that value: [`Trace`] lists them when the value is made and after
//! each change. So a collection never runs code of the value's type; its write
//! barrier, finalizers, cleanups and weak pointers are those of that heap.
//!
//! | file | what it holds |
//! |---|---|
//! | `handle`: [`Gc`], [`Rooted`], [`WeakGc`] | who points to a value, and who keeps it |
//! | `trace`: [`Trace`], [`Tracer`] | what a value points to |
//! | `heap`: [`TypedHeap`] | allocation, access, changes |
//! | `collecting` | when values are collected, at once or in steps |
//! | `ends`: finalizers, cleanups, weak pointers | what happens at a value's end |
//!
//! There is no `unsafe` in any of it, nor in what uses it. A pointer is a number
//! that the heap checks, so a [`Trace`] that forgets a pointer leads to a panic
//! that says so, and not to memory that is gone.

#![forbid(unsafe_code)]

mod collecting;
mod ends;
mod handle;
mod heap;
mod trace;

pub use handle::{Gc, Rooted, WeakGc};
pub use heap::{Call, Calls, TypedHeap};
pub use trace::{Trace, Tracer};
