//! `seccomp`: hands a filter of system calls to the kernel.

use rustix::io::Errno;

use super::result;

/// Installs a filter on this process, which has one thread.
pub(crate) fn install(program: &[libc::sock_filter]) -> Result<(), Errno> {
    let len = u16::try_from(program.len()).map_err(|_| Errno::INVAL)?;
    let program = libc::sock_fprog {
        len,
        // The kernel only reads it.
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: `program` points to `len` instructions, which the kernel checks
    // before it copies them.
    let returned = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            0,
            &raw const program,
        )
    };
    result(returned).map(drop)
}
