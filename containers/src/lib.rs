//! A process in namespaces of its own, started by anyone.
//!
//! | module | what it holds |
//! |---|---|
//! | [`error`] | what failed: the step, the kernel's answer, the path, the usual cause |
//! | [`net`] | how containers of one user reach each other |
//! | [`lab`] | the wrong ways, each with what goes wrong |
//! | [`old`] | the way of the posts of 2015, to be measured beside ours |
//! | [`probe`] | what this kernel and this machine allow |
//! | [`trial`] | something tried in a child process, and watched until it ends |

#![cfg(target_os = "linux")]

pub mod error;
pub mod lab;
pub mod net;
pub mod old;
pub mod probe;
pub mod trial;
