//! Who calls the finalizers and cleanups that a heap has found due.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use support::probe::{NoProbe, Probe, Recorder};

use super::cleanup::Cleanup;
use super::heap::Heap;
use super::pointer::Pointer;
use super::special::SpecialKind;
use super::step::Step;
use crate::steps::{Sound, Steps};

/// What a heap stores as finalizer and cleanup, and hands back when due.
///
/// The heap itself calls nothing. [`Stepping`] calls them when the program
/// says so; [`Threads`](super::Threads) calls them on threads of their own.
pub trait Driver {
    /// The finalizer of an object.
    type Finalizer: fmt::Debug;
    /// A cleanup, which never sees the object.
    type Cleanup: fmt::Debug;
    /// Told of each step of a collection; [`NoProbe`] where nobody listens.
    type Probe: Probe<Step> + Default + fmt::Debug;
    /// Which steps a collection takes: all of them, [`Sound`], but in tests.
    type Steps: Steps;
}

/// Finalizers and cleanups run on the caller's thread, when it says so.
#[derive(Debug)]
pub enum Stepping {}

impl Driver for Stepping {
    type Finalizer = FinalizerCall;
    type Cleanup = CleanupCall;
    type Probe = NoProbe;
    type Steps = Sound;
}

/// The caller takes what is due, whatever that is, and can look at each step
/// of the collections before.
///
/// ```
/// use finalizers::gc::{Heap, Layout, Recording, Step};
///
/// let mut heap = Heap::<Recording<&str, ()>>::default();
/// let file = heap.alloc(Layout::new(0, 64));
/// heap.attach_finalizer(file, "close it");
/// heap.collect();
/// assert_eq!(heap.take_steps(), [Step::MarkFor(file), Step::Due(file)]);
/// let (running, function) = heap.next_finalizer().unwrap();
/// assert_eq!(function, "close it");
/// heap.finish_finalizer(running);
/// ```
#[derive(Debug)]
pub struct Recording<F, C, S = Sound>(PhantomData<(F, C, S)>);

impl<F: fmt::Debug, C: fmt::Debug, S: Steps> Driver for Recording<F, C, S> {
    type Finalizer = F;
    type Cleanup = C;
    type Probe = Recorder<Step>;
    type Steps = S;
}

impl<F: fmt::Debug, C: fmt::Debug, S: Steps> Heap<Recording<F, C, S>> {
    /// Returns the steps of all collections since the last time.
    pub fn take_steps(&mut self) -> Vec<Step> {
        std::mem::take(&mut self.probe.steps)
    }
}

/// A finalizer that is a value of a type of its own.
///
/// Only who can name the type can ask for the value or take it back, so the
/// type tells what its object is. [`collected_file`](crate::collected_file)
/// has its descriptor in one.
pub trait Finalize: Any {
    /// Called with the object once it is unreachable.
    fn finalize(self: Box<Self>, heap: &mut Heap, object: Pointer);
}

/// A finalizer that is a function.
struct Function<F>(F);

impl<F: FnOnce(&mut Heap, Pointer) + 'static> Finalize for Function<F> {
    fn finalize(self: Box<Self>, heap: &mut Heap, object: Pointer) {
        (self.0)(heap, object);
    }
}

type CleanupFunction = dyn FnOnce(&mut Heap);

/// A finalizer that waits for its object to become unreachable.
pub struct FinalizerCall(Box<dyn Finalize>);

/// A cleanup that waits for its object to be gone.
pub struct CleanupCall(Box<CleanupFunction>);

impl fmt::Debug for FinalizerCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FinalizerCall")
    }
}

impl fmt::Debug for CleanupCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CleanupCall")
    }
}

