//! What happens in a collection, for those who watch it.

use super::pointer::Pointer;

/// A step of [`Heap::collect`](super::Heap::collect), as the
/// probe of a [`Driver`](super::Driver) is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The object is in use; its fields are still to be followed.
    Mark(Pointer),
    /// The fields of a marked object are followed.
    Follow(Pointer),
    /// The fields of an object with a finalizer are followed, marked or not.
    MarkFor(Pointer),
    /// The object is not in use: its finalizer, or a cleanup of it, is due.
    Due(Pointer),
}
