//! The storages, one a file, all behind [`Storage`](crate::Storage).
//!
//! [`VecDeque`](std::collections::VecDeque) of `std` is one, too.

mod remove_front;
mod ring;
mod slice;

pub use remove_front::RemoveFront;
pub use slice::Slice;
