//! The word of fdMutex, while a descriptor is closed under its readers.

use finalizers::fd_mutex::FdMutex;
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::source::Source;

const FILE: &str = "finalizers/src/fd_mutex.rs";

/// A part of the word: its name, first bit and bits, and the middle and the
/// width of its box.
type Part = (&'static str, u32, u32, i32, i32);

/// From the lowest bit on.
const PARTS: [Part; 6] = [
    ("closed", 0, 1, 24, 44),
    ("reads", 1, 1, 70, 44),
    ("writes", 2, 1, 116, 44),
    ("references", 3, 20, 177, 72),
    ("wait to read", 23, 20, 252, 74),
    ("to write", 43, 20, 325, 68),
];

/// Who does what, and where it stands; the function returns the outcome in
/// words.
type Operation = (&'static str, &'static str, fn(&FdMutex) -> String);

const STORY: [Operation; 7] = [
    ("A reader begins", "pub fn incref", incref),
    ("Another reader begins", "pub fn incref", incref),
    ("A third thread closes", "pub fn close", close),
    ("A late reader asks", "pub fn incref", incref),
    ("The closer is done", "pub fn decref", decref),
    ("The first reader is done", "pub fn decref", decref),
    ("The second reader is done", "pub fn decref", decref),
];

fn incref(mutex: &FdMutex) -> String {
    format!("{:?}", mutex.incref())
}

fn close(mutex: &FdMutex) -> String {
    format!("{:?}", mutex.close())
}

fn decref(mutex: &FdMutex) -> String {
    format!("{:?}", mutex.decref())
}

pub(super) fn close_under_a_reader() -> Recording {
    let function =
        |start| Source::function(FILE, "impl<S: Steps> FdMutex<S>", start);
    let source = function("pub fn incref")
        .and(function("pub fn close"))
        .and(function("pub fn decref"));
    let mutex = FdMutex::new();
    let mut frames = vec![Frame {
        say: "The descriptor is open, and nobody uses it.".to_owned(),
        tiles: tiles(0, 0),
        ..Frame::default()
    }];
    for (who, start, operation) in STORY {
        let old = mutex.word();
        let answer = operation(&mutex);
        frames.push(Frame {
            say: format!("{who}: {answer}."),
            count: format!("word = {:#b}", mutex.word()),
            line: Some(source.line(start)),
            actor: None,
            tiles: tiles(old, mutex.word()),
            ..Frame::default()
        });
    }
    Recording {
        title: "A descriptor is closed under two readers".to_owned(),
        tracks: vec![Track {
            name: "fdMutex".to_owned(),
            code: source.lines,
            stage: stage(),
            frames,
        }],
    }
}

fn tiles(old: u64, new: u64) -> Vec<Tile> {
    let part = |&(name, first, bits, x, width): &Part| {
        let value = |word: u64| (word >> first) & ((1 << bits) - 1);
        let is_written = value(old) != value(new);
        let look = if is_written { Look::Written } else { Look::Plain };
        let tile = Tile::new(name, value(new).to_string(), [x, 40], look);
        Tile { width, ..tile }
    };
    PARTS.iter().map(part).collect()
}

fn stage() -> Stage {
    let labels = |&(name, first, bits, x, _): &Part| {
        let bits = match bits {
            1 => first.to_string(),
            _ => format!("{first} to {}", first + bits - 1),
        };
        [(x, 18, name.to_owned()), (x, 70, bits)]
    };
    Stage {
        size: [360, 84],
        labels: PARTS.iter().flat_map(labels).collect(),
        ..Stage::default()
    }
}
