//! When does the descriptor really close?
//!
//! A file descriptor is a number that the kernel hands out again as soon as
//! it is free. Whoever closes too early lets others read the wrong file;
//! whoever closes too late, or never, runs out of numbers. This crate takes
//! apart the answers: a value that closes when its scope ends (`Drop`), and
//! an object that is closed by a garbage collector's finalizer.
//!
//! ```
//! use finalizers::gc::{Heap, Layout};
//!
//! let mut heap = Heap::new();
//! let file = heap.alloc(Layout::new(0, 64));
//! heap.set_finalizer(file, |_, file| println!("closing {file}"));
//! // Nobody holds it any more: it is due, but nothing has closed it yet.
//! heap.collect();
//! assert!(heap.is_allocated(file));
//! assert_eq!(heap.run_finalizers(10), 1);
//! // Only the next collection frees it.
//! heap.collect();
//! assert!(!heap.is_allocated(file));
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`file`](mod@file) | a file that is closed by hand, or by `Drop` as a fallback |
//! | [`owner`] | which owner may close which descriptor |
//! | `close_hook` | the `close` of the whole program, which tells the owners' table |
//! | [`leak`] | what happens when a file is dropped that nobody has closed |
//! | [`close_errors`] | what each way of closing tells of an error |
//! | [`get_fd`] | the number that outlived its file, in Rust's types |
//! | [`fd_mutex`] | the lock of a descriptor that several threads use and one closes |
//! | [`polled_fd`] | a descriptor under that lock, whose close wakes those who wait |
//! | `waiters` | threads that wait for a descriptor, and how they are woken |
//! | [`gc`] | a small collected heap with finalizers, cleanups, weak pointers |
//! | [`typed`] | values of Rust on that heap, with [`typed::Trace`] |
//! | [`counted`] | its rival: reference counts, and trial deletion of cycles |
//! | [`collected_file`] | a file that is an object of that heap |
//! | [`finalizer_queue`] | the queue of the one thread that runs finalizers |
//! | [`cleanup_pool`] | the threads that run cleanups, and how they sleep |
//! | [`experiments`] | questions with exact outcomes, which the command prints |
//! | [`traces`] | programs of objects in one line, which real Go runs too |
//! | `panics` | what is left of a call that has panicked, where others go on |
//! | [`descriptors`] | how many descriptors this process has open |
//! | `steps` | what the planted bugs of the models leave out |
//!
//! # A symbol of the whole program
//!
//! The feature `fdsan`, on by default, defines the C function `close` on
//! Linux, so that a [`file::File`] learns that somebody else has closed its
//! number, even code that knows nothing of this crate. It adds a look at a
//! table to each close and calls the `close` that was there before. A program
//! that has a `close` of its own, or wants no such thing, depends on this
//! crate with `default-features = false`; see [`owner`] for what is then left
//! unnoticed.
//!
//! The questions come from the post "Mystery of finalizers in Go"; the Go
//! code followed is that of Go 1.27 (`os/file_unix.go`, `runtime/mfinal.go`).

pub mod cleanup_pool;
pub mod counted;
pub mod fd_mutex;
pub mod finalizer_queue;
pub mod gc;
mod panics;
#[doc(hidden)]
pub mod steps;
pub mod traces;
pub mod typed;

// Loom has no static variables, and the kernel is no part of a model.
#[cfg(all(unix, not(loom)))]
pub mod close_errors;
// Miri has no symbols, and calls its own close(2).
#[cfg(all(feature = "fdsan", target_os = "linux", not(any(loom, miri))))]
mod close_hook;
#[cfg(all(unix, not(loom)))]
pub mod collected_file;
#[cfg(all(unix, not(loom)))]
pub mod descriptors;
#[cfg(all(unix, feature = "experiments", not(loom)))]
pub mod experiments;
#[cfg(all(unix, not(loom)))]
pub mod file;
#[cfg(all(unix, not(loom)))]
pub mod get_fd;
#[cfg(all(unix, not(loom)))]
pub mod leak;
#[cfg(all(unix, not(loom)))]
pub mod owner;
// Where ppoll(2) is.
#[cfg(all(target_os = "linux", not(loom)))]
pub mod polled_fd;
#[cfg(all(target_os = "linux", not(loom)))]
mod waiters;

/// The examples of the README, which run as tests.
#[cfg(all(doctest, not(loom)))]
#[doc = include_str!("../README.md")]
struct Readme;
