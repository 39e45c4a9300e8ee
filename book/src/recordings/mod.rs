//! What the book's players show: the real crates at work, recorded through
//! their probes each time the book is built.

mod heap;
mod lanes;
mod source;

use crate::recording::Recording;

pub(crate) use lanes::lanes;

/// The names that `{{#play NAME}}` can give.
pub(crate) const NAMES: [&str; 2] = ["heap-push", "heap-pop"];

/// Makes the recording of that name.
pub(crate) fn record(name: &str) -> Option<Recording> {
    match name {
        "heap-push" => Some(heap::push()),
        "heap-pop" => Some(heap::pop()),
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
