//! The storages, one a file, all behind [`Storage`](crate::Storage).

mod slice;

pub use slice::Slice;
