//! What happens at a value's end: finalizers, cleanups, weak pointers.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::handle::{Gc, Rooted, WeakGc};
use super::heap::{Call, TypedHeap};
use super::trace::Trace;
use crate::gc::Cleanup;

impl TypedHeap {
    /// Calls `function` with the value once it is unreachable. It is kept until
    /// then, and longer if `function` stores the pointer.
    ///
    /// # Panics
    ///
    /// When the value has a finalizer already, is gone, or is of another heap.
    ///
    /// ```
    /// use finalizers::typed::TypedHeap;
    ///
    /// let mut heap = TypedHeap::new();
    /// let text = heap.alloc(String::from("the last words"));
    /// heap.set_finalizer(text.gc(), |heap, text| {
    ///     println!("{}", heap.get(text));
    /// });
    /// drop(text);
    /// heap.collect();
    /// assert_eq!((heap.run_finalizers(10), heap.len()), (1, 1));
    /// heap.collect();
    /// assert_eq!(heap.len(), 0);
    /// ```
    #[track_caller]
    pub fn set_finalizer<T: Trace>(
        &mut self,
        gc: Gc<T>,
        function: impl FnOnce(&mut Self, Gc<T>) + 'static,
    ) {
        self.assert_there(gc.pointer);
        let call = |heap: &mut Self, object| function(heap, Gc::new(object));
        self.heap.attach_finalizer(gc.pointer, Call(Box::new(call)));
    }

    /// Calls `function` once the value was dropped.
    ///
    /// A [`Rooted`] that it has captured is kept until then; if that leads to
    /// the value, it never runs.
    ///
    /// # Panics
    ///
    /// When the value is gone, or of another heap.
    #[track_caller]
    pub fn add_cleanup<T: Trace>(
        &mut self,
        gc: Gc<T>,
        function: impl FnOnce(&mut Self) + 'static,
    ) -> Cleanup {
        self.assert_there(gc.pointer);
        let call = |heap: &mut Self, ()| function(heap);
        self.heap.attach_cleanup(gc.pointer, Call(Box::new(call)))
    }

    /// Takes a cleanup off its value. Returns whether it was still there.
    pub fn stop_cleanup(&mut self, cleanup: Cleanup) -> bool {
        cleanup.stop(&mut self.heap)
    }

    /// Runs up to `most` finalizers that are due. Returns how many ran.
    ///
    /// # Panics
    ///
    /// When a finalizer does. That one has run then; those after it stay due.
    pub fn run_finalizers(&mut self, most: usize) -> usize {
        let mut count = 0;
        while count < most
            && let Some((running, call)) = self.heap.next_finalizer()
        {
            let object = running.object();
            let call = || (call.0)(self, object);
            let result = catch_unwind(AssertUnwindSafe(call));
            self.heap.finish_finalizer(running);
            result.unwrap_or_else(|payload| resume_unwind(payload));
            count += 1;
        }
        count
    }

    /// Runs up to `most` cleanups that are due. Returns how many ran.
    ///
    /// # Panics
    ///
    /// When a cleanup does. That one has run then; those after it stay due.
    pub fn run_cleanups(&mut self, most: usize) -> usize {
        let mut count = 0;
        while count < most
            && let Some((running, call)) = self.heap.next_cleanup()
        {
            let call = || (call.0)(self, ());
            let result = catch_unwind(AssertUnwindSafe(call));
            self.heap.finish_cleanup(running);
            result.unwrap_or_else(|payload| resume_unwind(payload));
            count += 1;
        }
        count
    }

    /// Returns a weak pointer to the value.
    ///
    /// # Panics
    ///
    /// When it is gone, or of another heap.
    #[track_caller]
    pub fn downgrade<T: Trace>(&mut self, gc: Gc<T>) -> WeakGc<T> {
        self.assert_there(gc.pointer);
        WeakGc::new(self.heap.downgrade(gc.pointer))
    }

    /// Returns the value, kept, or `None` once a collection has found it
    /// unreachable, or if the pointer is of another heap.
    pub fn upgrade<T: Trace>(&mut self, weak: WeakGc<T>) -> Option<Rooted<T>> {
        let object = self.heap.upgrade(weak.weak)?;
        Some(self.keep(Gc::new(object)))
    }
}
