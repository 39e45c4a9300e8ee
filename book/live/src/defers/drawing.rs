//! What is drawn of functions and of what they have deferred.

use crate::recording::{Frame, Look, Stage, Tile};

/// Deferred calls, and functions, that the drawing has room for.
pub(super) const PLACES: usize = 6;

/// The chain and the stack, and all frames so far.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Each with a number of its own.
    deferred: Vec<(usize, String)>,
    running: Vec<(usize, String)>,
    printed: Vec<String>,
    numbers: usize,
    /// The line of the command that is being done, counted from 0.
    pub(super) line: Option<usize>,
    pub(super) frames: Vec<Frame>,
}

impl Drawing {
    pub(super) fn is_full(&self) -> bool {
        self.deferred.len() == PLACES
    }

    pub(super) fn depth(&self) -> usize {
        self.running.len()
    }

    pub(super) fn enter(&mut self, name: &str, say: String) {
        let number = self.number();
        self.running.push((number, name.to_owned()));
        self.say(say);
    }

    pub(super) fn leave(&mut self, say: String) {
        self.running.pop();
        self.say(say);
    }

    pub(super) fn defer(&mut self, text: String, say: String) {
        let number = self.number();
        self.deferred.push((number, text));
        self.say(say);
    }

    /// The newest deferred call leaves the chain, to run.
    pub(super) fn pop(&mut self) {
        let newest = self.deferred.pop();
        let (_, text) = newest.expect("it was deferred");
        self.say(format!("{text} leaves the chain and runs."));
    }

    pub(super) fn print(&mut self, word: &str) {
        self.printed.push(word.to_owned());
        self.say(format!("It prints {word}."));
    }

    /// A frame of what is now.
    pub(super) fn say(&mut self, say: String) {
        let mut tiles = column(&self.deferred, 90, "deferred");
        tiles.extend(column(&self.running, 270, "running"));
        let count = format!("printed: {}", self.printed.join(" "));
        self.frames.push(Frame {
            say,
            count: count.trim_end().to_owned(),
            line: self.line,
            tiles,
            ..Frame::default()
        });
    }

    fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }
}

/// Returns the tiles of a list, whose last element is on top.
fn column(list: &[(usize, String)], x: i32, of: &str) -> Vec<Tile> {
    let draw = |(at, (number, text)): (usize, &(usize, String))| {
        let is_top = at + 1 == list.len();
        let look = if is_top { Look::Written } else { Look::Plain };
        Tile::new(format!("{of}{number}"), text, [x, y(at)], look)
    };
    list.iter().enumerate().map(draw).collect()
}

fn y(at: usize) -> i32 {
    206 - 32 * i32::try_from(at).expect("few places")
}

pub(super) fn stage() -> Stage {
    let places = |x| (0..PLACES).map(move |at| [x, y(at)]);
    Stage {
        size: [360, 228],
        lines: vec![[180, 12, 180, 220]],
        slots: places(90).chain(places(270)).collect(),
        labels: vec![
            (90, 20, "deferred, newest on top".to_owned()),
            (270, 20, "functions, newest on top".to_owned()),
        ],
    }
}
