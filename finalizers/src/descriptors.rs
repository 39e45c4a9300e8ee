//! How many descriptors this process has open.

use std::fs;
use std::io;

/// Counts the open descriptors of this process.
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
