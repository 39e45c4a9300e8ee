//! The 4-ary tree of a timer heap, drawn: deadlines and their positions, and
//! below it the array in which it lies.
//!
//! A [`Replay`] turns the steps of the heap's probe back into frames.

use std::collections::BTreeMap;

use timer_heap::heap::Step;

use crate::recording::{Frame, Look, Stage, Tile};

/// Where a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    /// In the tree.
    Position(usize),
    /// Taken out, or overwritten since it was read: only a variable has it.
    Variable,
}

/// What is drawn of a heap while one operation moves its deadlines.
///
/// A deadline stands for its timer: no two may be the same.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    spots: BTreeMap<i64, Spot>,
    /// What the array has at each position, stale copies too.
    array: BTreeMap<usize, i64>,
}

impl Tree {
    /// Draws the deadlines of a heap, by their positions.
    pub fn of(deadlines: impl Iterator<Item = i64>) -> Self {
        let mut tree = Self::default();
        for (at, when) in deadlines.enumerate() {
            tree.insert(when, at);
        }
        tree
    }

    /// Returns true if the deadline is drawn at all.
    pub fn contains(&self, when: i64) -> bool {
        self.spots.contains_key(&when)
    }

    /// Returns true if the deadline is at this position.
    pub fn has_at(&self, when: i64, at: usize) -> bool {
        self.spots.get(&when) == Some(&Spot::Position(at))
    }

    /// Puts a new deadline at a position, beside what is there.
    pub fn insert(&mut self, when: i64, at: usize) {
        self.spots.insert(when, Spot::Position(at));
        self.array.insert(at, when);
    }

    /// Takes a deadline away.
    pub fn remove(&mut self, when: i64) {
        self.spots.remove(&when);
        self.array.retain(|_, held| *held != when);
    }

    /// Writes a deadline to a position; who was there is in a variable now.
    pub fn write(&mut self, when: i64, to: usize) {
        for spot in self.spots.values_mut() {
            if *spot == Spot::Position(to) {
                *spot = Spot::Variable;
            }
        }
        self.insert(when, to);
    }

    /// Returns a tile for each deadline; those in a variable look held.
    fn tiles(&self, look: impl Fn(i64) -> Look) -> Vec<Tile> {
        let draw = |(&when, &spot): (&i64, &Spot)| {
            let look = match spot {
                Spot::Variable => Look::Held,
                Spot::Position(_) => look(when),
            };
            Tile::new(when.to_string(), when.to_string(), point(spot), look)
        };
        let tiles = self.spots.iter().map(draw);
        tiles.chain(self.cells(&look)).collect()
    }

    /// Returns a tile for each place of the array. What is a copy of a deadline
    /// that is elsewhere by now is stale.
    fn cells(&self, look: impl Fn(i64) -> Look) -> Vec<Tile> {
        let draw = |(&at, &when): (&usize, &i64)| {
            let is_here = self.has_at(when, at);
            let look = if is_here { look(when) } else { Look::Stale };
            let (id, text) = (format!("place {at}"), when.to_string());
            let tile = Tile::new(id, text, cell(at), look);
            Tile { width: CELL - 2, ..tile }
        };
        // The array is as long as there are deadlines.
        self.array.range(..self.spots.len()).map(draw).collect()
    }
}

/// The steps of a heap, turned back into frames.
///
/// The two counts are those of comparisons and of writes.
#[derive(Debug)]
pub struct Replay {
    /// What is drawn now.
    pub tree: Tree,
    compared: usize,
    written: usize,
    /// Writes the two counts below the drawing.
    count: fn(usize, usize) -> String,
    frames: Vec<Frame>,
}

impl Replay {
    /// Begins with the heap as it is drawn in `tree`.
    pub fn new(tree: Tree, count: fn(usize, usize) -> String) -> Self {
        Self { tree, compared: 0, written: 0, count, frames: Vec::new() }
    }

    /// Returns how often deadlines were compared so far.
    pub fn compared(&self) -> usize {
        self.compared
    }

    /// Returns what stands below the drawing now.
    pub fn count(&self) -> String {
        (self.count)(self.compared, self.written)
    }

