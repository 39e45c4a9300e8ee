//! Reference counting with trial deletion: the rival of the collected heap.
//!
//! Each object counts who points to it, and is freed when nobody does: at once,
//! and without looking at any other object that is in use. Only cycles need a
//! collector, as their objects count each other. It looks where a count fell and
//! did not become zero: it takes away, on trial, all counts that come from
//! inside, and what is then left with none is garbage.
//!
//! After D. F. Bacon and V. T. Rajan, *Concurrent Cycle Collection in Reference
//! Counted Systems*, ECOOP 2001, section 3, the synchronous algorithm. There it
//! is written with recursion; here with lists of what is still to be visited,
//! so that a long list does not exhaust the stack.
//!
//! | file | what it holds |
//! |---|---|
//! | `heap`: [`CountedHeap`] | allocation, fields, counts |
//! | `trial` | trial deletion |

#![forbid(unsafe_code)]

mod heap;
mod trial;

pub use heap::{CountedHeap, Node, Work};
