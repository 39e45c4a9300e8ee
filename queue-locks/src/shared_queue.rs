//! What every queue of the crate can do.

/// A queue that many threads put into and get from.
pub trait SharedQueue<T>: Sync {
    /// Adds `value` at the back. A bounded queue waits for room.
    fn put(&self, value: T);

    /// Takes the value at the front, or says at once that there is none.
    fn get(&self) -> Option<T>;
}
