//! The word of fdMutex, while a descriptor is closed under its readers.

use finalizers::fd_mutex::FdMutex;
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::source::Source;

const FILE: &str = "finalizers/src/fd_mutex.rs";

/// The counts of the word that move: name, first bit, bits.
const PARTS: [(&str, u32, u32); 2] = [("closed", 0, 1), ("references", 3, 20)];

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
    let part = |(at, (name, first, bits)): (usize, &(&str, u32, u32))| {
        let value = |word: u64| (word >> first) & ((1 << bits) - 1);
        let is_written = value(old) != value(new);
        let look = if is_written { Look::Written } else { Look::Plain };
        Tile::new(*name, value(new).to_string(), [x(at), 30], look)
    };
    PARTS.iter().enumerate().map(part).collect()
}

fn x(at: usize) -> i32 {
    100 + 160 * i32::try_from(at).expect("few parts")
}

fn stage() -> Stage {
    let label = |(at, (name, ..)): (usize, &(&str, u32, u32))| {
        (x(at), 62, (*name).to_owned())
    };
    Stage {
        size: [360, 76],
        labels: PARTS.iter().enumerate().map(label).collect(),
        ..Stage::default()
    }
}
