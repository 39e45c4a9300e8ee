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

/// A storage that runs no code but its own.
///
/// A deferred unlock needs one: in the generations with a chain, a panic runs
/// it *on top of* the function that panicked, which still has its borrow of
/// the storage. A storage that calls others could catch that panic, and go on
/// without the lock:
///
/// ```compile_fail,E0277
/// use queue_locks::{LockedQueue, Storage, defer::HeapRecords};
/// use queue_locks::locks::ThreeState;
///
/// #[derive(Default)]
/// struct Calling(Vec<u32>);
/// impl Storage<u32> for Calling {
///     fn push(&mut self, value: u32) {
///         self.0.push(value);
///         println!("anything could happen here");
///     }
///     fn pop(&mut self) -> Option<u32> { self.0.pop() }
///     fn len(&self) -> usize { self.0.len() }
/// }
///
/// let queue = LockedQueue::<u32, Calling, ThreeState>::new();
/// queue.put(1);
/// queue.put_deferred::<HeapRecords>(2); // error[E0277]: not `Alone`
/// ```
///
/// # Safety
///
/// No operation raises a panic of [`defer`](crate::defer), nor calls what
/// might: closures, destructors or methods of a type that it does not know.
/// (An allocation that fails is a panic of Rust, which unwinds first.)
pub unsafe trait Alone {}
