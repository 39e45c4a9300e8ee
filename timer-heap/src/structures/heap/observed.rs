//! A tree that is watched while it is sifted.

use support::probe::Probe;

use super::sift::Tree;
use super::step::Step;

/// Tells a probe of every comparison and every move in a tree.
///
/// With [`NoProbe`](support::probe::NoProbe) it is the tree itself: a test
/// compares the instructions of the two.
///
/// ```
/// use support::probe::Recorder;
/// use timer_heap::heap::{Hole, Observed, Sift, Step, Tree};
///
/// struct Deadlines<'a>(&'a mut [i64]);
///
/// impl Tree for Deadlines<'_> {
///     type Entry = i64;
///     fn len(&self) -> usize {
///         self.0.len()
///     }
///     fn get(&self, at: usize) -> i64 {
///         self.0[at]
///     }
///     fn put(&mut self, at: usize, when: i64) {
///         self.0[at] = when;
///     }
///     fn when(&self, when: i64) -> i64 {
///         when
///     }
/// }
///
/// let mut deadlines = [30, 10];
/// let mut steps = Recorder::default();
/// let tree = Deadlines(&mut deadlines);
/// Hole::up(&mut Observed { tree, probe: &mut steps }, 1);
/// assert_eq!(deadlines, [10, 30]);
/// assert_eq!(steps.steps[0], Step::Compare { left: 10, right: 30 });
/// ```
#[derive(Debug)]
pub struct Observed<'a, T, P> {
    /// What is sifted.
    pub tree: T,
    /// Who is told.
    pub probe: &'a mut P,
}

impl<T: Tree, P: Probe<Step>> Tree for Observed<'_, T, P> {
    type Entry = T::Entry;

    #[inline]
    fn len(&self) -> usize {
        self.tree.len()
    }

    #[inline]
    fn get(&self, at: usize) -> T::Entry {
        self.tree.get(at)
    }

    #[inline]
    fn put(&mut self, at: usize, entry: T::Entry) {
        let tree = &self.tree;
        self.probe.emit(|| Step::Move { when: tree.when(entry), to: at });
        self.tree.put(at, entry);
    }

    #[inline]
    fn when(&self, entry: T::Entry) -> i64 {
        self.tree.when(entry)
    }

    #[inline]
    fn earlier(&mut self, left: T::Entry, right: T::Entry) -> bool {
        let tree = &self.tree;
        self.probe.emit(|| Step::Compare {
            left: tree.when(left),
            right: tree.when(right),
        });
        self.tree.earlier(left, right)
    }
}
