//! What a heap does, step by step.

/// One step of a heap, for a probe that animates or counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Two deadlines were compared.
    Compare {
        /// The one that may be earlier.
        left: i64,
        /// The one it is compared with.
        right: i64,
    },
    /// A timer was written to a position of the tree.
    Move {
        /// Its deadline.
        when: i64,
        /// Where it is now.
        to: usize,
    },
}
