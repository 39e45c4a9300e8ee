//! What a timer does when it is due: a closure, small ones without a box.
//!
//! `queue_locks::defer` has a box for small closures too, with another
//! promise: there a closure is called once, here as often as its timer fires.

use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit, align_of, needs_drop, size_of};

/// Room for a closure of two words, such as a pointer and a number.
pub(crate) type Words = [Word; 2];

pub(crate) type Word = MaybeUninit<usize>;

/// A closure of any type, of three words.
///
/// Closures of two words lie inside; larger ones are boxed, and the box lies
/// inside. So starting a timer allocates nothing in the common case.
pub(crate) struct Callback {
    words: Words,
    operations: &'static Operations,
    /// Makes this `Send` and not `Sync`, like the closure.
    closure: PhantomData<Box<dyn FnMut() + Send>>,
}

/// A callback in pieces, which are passed in registers. If they are not put
/// together again, they leak.
#[derive(Clone, Copy)]
pub(crate) struct Pieces {
    pub(crate) words: Words,
    pub(crate) operations: &'static Operations,
}

/// What can be done with the closure behind a pointer.
pub(crate) struct Operations {
    call: unsafe fn(*mut Words),
    /// `None` where a drop does nothing.
    drop: Option<unsafe fn(*mut Words)>,
}

/// The operations on closures of type `F`.
struct Inside<F>(PhantomData<F>);

impl<F: FnMut()> Inside<F> {
    const OPERATIONS: Operations = Operations {
        call: Self::call,
        drop: if needs_drop::<F>() { Some(Self::drop) } else { None },
    };

    /// # Safety
    ///
    /// `words` holds an `F`, which is used by nobody else.
    unsafe fn call(words: *mut Words) {
        // SAFETY: the caller vouches for the type and for the only access.
        let closure = unsafe { &mut *words.cast::<F>() };
        closure();
    }

    /// # Safety
    ///
    /// `words` holds an `F`, which is used by nobody else and never again.
    unsafe fn drop(words: *mut Words) {
        // SAFETY: the caller vouches for the type and for the last access.
        unsafe { words.cast::<F>().drop_in_place() };
    }
}

impl Callback {
    #[inline(always)]
    pub(crate) fn new<F: FnMut() + Send + 'static>(closure: F) -> Self {
        if size_of::<F>() <= size_of::<Words>()
            && align_of::<F>() <= align_of::<Words>()
        {
            Self::inside(closure)
        } else {
            Self::inside(Box::new(closure))
        }
    }

    #[inline(always)]
    fn inside<F: FnMut() + Send + 'static>(closure: F) -> Self {
        const { assert!(size_of::<Box<u8>>() <= size_of::<Words>()) };
        let mut words: Words = [Word::uninit(); 2];
        assert!(size_of::<F>() <= size_of::<Words>(), "checked in new");
        // SAFETY: the words are as large and as aligned as an `F` needs: the
        // assertion above, and `new` for the alignment.
        unsafe { words.as_mut_ptr().cast::<F>().write(closure) };
        Self {
            words,
            operations: &Inside::<F>::OPERATIONS,
            closure: PhantomData,
        }
    }

    /// Takes it to pieces.
    #[inline(always)]
    pub(crate) fn into_pieces(self) -> Pieces {
        let whole = ManuallyDrop::new(self);
        Pieces { words: whole.words, operations: whole.operations }
    }

    /// Puts pieces together.
    ///
    /// # Safety
    ///
    /// The closure in them must be `Send`, and nobody may put the same pieces
    /// together again: a callback has one owner.
    #[inline(always)]
    pub(crate) unsafe fn of_pieces(pieces: Pieces) -> Self {
        let Pieces { words, operations } = pieces;
        Self { words, operations, closure: PhantomData }
    }

    /// Returns true if dropping it does anything.
    #[inline]
    fn needs_drop(&self) -> bool {
        self.operations.drop.is_some()
    }

    #[inline]
    pub(crate) fn call(&mut self) {
        // SAFETY: `inside` made words and operations of one type, and this
        // borrow is the only one.
        unsafe { (self.operations.call)(&raw mut self.words) };
    }
}

