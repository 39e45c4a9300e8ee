//! The 4-ary tree of a timer heap, drawn: deadlines and their positions.
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
}

impl Tree {
    /// Draws the deadlines of a heap, by their positions.
    pub fn of(deadlines: impl Iterator<Item = i64>) -> Self {
        let spot = |(at, when)| (when, Spot::Position(at));
        Self { spots: deadlines.enumerate().map(spot).collect() }
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
    }

    /// Takes a deadline away.
    pub fn remove(&mut self, when: i64) {
        self.spots.remove(&when);
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
        self.spots.iter().map(draw).collect()
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
/// assert_eq!(stage.lines.len(), 4, "one to each child of the root");
/// ```
pub fn stage(positions: usize) -> Stage {
    let slots: Vec<[i32; 2]> =
        (0..positions).map(|at| point(Spot::Position(at))).collect();
    let lines = (1..positions).map(|at| {
        let ([x1, y1], [x2, y2]) = (slots[(at - 1) / 4], slots[at]);
        [x1, y1, x2, y2]
    });
    Stage {
        size: [360, 176],
        lines: lines.collect(),
        slots: slots.clone(),
        labels: vec![(312, 54, "in a variable".to_owned())],
    }
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
