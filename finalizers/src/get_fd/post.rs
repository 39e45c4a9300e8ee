//! The post's own: the collector closes the file behind the number.

use std::io;
use std::os::fd::RawFd;
use std::path::Path;

use super::{Story, tell};
use crate::collected_file;
use crate::gc::Heap;

// ANCHOR: post
/// Opens a file of the collected heap and returns only its number.
///
/// Nothing refers to the object any more: it goes with the next collection,
/// which may be now or in an hour. Here it is now.
///
/// # Errors
///
/// When the file cannot be opened.
pub fn get_fd(heap: &mut Heap, path: &Path) -> io::Result<RawFd> {
    let file = collected_file::open(heap, path)?;
    let number = collected_file::fd(heap, file);
    heap.collect();
    heap.run_finalizers(1);
    Ok(number)
}
// ANCHOR_END: post

/// Asks for `wanted`, opens `other`, reads: the content is that of `other`.
///
/// # Errors
///
/// When a file cannot be opened or read.
pub fn story(wanted: &Path, other: &Path) -> io::Result<Story> {
    tell(|path| get_fd(&mut Heap::new(), path), wanted, other)
}

/// Tells the story of [`story`] with the last mention of the file after the
/// reading. Go's `runtime.KeepAlive` is for that, and the content is that of
/// `wanted`.
///
/// # Errors
///
/// When a file cannot be opened or read.
// ANCHOR: kept-alive
pub fn story_kept_alive(wanted: &Path, other: &Path) -> io::Result<Story> {
    let mut heap = Heap::new();
    let file = collected_file::open(&mut heap, wanted)?;
    let root = heap.root(file);
    let story = tell(
        |_| {
            heap.collect();
            heap.run_finalizers(1);
            Ok(collected_file::fd(&heap, file))
        },
        wanted,
        other,
    );
    heap.keep_alive(&root);
    let file = heap.unroot(root);
    collected_file::close(&mut heap, file)?;
    story
}
// ANCHOR_END: kept-alive
