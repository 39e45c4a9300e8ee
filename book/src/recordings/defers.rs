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

/// Where a generation keeps what is deferred.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Records on the heap, in a chain that the thread knows.
    Heap,
    /// Records in the function's frame, in such a chain.
    Frame,
    /// Slots in the frame, and a bit for each: no chain.
    Bits,
}

/// Where a generation keeps its records, and the code that does.
trait Shown {
    const NAME: &'static str;
    const PLACE: Place;
    /// The file, what the function stands below, the function.
    const DEFERS: [&'static str; 3];
    const RETURNS: [&'static str; 3];
    const PANICS: [&'static str; 3];
}

impl Shown for HeapRecords {
    const NAME: &'static str = "heap records (Go 1.12)";
    const PLACE: Place = Place::Heap;
    const DEFERS: [&'static str; 3] =
        ["queue-locks/src/defer/heap_records.rs", "", "fn push"];
    const RETURNS: [&'static str; 3] =
        ["queue-locks/src/defer/frame.rs", "", "fn return_from"];
    const PANICS: [&'static str; 3] =
        ["queue-locks/src/defer/unwind.rs", "", "fn search"];
}

impl Shown for FrameRecords {
    const NAME: &'static str = "frame records (Go 1.13)";
    const PLACE: Place = Place::Frame;
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
    const PLACE: Place = Place::Bits;
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
        tiles: G::PLACE.tiles(&[], None),
        ..Frame::default()
    }];
    for event in log.into_inner() {
        frames.push(frame(event, &mut pending, lines, G::PLACE));
    }
    assert!(pending.is_empty(), "a deferred call never ran");
    Track {
        name: G::NAME.to_owned(),
        code: source.lines,
        stage: G::PLACE.stage(),
        frames,
    }
}

/// Returns the frame after an event; `pending` is what was deferred and has not run.
fn frame(
    event: Event,
    pending: &mut Vec<&'static str>,
    [defers, ends]: [usize; 2],
    place: Place,
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
    // A call that was deferred, or one that was taken to run.
    let changed = match event {
        Event::Defers(_) => Some(pending.len() - 1),
        Event::Runs(_) => Some(pending.len()),
        _ => None,
    };
    Frame {
        say,
        count: format!("{} pending", pending.len()),
        line,
        actor: None,
        tiles: place.tiles(pending, changed),
        arrows: place.arrows(pending.len()),
    }
}

/// The middles of the three columns.
const THREAD: i32 = 44;
const HEAP: i32 = 158;
const FRAME: i32 = 288;

impl Place {
    /// Returns the middle of the column that has the records.
    fn column(self) -> i32 {
        if self == Self::Heap { HEAP } else { FRAME }
    }

    /// Returns what is pending, oldest at the bottom; `changed` was deferred or
    /// taken out in this step.
    fn tiles(self, pending: &[&str], changed: Option<usize>) -> Vec<Tile> {
        let is_changed = |at| changed == Some(at);
        let look =
            |at| if is_changed(at) { Look::Written } else { Look::Plain };
        let record = |(at, &name): (usize, &&str)| {
            Tile::new(name, name, [self.column(), y(at)], look(at))
        };
        let mut tiles: Vec<Tile> =
            pending.iter().enumerate().map(record).collect();
        if self == Self::Bits {
            tiles.extend((0..BITS).map(|at| {
                let bit = if at < pending.len() { "1" } else { "0" };
                let tile =
                    Tile::new(format!("bit {at}"), bit, bit_at(at), look(at));
                Tile { width: 16, ..tile }
            }));
        } else {
            tiles.push(Tile::new(
                "chain",
                "newest",
                [THREAD, y(0)],
                Look::Plain,
            ));
        }
        tiles
    }

    /// Returns the chain: from the thread to the newest record, and from each
    /// to the one before.
    fn arrows(self, pending: usize) -> Vec<String> {
        let x = self.column();
        let Some(newest) =
            pending.checked_sub(1).filter(|_| self != Self::Bits)
        else {
            return Vec::new();
        };
        let (left, end) = (THREAD + 26, x - 34);
        let (from, to) = (y(0), y(newest));
        let first = format!(
            "M{left} {from}L{end} {to}M{} {}L{end} {to}L{} {}",
            end - 7,
            to - 4,
            end - 7,
            to + 5
        );
        let next = |at: usize| {
            let (from, to) = (y(at) + 11, y(at - 1) - 11);
            format!("M{x} {from}L{x} {to}")
        };
        std::iter::once(first).chain((1..=newest).map(next)).collect()
    }

    fn stage(self) -> Stage {
        let columns =
            [(THREAD, "the thread"), (HEAP, "the heap"), (FRAME, "the frame")];
        let mut labels: Vec<(i32, i32, String)> =
            columns.map(|(x, name)| (x, 16, name.to_owned())).into();
        if self == Self::Bits {
            let [x, y] = bit_at(BITS - 1);
            labels.push((x - 62, y + 4, "a byte of bits".to_owned()));
        }
        Stage {
            size: [360, 158],
            lines: vec![[92, 6, 92, 150], [222, 6, 222, 150]],
            slots: (0..3).map(|at| [self.column(), y(at)]).collect(),
            labels,
        }
    }
}

/// Open-coded defers of a function.
const BITS: usize = 8;

/// Returns the middle of a bit; the lowest is on the right, as one writes.
fn bit_at(at: usize) -> [i32; 2] {
    [346 - 17 * i32::try_from(at).expect("eight bits"), 140]
}

fn y(at: usize) -> i32 {
    104 - 34 * i32::try_from(at).expect("few calls")
}
