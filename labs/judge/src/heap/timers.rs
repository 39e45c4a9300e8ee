//! The tree and the back indices, and all that the reader need not write.

use timer_heap::heap::{Hole, Sift, Tree};

/// The back index of a timer that is not in the tree.
pub const IDLE: usize = usize::MAX;

/// A heap of timers, whose order a [`Sift`] restores.
///
/// Timers are numbered from 0, in the order in which they come.
///
/// ```
/// use lab_judge::heap::Timers;
/// use timer_heap::heap::Hole;
///
/// let mut timers = Timers::default();
/// timers.push::<Hole>(30);
/// timers.push::<Hole>(10);
/// assert_eq!(timers.pop::<Hole>(), Some((10, 1)));
/// assert_eq!(timers.verify(), Ok(()));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Timers {
    /// Deadline and number of each timer: the children of position `i` are at
    /// `4i + 1` to `4i + 4`.
    pub tree: Vec<(i64, usize)>,
    /// The position of each timer in the tree, or [`IDLE`].
    pub back: Vec<usize>,
    /// How many deadlines were compared.
    pub comparisons: usize,
    /// How many entries were written by `put`.
    pub writes: usize,
}

/// Takes a timer out of the middle.
pub trait Unlink: Sift {
    /// Takes the timer at position `at` out of the tree: its back index
    /// becomes [`IDLE`], and the last timer fills the gap.
    fn unlink(timers: &mut Timers, at: usize);
}

impl Unlink for Hole {
    fn unlink(timers: &mut Timers, at: usize) {
        let removed = timers.tree[at].1;
        timers.back[removed] = IDLE;
        let last = timers.tree.pop().expect("position is in the tree");
        if at < timers.tree.len() {
            timers.put(at, last);
            Self::up(timers, at);
            Self::down(timers, at);
        }
    }
}

impl Tree for Timers {
    type Entry = (i64, usize);

    #[inline]
    fn len(&self) -> usize {
        self.tree.len()
    }

    #[inline]
    fn get(&self, at: usize) -> (i64, usize) {
        self.tree[at]
    }

    #[inline]
    fn put(&mut self, at: usize, entry: (i64, usize)) {
        self.writes += 1;
        self.tree[at] = entry;
        self.back[entry.1] = at;
    }

    #[inline]
    fn when(&self, entry: (i64, usize)) -> i64 {
        entry.0
    }

    #[inline]
    fn earlier(&mut self, left: (i64, usize), right: (i64, usize)) -> bool {
        self.comparisons += 1;
        left.0 < right.0
    }
}

impl Timers {
    /// Adds a timer and returns its number: it goes to the end, then up.
    pub fn push<S: Sift>(&mut self, when: i64) -> usize {
        let (timer, end) = (self.back.len(), self.tree.len());
        self.tree.push((when, timer));
        self.back.push(end);
        S::up(self, end);
        timer
    }

    /// Takes the first timer out: the last one takes its place, then goes
    /// down.
    pub fn pop<S: Sift>(&mut self) -> Option<(i64, usize)> {
        let &first = self.tree.first()?;
        self.back[first.1] = IDLE;
        let last = self.tree.pop()?;
        if !self.tree.is_empty() {
            self.tree[0] = last;
            self.back[last.1] = 0;
            S::down(self, 0);
        }
        Some(first)
    }

    /// Takes a timer out by its number. Returns whether it was there.
    pub fn remove<S: Unlink>(&mut self, timer: usize) -> bool {
        match self.back.get(timer) {
            None | Some(&IDLE) => false,
            Some(&at) => {
                S::unlink(self, at);
                true
            }
        }
    }

    /// Checks the order and the back indices.
    ///
    /// # Errors
    ///
    /// Returns what does not hold, in words.
    pub fn verify(&self) -> Result<(), String> {
        for (at, &(when, timer)) in self.tree.iter().enumerate() {
            let parent = at.saturating_sub(1) / 4;
            let above = self.tree[parent].0;
            if when < above {
                return Err(format!(
                    "position {at} (deadline {when}) is earlier than its \
                     parent, position {parent} (deadline {above})"
                ));
            }
            let back = self.back.get(timer).copied().unwrap_or(IDLE);
            if back != at {
                return Err(format!(
                    "timer {timer} is at position {at}, and its back index \
                     says {}",
                    position(back)
                ));
            }
        }
        let in_tree = self.back.iter().filter(|it| **it != IDLE).count();
        if in_tree != self.tree.len() {
            return Err(format!(
                "{in_tree} timers believe to be in the tree, which has {}",
                self.tree.len()
            ));
        }
        Ok(())
    }

    /// Returns the tree: the root, then the children of each parent on a line,
    /// with the position of the first and the deadline and number of each.
    pub fn drawn(&self) -> Vec<String> {
        let Some((root, children)) = self.tree.split_first() else {
            return vec!["  (empty)".to_owned()];
        };
        let entry =
            |&(when, timer): &(i64, usize)| format!("{when} (#{timer})");
        let mut lines = vec![format!("    0: {}", entry(root))];
        for (at, family) in children.chunks(4).enumerate() {
            let words: Vec<String> = family.iter().map(entry).collect();
            lines.push(format!("  {:>3}: {}", 4 * at + 1, words.join("  ")));
        }
        lines
    }
}

fn position(back: usize) -> String {
    if back == IDLE { "that it is idle".into() } else { back.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Timers {
        let mut timers = Timers::default();
        for when in [5, 3, 4] {
            timers.push::<Hole>(when);
        }
        timers
    }

    #[test]
    fn each_thing_that_can_be_wrong_is_named() {
        assert_eq!(three().verify(), Ok(()));
        let mut unordered = three();
        unordered.tree[2].0 = 1;
        let said = unordered.verify().unwrap_err();
        assert!(said.contains("earlier than its parent"), "{said}");
        let mut lost = three();
        lost.back[1] = 2;
        let said = lost.verify().unwrap_err();
        assert!(said.contains("back index says 2"), "{said}");
        let mut kept = three();
        kept.tree.pop();
        let said = kept.verify().unwrap_err();
        assert!(said.contains("3 timers believe"), "{said}");
    }

    #[test]
    fn a_family_is_a_line() {
        let drawn = three().drawn();
        assert_eq!(drawn, ["    0: 3 (#1)", "    1: 5 (#0)  4 (#2)"]);
    }
}
