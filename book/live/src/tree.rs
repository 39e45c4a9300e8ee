//! The 4-ary tree of a timer heap, drawn: deadlines and their places.

use std::collections::BTreeMap;

use crate::recording::{Box, Look, Stage};

/// Where a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Tree(usize),
    /// Taken out, or overwritten since it was read: only a variable has it.
    Hand,
}

/// What is drawn of a heap while one operation moves its deadlines.
///
/// A deadline stands for its timer: no two may be the same.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    places: BTreeMap<i64, Place>,
}

impl Tree {
    /// The deadlines of a heap, by their positions.
    pub fn of(deadlines: impl Iterator<Item = i64>) -> Self {
        let place = |(at, when)| (when, Place::Tree(at));
        Self { places: deadlines.enumerate().map(place).collect() }
    }

    /// Whether the deadline is drawn at all.
    pub fn contains(&self, when: i64) -> bool {
        self.places.contains_key(&when)
    }

    /// Whether the deadline is at this position.
    pub fn has_at(&self, when: i64, at: usize) -> bool {
        self.places.get(&when) == Some(&Place::Tree(at))
    }

    /// Puts a new deadline at a position, beside what is there.
    pub fn insert(&mut self, when: i64, at: usize) {
        self.places.insert(when, Place::Tree(at));
    }

    /// Takes a deadline away.
    pub fn remove(&mut self, when: i64) {
        self.places.remove(&when);
    }

    /// Writes a deadline to a position; who was there is in a variable now.
    pub fn write(&mut self, when: i64, to: usize) {
        for place in self.places.values_mut() {
            if *place == Place::Tree(to) {
                *place = Place::Hand;
            }
        }
        self.insert(when, to);
    }

    /// A box for each deadline; those in a variable look held.
    pub fn boxes(&self, look: impl Fn(i64) -> Look) -> Vec<Box> {
        let draw = |(&when, &place): (&i64, &Place)| Box {
            id: when.to_string(),
            text: when.to_string(),
            at: point(place),
            look: match place {
                Place::Hand => Look::Held,
                Place::Tree(_) => look(when),
            },
        };
        self.places.iter().map(draw).collect()
    }
}

/// The sentence of a comparison.
pub fn comparison(left: i64, right: i64) -> String {
    let answer = if left < right { "Yes" } else { "No" };
    format!("Is {left} earlier than {right}? {answer}.")
}

/// The ground of a tree with so many positions; at most 21 have room.
///
/// ```
/// let stage = live::tree::stage(5);
/// assert_eq!(stage.slots.len(), 5);
/// assert_eq!(stage.lines.len(), 4, "one to each child of the root");
/// ```
pub fn stage(positions: usize) -> Stage {
    let slots: Vec<[i32; 2]> =
        (0..positions).map(|at| point(Place::Tree(at))).collect();
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

/// The middle of a place in the drawing.
fn point(place: Place) -> [i32; 2] {
    let Place::Tree(at) = place else {
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
