//! First in, first out, for one thread at a time.

/// A plain list that a lock makes into a shared queue.
pub trait Storage<T>: Default {
    /// Adds `value` at the back.
    fn push(&mut self, value: T);

    /// Takes the value at the front.
    fn pop(&mut self) -> Option<T>;

    /// Returns how many values are in it.
    fn len(&self) -> usize;

    /// Returns whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
