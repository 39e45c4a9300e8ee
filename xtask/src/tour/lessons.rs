//! The six lessons of the tour, and the pairs that teach them.

use crate::pairs::{self, Pair};

/// What a part of the tour teaches.
pub(crate) struct Lesson {
    /// In a few words.
    pub(crate) title: &'static str,
    /// The names of its pairs.
    pairs: &'static [&'static str],
    /// The page of the book that explains it.
    pub(crate) page: &'static str,
}

/// All six, in the order of the tour.
pub(crate) const LESSONS: [Lesson; 6] = [
    Lesson {
        title: "Timers are a heap, and constants count",
        pairs: &["timers", "wake-ups"],
        page: "timers/the-heap.html",
    },
    Lesson {
        title: "Share less, and take only what you call",
        pairs: &["contended", "claimed"],
        page: "timers/a-heap-per-worker.html",
    },
    Lesson {
        title: "A guard is free, a deferred call need not be",
        pairs: &["queues", "deferred"],
        page: "locks/three-generations-of-defer.html",
    },
    Lesson {
        title: "Drop closes as fast as you do",
        pairs: &["finalizers"],
        page: "finalizers/when-does-the-fd-close.html",
    },
    Lesson {
        title: "Merge what is sorted already",
        pairs: &["coverage"],
        page: "coverage/the-fast-path.html",
    },
    Lesson {
        title: "Who borrows its memory starts as fast with any heap",
        pairs: &["containers"],
        page: "containers/why-a-runtime-cannot-fork.html",
    },
];

impl Lesson {
    /// Returns its pairs.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = &'static Pair> {
        self.pairs.iter().filter_map(|name| pairs::find(name))
    }
}

/// Returns the pairs of all lessons.
pub(crate) fn of_tour() -> Vec<&'static Pair> {
    LESSONS.iter().flat_map(Lesson::pairs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::root;

    #[test]
    fn each_pair_and_each_page_is_there() {
        for lesson in LESSONS {
            assert_eq!(lesson.pairs().count(), lesson.pairs.len());
            let page = lesson.page.replace(".html", ".md");
            let page = root().join("book/chapters").join(page);
            assert!(page.exists(), "{}", page.display());
        }
    }
}
