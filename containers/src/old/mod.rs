//! The way of the posts of 2015, kept to be measured beside ours.
//!
//! "Unprivileged containers in Go" starts a container so: fork a copy of the
//! whole process into new namespaces, let it wait until the parent has
//! written its id maps, and have it execute its own program again under
//! another name. That second stage mounts below the root by paths, makes a
//! folder for the old root, pivots, and looks every 100 ms whether its network
//! interface has come.
//!
//! It is not for use: a symlink leads its mounts out of the root, two starts
//! at once meet in the folder of the old root, nothing is dropped, and nothing
//! is closed. What is better, and at which price, the chapters tell.
//!
//! - [`start`](mod@start): the parent's part.
//! - [`stage_two`]: the part of the program that was executed again.
//! - [`unet`]: what connects a container, which was a helper of root's.

pub mod stage_two;
pub mod start;
pub mod unet;

pub use stage_two::run_if_asked;
pub use start::{Post, start};
pub use unet::Unet;
