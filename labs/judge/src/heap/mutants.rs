//! Sifts with a bug each: the reader's own tests must catch them.

use timer_heap::heap::{Hole, Sift, Tree};

/// The reader's own tests.
pub trait Tested {
    /// Panics if `S` is not a right way to restore the order.
    fn tests<S: Sift>();
}

/// Their names.
pub const NAMES: [&str; 7] = [
    "first-child-only",
    "last-child-forgotten",
    "wrong-parent",
    "one-level-up",
    "one-level-down",
    "entry-lost",
    "latest-child",
];

/// Runs the reader's tests on the sift of a name: one of [`NAMES`], or
/// `sound`. Returns false if there is no such sift.
pub fn tests<R: Tested>(name: &str) -> bool {
    match name {
        "sound" => R::tests::<Hole>(),
        "first-child-only" => R::tests::<FirstChildOnly>(),
        "last-child-forgotten" => R::tests::<LastChildForgotten>(),
        "wrong-parent" => R::tests::<WrongParent>(),
        "one-level-up" => R::tests::<OneLevelUp>(),
        "one-level-down" => R::tests::<OneLevelDown>(),
        "entry-lost" => R::tests::<EntryLost>(),
        "latest-child" => R::tests::<LatestChild>(),
        _ => return false,
    }
    true
}

/// How far down an entry goes, and by which child.
struct Down {
    children: usize,
    levels: usize,
    is_latest: bool,
    loses: bool,
}

/// Leaves nothing out.
const ALL: Down =
    Down { children: 4, levels: usize::MAX, is_latest: false, loses: false };

impl Down {
    fn child<T: Tree>(&self, tree: &mut T, at: usize) -> Option<usize> {
        let start = 4 * at + 1;
        let end = tree.len().min(start + self.children);
        let mut chosen = (start < end).then_some(start)?;
        for child in start + 1..end {
            let (entry, best) = (tree.get(child), tree.get(chosen));
            if tree.earlier(entry, best) != self.is_latest {
                chosen = child;
            }
        }
        Some(chosen)
    }

    fn run<T: Tree>(&self, tree: &mut T, start: usize) {
        let (moving, mut at) = (tree.get(start), start);
        for _ in 0..self.levels {
            let Some(child) = self.child(tree, at) else { break };
            let below = tree.get(child);
            if !tree.earlier(below, moving) {
                break;
            }
            tree.put(at, below);
            at = child;
        }
        if at != start && !self.loses {
            tree.put(at, moving);
        }
    }
}

/// Moves an entry up by this way to find a parent, so many levels.
fn up<T: Tree>(
    tree: &mut T,
    start: usize,
    parent: fn(usize) -> usize,
    levels: usize,
) {
    let (moving, mut at) = (tree.get(start), start);
    for _ in 0..levels {
        if at == 0 {
            break;
        }
        let above = parent(at);
        let entry = tree.get(above);
        if !tree.earlier(moving, entry) {
            break;
        }
        tree.put(at, entry);
        at = above;
    }
    if at != start {
        tree.put(at, moving);
    }
}

macro_rules! mutants {
    ($($(#[$doc:meta])* $name:ident { $up:expr } { $down:expr })*) => {$(
        $(#[$doc])*
        struct $name;

        impl Sift for $name {
            fn up<T: Tree>(tree: &mut T, at: usize) {
                let (parent, levels): (fn(usize) -> usize, usize) = $up;
                up(tree, at, parent, levels);
            }
            fn down<T: Tree>(tree: &mut T, at: usize) {
                $down.run(tree, at);
            }
        }
    )*};
}

/// The right way up.
const PARENT: (fn(usize) -> usize, usize) = (|at| (at - 1) / 4, usize::MAX);

mutants! {
    /// Looks at one child.
    FirstChildOnly { PARENT } { Down { children: 1, ..ALL } }
    /// Looks at three children of four.
    LastChildForgotten { PARENT } { Down { children: 3, ..ALL } }
    /// Takes `at / 4` for the parent.
    WrongParent { (|at| at / 4, usize::MAX) } { ALL }
    /// Stops after one level on the way up.
    OneLevelUp { (PARENT.0, 1) } { ALL }
    /// Stops after one level on the way down.
    OneLevelDown { PARENT } { Down { levels: 1, ..ALL } }
    /// Never puts down what it lifted out.
    EntryLost { PARENT } { Down { loses: true, ..ALL } }
    /// Takes the latest child for the earliest.
    LatestChild { PARENT } { Down { is_latest: true, ..ALL } }
}
