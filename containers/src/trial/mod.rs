//! Something tried in a child process of its own, and watched until it ends.
//!
//! What a kernel refuses is best learned by asking it, and what a fork breaks
//! by forking; neither should happen to the process that asks. So each
//! question is put by a child, and the parent waits for it by a descriptor of
//! the process (pidfd), which cannot come to mean another process.
//!
//! - [`child`]: the child, and how it ended; one that hangs is found and named.
//! - `inside`: what the child does: steps that a fork allows.
//! - [`errno`]: the names of errors.

pub mod child;
pub mod errno;
pub(crate) mod inside;

use std::io;

use rustix::io::Errno;

/// Makes this process, which must have one thread and be root's, one of the
/// user that owns nothing.
///
/// # Errors
///
/// When it is not root's.
pub fn become_nobody() -> io::Result<()> {
    inside::become_nobody()
        .map_err(|refusal| refusal.errno.unwrap_or(Errno::PERM).into())
}
