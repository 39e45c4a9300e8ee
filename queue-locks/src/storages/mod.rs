//! The storages, one a file, all behind [`Storage`](crate::Storage).
//!
//! | file | storage | a `pop` takes |
//! |---|---|---|
//! | `remove_front` | [`RemoveFront`]: all values move up | time in proportion to the length |
//! | `ring` | [`VecDeque`](std::collections::VecDeque) of `std`: a ring buffer | a few instructions |
//! | `slice` | [`Slice`]: the start moves on, as in the post | a few instructions |

mod remove_front;
mod ring;
mod slice;

pub use remove_front::RemoveFront;
pub use slice::{Slice, SliceViolation};
