//! What the book's players show: the real crates at work, recorded through
//! their probes each time the book is built.
//!
//! - `heap`, `timerproc` and `workers` show the timers, `defers` the deferred
//!   calls, `mark_sweep`, `gc`, `write_barrier` and `fd_mutex` the finalizers,
//!   `merge_cursor` the merge of coverage, `container_start` the steps of a
//!   start, in the words of `start_steps`;
//! - `lanes` draws the interleaving on which loom found a planted bug, below the
//!   strip of what its threads share, which is in `shared`; `other_runs` has those
//!   in which the bug did not show;
//! - `due_kind` and `pointers` are shared by `gc` and `mark_sweep`;
//! - `source` finds the lines of code that a step belongs to.

mod container_start;
mod defers;
mod due_kind;
mod fd_mutex;
mod gc;
mod heap;
pub(crate) mod lanes;
mod mark_sweep;
mod merge_cursor;
pub(crate) mod other_runs;
mod pointers;
mod shared;
mod source;
mod start_steps;
mod timerproc;
mod workers;
mod write_barrier;

use live::recording::Recording;

/// Runs a real crate and keeps its steps.
type Record = fn() -> Recording;

/// What `{{#play NAME}}` can name, with what records it.
const RECORDINGS: [(&str, Record); 13] = [
    ("heap-push", heap::push),
    ("heap-pop", heap::pop),
    ("timerproc", timerproc::sleeps_and_wakes),
    ("workers", workers::buckets_and_heaps),
    ("defer-return", defers::at_return),
    ("defer-panic", defers::at_panic),
    ("mark-sweep", mark_sweep::with_finalizers),
    ("gc-list", gc::list),
    ("gc-cycle", gc::cycle),
    ("write-barrier", write_barrier::with_and_without),
    ("fd-mutex", fd_mutex::close_under_a_reader),
    ("merge-cursor", merge_cursor::two_profiles),
    ("container-start", container_start::alone),
];

/// The names that `{{#play NAME}}` can give.
pub const NAMES: [&str; RECORDINGS.len()] = {
    let mut names = [""; RECORDINGS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = RECORDINGS[at].0;
        at += 1;
    }
    names
};

/// Makes the recording of that name, if there is one.
pub(crate) fn record(name: &str) -> Option<Recording> {
    let found = RECORDINGS.iter().find(|(known, _)| *known == name);
    found.map(|(_, record)| record())
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
