//! A file that is an object of the collected heap, as Go's `os.File` is.
//!
//! Its finalizer closes the descriptor: some time after the object was found
//! unreachable, if at all. Go 1.27, `os/file_unix.go`, `newFile`.

use std::io;
use std::os::fd::{IntoRawFd, RawFd};
use std::path::Path;

use crate::gc::{Heap, Layout, Pointer};

/// A descriptor and what else an `os.File` has.
const FILE: Layout = Layout::new(0, 64);

// ANCHOR: open
/// Opens a file as an object that its finalizer will close.
///
/// # Errors
///
/// Whatever open(2) reports.
pub fn open(heap: &mut Heap, path: &Path) -> io::Result<Pointer> {
    let fd = std::fs::File::open(path)?.into_raw_fd();
    let file = heap.alloc(FILE);
    heap.set_word(file, 0, fd as u64);
    heap.count_descriptor();
    heap.set_finalizer(file, close_descriptor);
    Ok(file)
}
// ANCHOR_END: open

/// Returns the descriptor of the file, a number that says nothing of the
/// object.
///
/// # Panics
///
/// When the object is freed.
pub fn fd(heap: &Heap, file: Pointer) -> RawFd {
    heap.word(file, 0) as RawFd
}

/// Closes the file now, and takes its finalizer off.
///
/// # Errors
///
/// Whatever close(2) reports.
///
/// # Panics
///
/// When the object is freed or was closed before.
pub fn close(heap: &mut Heap, file: Pointer) -> io::Result<()> {
    assert!(heap.clear_finalizer(file), "{file} was closed before");
    // SAFETY: the finalizer is gone, and with it the only other owner.
    match unsafe { libc::close(fd(heap, file)) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn close_descriptor(heap: &mut Heap, file: Pointer) {
    // SAFETY: the object owns the descriptor, and this runs once. As in Go,
    // an error has nobody to go to.
    unsafe { libc::close(fd(heap, file)) };
}
