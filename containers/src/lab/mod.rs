//! The wrong ways, each with what goes wrong, why, and what is right.
//!
//! All of them can be seen: `unc lab` lists them, and `unc lab NAME` takes
//! one. What is the same each time is compared with what must come of it;
//! what is random is a rate, with the number of runs. A child that hangs is
//! found, named and killed by the process that started it
//! ([`crate::trial::child`]).
//!
//! - [`wrong_way`]: what a wrong way is, and what is seen of it.
//!
//! One file each:
//!
//! - `fork_lock`, `clone_malloc`: locks of threads that are not in the child.
//! - `fork_cost`: what a fork costs a large process.
//! - `unshare_threads`, `joined_threads`: namespaces and threads.
//! - `death_signal`: whose death a child is told of.
//! - `chroot_escape`, `leaked_descriptor`, `symlink_target`: ways out of a
//!   root.
//! - `pid_one`: what a first process must do.
//!
//! And what they share: `apart`, a process for a part; `hammer`, threads that
//! do one thing over and over; `line`, how a program of the lab answers;
//! `new_root` and `scratch`, a root and what is beside it; and `watched`, the
//! process in which all of it happens.

mod apart;
mod chroot_escape;
mod clone_malloc;
mod death_signal;
mod fork_cost;
mod fork_lock;
mod hammer;
mod joined_threads;
mod leaked_descriptor;
mod line;
mod new_root;
mod pid_one;
mod scratch;
mod symlink_target;
mod unshare_threads;
mod watched;
pub mod wrong_way;

pub use watched::print;
pub use wrong_way::{Report, Seen, Settings, WrongWay};

/// All wrong ways, in the order in which the book tells of them.
pub const ALL: [WrongWay; 10] = [
    fork_lock::WAY,
    clone_malloc::WAY,
    fork_cost::WAY,
    unshare_threads::WAY,
    joined_threads::WAY,
    death_signal::WAY,
    chroot_escape::WAY,
    leaked_descriptor::WAY,
    symlink_target::WAY,
    pid_one::WAY,
];

/// Returns the wrong way of this name.
///
/// ```
/// let way = containers::lab::find("chroot-escape").unwrap();
/// assert_eq!(way.title, "give a container its root by chroot");
/// assert!(containers::lab::find("chroot").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static WrongWay> {
    const WAYS: &[WrongWay] = &ALL;
    WAYS.iter().find(|way| way.name == name)
}
