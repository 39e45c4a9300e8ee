//! The lab *container*: the reader starts a process in namespaces of its own.
//!
//! The reader's code makes its calls of the kernel through a trait. So it can
//! be judged on any machine, by a model of the kernel that refuses what the
//! kernel refuses, in many orders of the processes' calls; and where the
//! machine permits it, the same code then runs for real.
//!
//! - [`call`]: the calls, and what the kernel answers.
//! - [`kernel`]: the trait through which they are made, and the reader's one.
//! - `users`, `mounts`, `processes`, `machine`: the model of the kernel.
//! - `turns`, `process`: processes of the model, a call at a time.
//! - `stage`: what each stage asks for.
//! - `scenarios`, `truth`: what is started in the model, and what must be true
//!   of it.
//! - `ours`: a container that is right, to compare with.
//! - `real`: the same on this machine, in a host that is thrown away.
//! - [`gates`]: what is judged.

pub mod call;
pub mod gates;
pub mod kernel;
mod machine;
mod mounts;
mod ours;
mod process;
mod processes;
#[cfg(all(target_os = "linux", not(loom)))]
mod real;
mod scenarios;
mod stage;
mod truth;
mod turns;
mod users;

pub use call::{Errno, Fd, Namespace, Pid, Pipe, Status};
pub use gates::main;
pub use kernel::{Container, Kernel, Settings};
