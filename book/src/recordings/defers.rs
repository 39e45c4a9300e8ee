//! Deferred calls: at a return and at a panic, in each generation.

use std::cell::RefCell;

use live::recording::{Frame, Look, Recording, Stage, Tile, Track};
use queue_locks::defer::{
    Defer, FrameRecords, Generation, HeapRecords, OpenCoded, go,
};

use super::source::Source;

/// What happened, told by the program that runs.
#[derive(Clone, Copy)]
enum Event {
    Defers(&'static str),
    Runs(&'static str),
    Panics,
    Recovers,
    Returns,
}

type Log = RefCell<Vec<Event>>;

pub(super) fn at_return() -> Recording {
    Recording {
        title: "A function returns, and what it deferred runs".to_owned(),
        tracks: vec![
            track::<HeapRecords>(returning::<HeapRecords>, false),
            track::<FrameRecords>(returning::<FrameRecords>, false),
            track::<OpenCoded>(returning::<OpenCoded>, false),
        ],
    }
}

pub(super) fn at_panic() -> Recording {
    Recording {
        title: "A panic, two functions deep, is recovered".to_owned(),
        tracks: vec![
            track::<HeapRecords>(panicking::<HeapRecords>, true),
            track::<OpenCoded>(panicking::<OpenCoded>, true),
        ],
    }
}

fn returning<G: Generation>(log: &Log) {
    let note = |event| log.borrow_mut().push(event);
    G::with_defers(|d| {
        for name in ["close", "unlock", "flush"] {
            note(Event::Defers(name));
            d.defer(move || note(Event::Runs(name)));
        }
    });
    note(Event::Returns);
}

fn panicking<G: Generation>(log: &Log) {
    let note = |event| log.borrow_mut().push(event);
    G::with_defers::<()>(|outer| {
        note(Event::Defers("recover"));
        outer.defer_with(move |recovery| {
            note(Event::Runs("recover"));
            if recovery.recover().is_some() {
                note(Event::Recovers);
            }
        });
        G::with_defers::<()>(|inner| {
            note(Event::Defers("unlock"));
            inner.defer(move || note(Event::Runs("unlock")));
            note(Event::Panics);
            G::go_panic("boom");
        })
    });
    note(Event::Returns);
}

/// Where a generation keeps its records, and the code that does.
trait Shown {
    const NAME: &'static str;
    /// The file, what the function stands below, the function.
    const DEFERS: [&'static str; 3];
    const RETURNS: [&'static str; 3];
    const PANICS: [&'static str; 3];
}

impl Shown for HeapRecords {
    const NAME: &'static str = "heap records (Go 1.12)";
    const DEFERS: [&'static str; 3] =
        ["queue-locks/src/defer/heap_records.rs", "", "fn push"];
    const RETURNS: [&'static str; 3] =
        ["queue-locks/src/defer/frame.rs", "", "fn return_from"];
    const PANICS: [&'static str; 3] =
        ["queue-locks/src/defer/unwind.rs", "", "fn search"];
}

impl Shown for FrameRecords {
    const NAME: &'static str = "frame records (Go 1.13)";
    const DEFERS: [&'static str; 3] = [
        "queue-locks/src/defer/frame_records.rs",
        "Defer<'env> for",
        "fn defer_with",
    ];
    const RETURNS: [&'static str; 3] = HeapRecords::RETURNS;
    const PANICS: [&'static str; 3] = HeapRecords::PANICS;
}

impl Shown for OpenCoded {
    const NAME: &'static str = "open-coded (Go 1.14)";
    const DEFERS: [&'static str; 3] = [
        "queue-locks/src/defer/open_coded.rs",
        "Defer<'env> for",
        "fn defer_with",
    ];
    const RETURNS: [&'static str; 3] =
        ["queue-locks/src/defer/open_coded.rs", "", "fn run_pending"];
    const PANICS: [&'static str; 3] =
        ["queue-locks/src/defer/open_coded.rs", "", "fn leave"];
}

fn track<G: Generation + Shown>(program: fn(&Log), is_panic: bool) -> Track {
    let log = Log::default();
    go(|| program(&log));
    let end = if is_panic { G::PANICS } else { G::RETURNS };
    let function =
        |[file, below, start]: [&str; 3]| Source::function(file, below, start);
    let source = function(G::DEFERS).and(function(end));
    let lines = [source.line(G::DEFERS[2]), source.line(end[2])];
    let mut pending = Vec::new();
    let mut frames = vec![Frame {
        say: "Nothing is deferred.".to_owned(),
        ..Frame::default()
    }];
    for event in log.into_inner() {
        frames.push(frame(event, &mut pending, lines));
    }
    assert!(pending.is_empty(), "a deferred call never ran");
    Track {
        name: G::NAME.to_owned(),
        code: source.lines,
        stage: stage(),
        frames,
    }
}

/// Returns the frame after an event; `pending` is what was deferred and has not run.
fn frame(
    event: Event,
    pending: &mut Vec<&'static str>,
    [defers, ends]: [usize; 2],
) -> Frame {
    let (say, line) = match event {
        Event::Defers(name) => {
            pending.push(name);
            (format!("{name} is deferred."), Some(defers))
        }
        Event::Runs(name) => {
            let newest = pending.pop();
            assert_eq!(newest, Some(name), "last in, first out");
            (format!("{name} runs."), Some(ends))
        }
        Event::Panics => ("The inner function panics.".to_owned(), None),
        Event::Recovers => ("The panic is recovered.".to_owned(), Some(ends)),
        Event::Returns => ("The function has returned.".to_owned(), None),
    };
    let is_new = matches!(event, Event::Defers(_));
    Frame {
        say,
        count: format!("{} pending", pending.len()),
        line,
        actor: None,
        tiles: tiles(pending, is_new),
        ..Frame::default()
    }
}

fn tiles(pending: &[&str], is_new: bool) -> Vec<Tile> {
    let tile = |(at, &name): (usize, &&str)| {
        let is_written = is_new && at + 1 == pending.len();
        let look = if is_written { Look::Written } else { Look::Plain };
        Tile::new(name, name, [90, y(at)], look)
    };
    pending.iter().enumerate().map(tile).collect()
}

fn y(at: usize) -> i32 {
    84 - 30 * i32::try_from(at).expect("few calls")
}

fn stage() -> Stage {
    Stage {
        size: [360, 104],
        slots: (0..3).map(|at| [90, y(at)]).collect(),
        labels: vec![
            (250, 28, "newest, runs first".to_owned()),
            (250, 88, "oldest, runs last".to_owned()),
        ],
        ..Stage::default()
    }
}
