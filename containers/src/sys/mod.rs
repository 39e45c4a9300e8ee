//! The system calls that `rustix` lacks, each with what makes it sound; and
//! what it does not begin again.

pub(crate) mod clone;
pub(crate) mod descriptors;
pub(crate) mod exec;
pub(crate) mod filter;
pub(crate) mod mount_attributes;
pub(crate) mod path;
pub(crate) mod signals;
pub(crate) mod stack;

use rustix::io::Errno;

/// Returns what a system call of libc returned, or what it left in `errno`.
fn result(returned: libc::c_long) -> Result<libc::c_long, Errno> {
    if returned >= 0 {
        return Ok(returned);
    }
    let error = std::io::Error::last_os_error();
    Err(Errno::from_io_error(&error).unwrap_or(Errno::INVAL))
}
