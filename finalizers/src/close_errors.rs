//! What each way of closing tells the caller of an error.
//!
//! A write is finished late: in a buffer of the program, in the page cache of
//! the kernel, on the disk. Each stage can fail after the call that wrote has
//! returned, and each has one call that tells: flush, close, fsync.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::file::File;

/// A way of ending what was written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Drop the writer: it flushes and closes, and tells nothing.
    Drop,
    /// Flush the writer, then drop it.
    FlushThenDrop,
    /// Flush the writer by taking the file out of it, then close the file.
    Close,
    /// As [`Way::Close`], with fsync(2) before it.
    SyncThenClose,
    /// Write without a buffer, and drop the file.
    Unbuffered,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Drop,
        Self::FlushThenDrop,
        Self::Close,
        Self::SyncThenClose,
        Self::Unbuffered,
    ];
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "buffered, dropped",
            Self::FlushThenDrop => "buffered, flushed, dropped",
            Self::Close => "buffered, flushed, closed",
            Self::SyncThenClose => "buffered, flushed, synced, closed",
            Self::Unbuffered => "unbuffered, dropped",
        })
    }
}

/// Writes a line to the file at `path`, and ends in the given way.
///
/// # Errors
///
/// What this way tells of the errors there were. On `/dev/full`, where every
/// write fails, [`Way::Drop`] tells of none.
///
/// ```
/// use finalizers::close_errors::{Way, write_line};
/// use std::io::ErrorKind;
///
/// # if cfg!(target_os = "linux") {
/// let full = "/dev/full".as_ref();
/// assert!(write_line(full, Way::Drop).is_ok(), "the line is lost");
/// let error = write_line(full, Way::Close).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::StorageFull);
/// # }
/// ```
// ANCHOR: write
pub fn write_line(path: &Path, way: Way) -> io::Result<()> {
    let mut file = File::create(path)?;
    if way == Way::Unbuffered {
        return file.write_all(b"a line\n");
    }
    let mut writer = BufWriter::new(file);
    writer.write_all(b"a line\n")?;
    match way {
        Way::Drop | Way::Unbuffered => {
            drop(writer);
            Ok(())
        }
        Way::FlushThenDrop => writer.flush(),
        Way::Close => writer.into_inner()?.close(),
        Way::SyncThenClose => {
            let file = writer.into_inner()?;
            file.sync()?;
            file.close()
        }
    }
}
// ANCHOR_END: write
