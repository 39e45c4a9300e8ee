//! A file that is an object of the collected heap, as Go's `os.File` is.
//!
//! Its finalizer closes the descriptor: some time after the object was found
//! unreachable, if at all. Go 1.27, `os/file_unix.go`, `newFile`.
//!
//! The descriptor belongs to the finalizer and is no word of the object, so
//! nobody can put another number there. An object whose finalizer is another
//! one is no file.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::path::Path;

use crate::file::File;
use crate::gc::{Finalize, Heap, Layout, Pointer};

/// A descriptor and what else an `os.File` has.
const FILE: Layout = Layout::new(0, 64);

/// The finalizer of a file, which is what makes an object one.
#[derive(Debug)]
struct CloseFile(File);

impl Finalize for CloseFile {
    fn finalize(self: Box<Self>, _: &mut Heap, _: Pointer) {
        // As in Go, an error has nobody to go to.
        let _ = self.0.close();
    }
}

// ANCHOR: open
/// Opens a file as an object that its finalizer will close.
///
/// # Errors
///
/// Whatever open(2) reports.
pub fn open(heap: &mut Heap, path: &Path) -> io::Result<Pointer> {
    let descriptor = File::open(path)?;
    let file = heap.alloc(FILE);
    heap.count_descriptor();
    heap.set_finalizer_value(file, CloseFile(descriptor));
    Ok(file)
}
// ANCHOR_END: open

/// Returns the descriptor of the file, a number that says nothing of the
/// object.
///
/// # Panics
///
/// When the object is freed, or is no open file.
pub fn fd(heap: &Heap, file: Pointer) -> RawFd {
    match heap.finalizer_value::<CloseFile>(file) {
        Some(CloseFile(descriptor)) => descriptor.as_raw_fd(),
        None => panic!("{file} is no file, or was closed before"),
    }
}

/// Closes the file now, and takes its finalizer off.
///
/// # Errors
///
/// Whatever close(2) reports.
///
/// # Panics
///
/// When the object is freed, was closed before, or is no file.
pub fn close(heap: &mut Heap, file: Pointer) -> io::Result<()> {
    match heap.take_finalizer_value::<CloseFile>(file) {
        Some(CloseFile(descriptor)) => descriptor.close(),
        None => panic!("{file} is no file, or was closed before"),
    }
}
