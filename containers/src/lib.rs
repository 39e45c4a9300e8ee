//! A process in namespaces of its own, started by anyone from a program with
//! many threads.
//!
//! A process with several threads cannot fork: the copy has one thread, and
//! the locks of all. So how does a runtime start a container, which takes a
//! dozen steps between the fork and the program? It makes a process that
//! executes a program of one thread at once, and leaves the steps to that.
//!
//! | module | what it holds |
//! |---|---|
//! | [`container`] | what is asked for, built as `std::process::Command` is |
//! | [`measures`] | what keeps the program from the host, by name |
//! | [`ids`] | who is who inside, and who may say so |
//! | [`namespaces`] | the kinds of namespaces |
//! | [`mounts`] | what is mounted inside |
//! | [`caps`] | capabilities, by name |
//! | [`limits`] | what a program may use up |
//! | [`cgroup`] | what all programs of a container may use up together |
//! | [`plan`] | the steps of a start, computed; nothing is touched |
//! | `seccomp` | the filter of system calls, as data |
//! | `real_root` | whether number 0 is root of the host |
//! | `os_path` | paths in messages, which may have any bytes |
//! | `protocol` | what the caller and the new process tell each other |
//! | [`start`] | the caller's part, and that of the new process before it executes |
//! | [`stage`] | the part of `unc-init`, and PID 1 |
//! | [`state`] | containers that have a name: create, start, stop, list |
//! | [`rootfs`] | a root made of a static busybox |
//! | `fault` | where tests stop a start |
//! | `sys` | the system calls that `rustix` lacks |
//! | [`error`] | what failed: the step, the kernel's answer, the path, the usual cause |
//! | [`net`] | how containers of one user reach each other |
//! | [`lab`] | the wrong ways, each with what goes wrong |
//! | [`old`] | the way of the posts of 2015, to be measured beside ours |
//! | [`probe`] | what this kernel and this machine allow |
//! | [`trial`] | something tried in a child process, and watched until it ends |
//!
//! It is no boundary against hostile code: see the README.

#![cfg(target_os = "linux")]

pub mod caps;
pub mod cgroup;
pub mod container;
pub mod error;
mod fault;
pub mod ids;
pub mod lab;
pub mod limits;
pub mod measures;
pub mod mounts;
pub mod namespaces;
pub mod net;
pub mod old;
mod os_path;
pub mod plan;
pub mod probe;
mod protocol;
mod real_root;
pub mod rootfs;
mod seccomp;
pub mod stage;
pub mod start;
pub mod state;
mod sys;
pub mod trial;