impl Drop for Callback {
    #[inline]
    fn drop(&mut self) {
        if let Some(drop) = self.operations.drop {
            // SAFETY: as in `call`, and nobody can use it after its drop.
            unsafe { drop(&raw mut self.words) };
        }
    }
}

/// A timer's callback as the queues keep it.
pub(crate) enum Task {
    /// At rest.
    Ready(Callback),
    /// Out of the queue, being called.
    Running {
        /// The timer came due once more meanwhile.
        missed: bool,
    },
}

impl Task {
    /// A callback that is out, and has not come due since.
    pub(crate) const OUT: Self = Self::Running { missed: false };

    /// Swaps the callback out to `room`, where it is called. Returns false if
    /// it is out already.
    #[inline(always)]
    // ANCHOR: running
    pub(crate) fn begin(&mut self, room: &mut Self) -> bool {
        match self {
            Self::Ready(_) => {
                std::mem::swap(self, room);
                true
            }
            Self::Running { missed } => {
                *missed = true;
                false
            }
        }
    }
    // ANCHOR_END: running

    /// Swaps the callback back in. Returns true if the timer came due
    /// meanwhile.
    #[inline(always)]
    pub(crate) fn finish(&mut self, room: &mut Self) -> bool {
        std::mem::swap(self, room);
        room.forget_missed()
    }

    /// Takes out a callback whose drop does anything, so that it can be dropped
    /// without the lock. Others may stay and be forgotten.
    #[inline(always)]
    pub(crate) fn take_callback(&mut self) -> Option<Callback> {
        if let Self::Ready(callback) = self
            && callback.needs_drop()
            && let Self::Ready(callback) = std::mem::replace(self, Self::OUT)
        {
            return Some(callback);
        }
        None
    }

    /// Returns true if no worker has it out.
    #[inline(always)]
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self, Self::Ready(_))
    }

    /// Returns true if the timer came due while it ran.
    #[inline]
    pub(crate) fn has_missed(&self) -> bool {
        matches!(self, Self::Running { missed: true })
    }

    /// Forgets that the timer came due while it ran. Returns true if it had.
    #[inline]
    pub(crate) fn forget_missed(&mut self) -> bool {
        match self {
            Self::Running { missed } => std::mem::take(missed),
            Self::Ready(_) => false,
        }
    }
}

#[cfg(test)]
#[cfg(not(loom))]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// Calls and drops a closure that holds a counted reference and `bulk`.
    fn call_and_drop<B: Copy + Send + 'static>(bulk: B) {
        let counted = Arc::new(());
        let held = Arc::clone(&counted);
        let mut seen = Vec::new();
        let mut callback = Callback::new(move || {
            std::hint::black_box(bulk);
            seen.push(Arc::strong_count(&held));
        });
        callback.call();
        let mut moved = Some(callback);
        moved.as_mut().expect("just put there").call();
        assert_eq!(Arc::strong_count(&counted), 2);
        drop(moved);
        assert_eq!(Arc::strong_count(&counted), 1);
    }

    #[test]
    fn closures_of_any_size_are_called_and_dropped_once() {
        call_and_drop(());
        call_and_drop([7_u64; 20]);
        let word = Arc::new(());
        let held = Arc::clone(&word);
        let mut callback = Callback::new(move || drop(Arc::clone(&held)));
        callback.call();
        assert_eq!(Arc::strong_count(&word), 2);
        drop(callback);
        assert_eq!(Arc::strong_count(&word), 1);
    }

    #[test]
    fn over_aligned_closures_are_boxed() {
        #[repr(align(64))]
        #[derive(Clone, Copy)]
        struct Wide(u8);
        call_and_drop(Wide(1));
        let wide = Wide(3);
        let mut callback = Callback::new(move || {
            let wide = std::hint::black_box(&wide);
            assert_eq!(std::ptr::from_ref(wide).addr() % 64, 0);
            assert_eq!(wide.0, 3);
        });
        callback.call();
    }

    #[test]
    fn a_task_takes_three_words() {
        assert_eq!(size_of::<Task>(), 3 * size_of::<usize>());
    }
}