    /// Adds the frame after a step, which runs in this `line` of the code.
    pub fn step(&mut self, step: Step, line: Option<usize>) {
        match step {
            Step::Compare { left, right } => {
                self.compared += 1;
                let answer = if left < right { "Yes" } else { "No" };
                let say = format!("Is {left} earlier than {right}? {answer}.");
                let is_read = |when| when == left || when == right;
                self.frame(say, line, Look::Read, is_read);
            }
            Step::Move { when, to } => {
                self.written += 1;
                self.tree.write(when, to);
                let say = format!("{when} is written to position {to}.");
                self.frame(say, line, Look::Written, |other| other == when);
            }
        }
    }

    /// Adds a frame in which no deadline was touched.
    pub fn say(&mut self, say: impl Into<String>) {
        self.frame(say.into(), None, Look::Plain, |_| false);
    }

    /// Adds a frame in which the program itself has written a deadline.
    pub fn say_written(&mut self, say: impl Into<String>, written: i64) {
        self.frame(say.into(), None, Look::Written, |when| when == written);
    }

    /// Returns all frames so far, to be changed.
    pub fn frames_mut(&mut self) -> &mut Vec<Frame> {
        &mut self.frames
    }

    /// Returns all frames so far.
    pub fn into_frames(self) -> Vec<Frame> {
        self.frames
    }

    /// Adds a frame; the deadlines that were `touched` have this `look`.
    fn frame(
        &mut self,
        say: String,
        line: Option<usize>,
        look: Look,
        touched: impl Fn(i64) -> bool,
    ) {
        let look = |when| if touched(when) { look } else { Look::Plain };
        self.frames.push(Frame {
            say,
            count: self.count(),
            line,
            tiles: self.tree.tiles(look),
            ..Frame::default()
        });
    }
}

/// Returns the ground of a tree with so many positions; at most 21 have room.
///
/// ```
/// let stage = live::tree::stage(5);
/// assert_eq!(stage.slots.len(), 5);
/// assert_eq!(stage.lines.len(), 4 + 6, "to the children; two brackets");
/// ```
pub fn stage(positions: usize) -> Stage {
    let slots: Vec<[i32; 2]> =
        (0..positions).map(|at| point(Spot::Position(at))).collect();
    let lines = (1..positions).map(|at| {
        let ([x1, y1], [x2, y2]) = (slots[(at - 1) / 4], slots[at]);
        [x1, y1, x2, y2]
    });
    let mut labels = vec![
        (312, 54, "in a variable".to_owned()),
        (324, 180, "cache lines".to_owned()),
    ];
    labels.extend((0..positions).map(|at| {
        let [x, y] = cell(at);
        (x, y + 26, at.to_string())
    }));
    let brackets = (0..positions).step_by(PER_LINE).flat_map(|first| {
        let last = (first + PER_LINE).min(positions) - 1;
        let ([left, y], [right, _]) = (cell(first), cell(last));
        let (left, right) = (left - CELL / 2 + 2, right + CELL / 2 - 2);
        let (top, bottom) = (y - 20, y - 14);
        [
            [left, bottom, left, top],
            [left, top, right, top],
            [right, top, right, bottom],
        ]
    });
    let rows = i32::try_from((positions.max(1) - 1) / CELLS).unwrap_or(0);
    Stage {
        size: [360, 236 + ROW * rows],
        lines: lines.chain(brackets).collect(),
        slots: slots.clone(),
        labels,
    }
}

/// How wide a place of the array is drawn, and how many are in a row.
const CELL: i32 = 28;
const CELLS: usize = 12;
const ROW: i32 = 52;

/// Entries of 16 bytes in a cache line.
const PER_LINE: usize = 4;

/// Returns the middle of a place of the array.
fn cell(at: usize) -> [i32; 2] {
    let number = |n| i32::try_from(n).expect("a small heap");
    let (row, column) = (number(at / CELLS), number(at % CELLS));
    [26 + CELL * column, 204 + ROW * row]
}

/// Returns the middle of a spot in the drawing.
fn point(spot: Spot) -> [i32; 2] {
    let Spot::Position(at) = spot else {
        return [312, 24];
    };
    let at = i32::try_from(at).expect("a small heap");
    match at {
        0 => [180, 24],
        1..5 => [48 + 88 * (at - 1), 88],
        _ => {
            let (group, child) = ((at - 5) / 4, (at - 5) % 4);
            [48 + 88 * group + (2 * child - 3) * 11, 152]
        }
    }
}
