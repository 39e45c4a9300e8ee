//! What the book's players show: the real crates at work, recorded through
//! their probes each time the book is built.

mod defers;
mod fd_mutex;
mod gc;
mod heap;
mod kind;
mod lanes;
mod mark_sweep;
mod merge_cursor;
mod pointers;
mod source;
mod timerproc;
mod workers;

use crate::recording::Recording;

pub(crate) use lanes::{drawn, lanes};

/// The names that `{{#play NAME}}` can give.
pub const NAMES: [&str; 11] = [
    "heap-push",
    "heap-pop",
    "timerproc",
    "workers",
    "defer-return",
    "defer-panic",
    "mark-sweep",
    "gc-list",
    "gc-cycle",
    "fd-mutex",
    "merge-cursor",
];

/// Makes the recording of that name.
pub(crate) fn record(name: &str) -> Option<Recording> {
    match name {
        "heap-push" => Some(heap::push()),
        "heap-pop" => Some(heap::pop()),
        "timerproc" => Some(timerproc::sleeps_and_wakes()),
        "workers" => Some(workers::buckets_and_heaps()),
        "defer-return" => Some(defers::at_return()),
        "defer-panic" => Some(defers::at_panic()),
        "mark-sweep" => Some(mark_sweep::with_finalizers()),
        "gc-list" => Some(gc::list()),
        "gc-cycle" => Some(gc::cycle()),
        "fd-mutex" => Some(fd_mutex::close_under_a_reader()),
        "merge-cursor" => Some(merge_cursor::two_profiles()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_recording_moves_and_says_what_it_does() {
        for name in NAMES {
            let recording = record(name).expect("a name stands for one");
            assert!(!recording.tracks.is_empty(), "{name}");
            for track in recording.tracks {
                assert!(track.frames.len() > 2, "{name}: {}", track.name);
                let says = |say: &str| !say.is_empty();
                assert!(track.frames.iter().all(|frame| says(&frame.say)));
                let known = |line: usize| line < track.code.len();
                let lines = track.frames.iter().filter_map(|f| f.line);
                assert!(lines.into_iter().all(known), "{name}");
            }
        }
    }
}