impl Heap {
    /// Calls `function` with the object once it is unreachable.
    ///
    /// The object is then reachable again until `function` returns, and
    /// longer if it stores the pointer: that is called resurrection. What
    /// `function` has captured is invisible to the collector: name captured
    /// pointers with [`Heap::finalizer_holds`].
    ///
    /// An object of no size is never finalized, as in Go.
    ///
    /// # Panics
    ///
    /// When the object has a finalizer already, or is freed.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let file = heap.alloc(Layout::new(0, 64));
    /// heap.set_finalizer(file, |_, file| println!("closing {file}"));
    /// heap.collect();
    /// assert_eq!(heap.run_finalizers(10), 1);
    /// ```
    #[inline]
    #[track_caller]
    pub fn set_finalizer(
        &mut self,
        object: Pointer,
        function: impl FnOnce(&mut Self, Pointer) + 'static,
    ) {
        self.set_finalizer_value(object, Function(function));
    }

    /// As [`Heap::set_finalizer`], with a value in the place of a function.
    ///
    /// # Panics
    ///
    /// When the object has a finalizer already, or is freed.
    #[inline]
    #[track_caller]
    pub fn set_finalizer_value<F: Finalize>(
        &mut self,
        object: Pointer,
        finalizer: F,
    ) {
        self.attach_finalizer(object, FinalizerCall(Box::new(finalizer)));
    }

    /// Returns the object's finalizer if it is of this type.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[track_caller]
    pub fn finalizer_value<F: Finalize>(&self, object: Pointer) -> Option<&F> {
        let slot = self.slot_of(object)?;
        let mut list = self.specials.list(&self.memory, slot);
        list.find_map(|special| match &special.kind {
            SpecialKind::Finalizer(call)
                if special.object == object.place() =>
            {
                let finalizer: &dyn Any = &*call.0;
                finalizer.downcast_ref()
            }
            _ => None,
        })
    }

    /// Takes the object's finalizer off if it is of this type, and returns it.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[track_caller]
    pub fn take_finalizer_value<F: Finalize>(
        &mut self,
        object: Pointer,
    ) -> Option<F> {
        self.finalizer_value::<F>(object)?;
        let finalizer: Box<dyn Any> = self.take_finalizer(object)?.0;
        finalizer.downcast().ok().map(|finalizer| *finalizer)
    }

    /// Calls `function` once the object is gone for good.
    ///
    /// An object may have many cleanups, which run in no particular order. They
    /// cannot bring the object back, because they are never given it. What
    /// `function` has captured is invisible to the collector: name captured
    /// pointers with [`Heap::cleanup_holds`].
    ///
    /// # Panics
    ///
    /// When the object is freed.
    ///
    /// ```
    /// use finalizers::gc::{Heap, Layout};
    ///
    /// let mut heap = Heap::new();
    /// let object = heap.alloc(Layout::new(0, 64));
    /// heap.add_cleanup(object, |_| println!("it is gone"));
    /// heap.collect();
    /// assert_eq!(heap.run_cleanups(10), 1);
    /// ```
    #[inline]
    #[track_caller]
    pub fn add_cleanup(
        &mut self,
        object: Pointer,
        function: impl FnOnce(&mut Self) + 'static,
    ) -> Cleanup {
        self.attach_cleanup(object, CleanupCall(Box::new(function)))
    }

    /// Runs up to `most` finalizers that are due, in the order found. Returns
    /// how many ran.
    ///
    /// # Panics
    ///
    /// When a finalizer does. That one has run then, and its object may go;
    /// those after it stay due. And when it has put another heap in the place
    /// of this one, which has no root of its object.
    pub fn run_finalizers(&mut self, most: usize) -> usize {
        let mut count = 0;
        while count < most
            && let Some((running, function)) = self.next_finalizer()
        {
            let object = running.object();
            let call = || function.0.finalize(self, object);
            let result = catch_unwind(AssertUnwindSafe(call));
            self.finish_finalizer(running);
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
            && let Some((running, function)) = self.next_cleanup()
        {
            let call = || function.0(self);
            let result = catch_unwind(AssertUnwindSafe(call));
            self.finish_cleanup(running);
            result.unwrap_or_else(|payload| resume_unwind(payload));
            count += 1;
        }
        count
    }
}
