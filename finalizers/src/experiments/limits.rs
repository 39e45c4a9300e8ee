//! A collector that counts bytes, out of descriptors.

use std::io;
use std::path::Path;

use crate::collected_file;
use crate::descriptors::{limit_to, open_count};
use crate::gc::{Heap, Pacing};

/// How many more descriptors the process may open.
const ALLOWED: usize = 1_000;

fn begin(pacing: Pacing) -> io::Result<Heap> {
    limit_to(open_count()? + ALLOWED)?;
    let mut heap = Heap::new();
    heap.set_pacing(pacing);
    Ok(heap)
}

// ANCHOR: lose
/// Opens a file that nobody keeps, and lets the collector do what it thinks
/// is due.
fn open_and_lose(heap: &mut Heap) -> io::Result<()> {
    collected_file::open(heap, Path::new("/dev/null"))?;
    heap.collect_if_due();
    heap.run_finalizers(usize::MAX);
    Ok(())
}
// ANCHOR_END: lose

/// Opens files until there is an error, and prints how many there were.
pub(super) fn by_bytes() -> io::Result<()> {
    let mut heap = begin(Pacing::Bytes)?;
    let mut opened = 0;
    let error = loop {
        match open_and_lose(&mut heap) {
            Ok(()) => opened += 1,
            Err(error) => break error,
        }
    };
    let name = match error.raw_os_error() {
        Some(libc::EMFILE) => "EMFILE",
        _ => return Err(error),
    };
    let collections = heap.collections();
    println!("{opened}, then {name}, after {collections} collections");
    Ok(())
}

/// Opens a million files, and prints how many were open at most.
pub(super) fn by_descriptors() -> io::Result<()> {
    const OPENED: usize = 1_000_000;
    let most = ALLOWED as u64 / 2;
    let mut heap = begin(Pacing::BytesAndDescriptors { most })?;
    let mut peak = 0;
    // ANCHOR: by-descriptors
    for _ in 0..OPENED {
        let file = collected_file::open(&mut heap, Path::new("/dev/null"))?;
        // The kernel gives the lowest free number: the highest seen is the
        // most that were open at once.
        peak = peak.max(collected_file::fd(&heap, file));
        heap.collect_if_due();
        heap.run_finalizers(usize::MAX);
    }
    // ANCHOR_END: by-descriptors
    let before = open_count()?;
    let peak = peak as usize + 1 - before;
    let collections = heap.collections();
    println!(
        "{OPENED}, at most {peak} at once, after {collections} collections"
    );
    Ok(())
}
