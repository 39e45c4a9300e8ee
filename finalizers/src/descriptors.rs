//! How many descriptors this process has open, and may have.

use std::fs;
use std::io;

/// Returns how many descriptors this process has open.
///
/// The directory `/dev/fd` lists them; the one that is open only for reading
/// this very list is left out.
///
/// # Errors
///
/// When `/dev/fd` cannot be read, which includes having no descriptor left.
///
/// ```standalone_crate
/// let before = finalizers::descriptors::open_count()?;
/// let file = std::fs::File::open("/dev/null")?;
/// assert_eq!(finalizers::descriptors::open_count()?, before + 1);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn open_count() -> io::Result<usize> {
    Ok(fs::read_dir("/dev/fd")?.count() - 1)
}

/// Lets this process have at most `count` descriptors: numbers below it.
///
/// # Errors
///
/// Whatever setrlimit(2) reports.
pub fn limit_to(count: usize) -> io::Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the kernel writes the structure and nothing else.
    let got = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    if got != 0 {
        return Err(io::Error::last_os_error());
    }
    limit.rlim_cur = count as libc::rlim_t;
    // SAFETY: the kernel reads the structure.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
