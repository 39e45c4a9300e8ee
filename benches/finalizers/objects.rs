//! The objects that are measured.

use finalizers::gc::Layout;

/// Objects a round.
pub(crate) const MANY: usize = 1_000;

/// About the size of what Go keeps for a file.
pub(crate) const OBJECT: Layout = Layout::new(1, 56);
