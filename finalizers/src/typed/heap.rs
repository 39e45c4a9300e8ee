//! Allocation of values, access to them, and their changes.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use support::probe::NoProbe;

use super::handle::{Dropped, Gc, Rooted};
use super::trace::{Trace, Tracer};
use crate::gc::{Driver, Heap, Layout, Pointer, Root};
use crate::panics::drop_each;
use crate::steps::Sound;

/// Finalizers and cleanups are given the typed heap.
#[derive(Debug)]
pub enum Calls {}

impl Driver for Calls {
    type Finalizer = Call<Pointer>;
    type Cleanup = Call<()>;
    type Probe = NoProbe;
    type Steps = Sound;
}

type Function<A> = dyn FnOnce(&mut TypedHeap, A);

/// A function that is called with the heap, once.
pub struct Call<A>(pub(super) Box<Function<A>>);

impl<A> fmt::Debug for Call<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call")
    }
}

/// What the heap knows of a value: that it can be traced.
trait Value: Any + Trace {}

impl<T: Trace> Value for T {}

/// A collected heap of values of any types that are [`Trace`].
///
/// Nothing happens by itself, as with [`Heap`]: [`TypedHeap::collect`]
/// collects, and drops the values that nobody can reach.
///
/// A value can be looked at until the heap is next used to change something,
/// which the compiler sees to:
///
/// ```compile_fail,E0502
/// use finalizers::typed::TypedHeap;
///
/// let mut heap = TypedHeap::new();
/// let text = heap.alloc(String::from("here"));
/// let here = heap.get(text.gc());
/// heap.collect(); // error: `heap` is also borrowed as immutable
/// println!("{here}");
/// ```
pub struct TypedHeap {
    pub(super) heap: Heap<Calls>,
    /// The value of each object. In the order of addresses, so that all runs
    /// of a program drop them in the same order.
    values: BTreeMap<Pointer, Box<dyn Value>>,
    dropped: Dropped,
    /// How many collections there were when the values were last looked
    /// through.
    swept: u64,
}

/// The most bytes that a layout describes.
const MOST_BYTES: usize = 16 << 20;

/// The most pointers that one object holds; the others are in a chain behind.
const MOST_FIELDS: usize = 1_024;

impl TypedHeap {
    /// Returns an empty heap.
    pub fn new() -> Self {
        Self {
            heap: Heap::default(),
            values: BTreeMap::new(),
            dropped: Dropped::default(),
            swept: 0,
        }
    }

    /// Puts a value on the heap.
    ///
    /// # Panics
    ///
    /// When the value points to one that is gone, or of another heap.
    #[track_caller]
    pub fn alloc<T: Trace>(&mut self, value: T) -> Rooted<T> {
        self.give_back_roots();
        let pointers = Tracer::pointers_in(&value);
        pointers.iter().for_each(|&pointer| self.assert_there(pointer));
        // Under stress the next line collects.
        let kept: Vec<_> =
            pointers.iter().map(|&to| self.heap.root(to)).collect();
        let fields = pointers.len().min(MOST_FIELDS) + 1;
        let bytes = size_of::<T>().min(MOST_BYTES);
        let object = self.heap.alloc(Layout::new(fields, bytes));
        let rooted = self.keep(Gc::new(object));
        self.store(object, &pointers);
        self.unroot(kept);
        self.values.insert(object, Box::new(value));
        self.drop_dead();
        rooted
    }

    /// Returns the value.
    ///
    /// # Panics
    ///
    /// When it is gone, or of another heap.
    #[track_caller]
    pub fn get<T: Trace>(&self, gc: Gc<T>) -> &T {
        match self.try_get(gc) {
            Some(value) => value,
            None => gone(gc.pointer),
        }
    }

    /// Returns the value, or `None` if it is gone or of another heap.
    pub fn try_get<T: Trace>(&self, gc: Gc<T>) -> Option<&T> {
        let value: &dyn Any = self.values.get(&gc.pointer)?.as_ref();
        value.downcast_ref()
    }

    /// Changes the value. Returns what `change` does.
    ///
    /// # Panics
    ///
    /// When the value is gone or of another heap, when it then points to one
    /// that is, and when `change` panics, whose changes stay.
    ///
    /// ```compile_fail,E0521
    /// use finalizers::typed::TypedHeap;
    ///
    /// let mut heap = TypedHeap::new();
    /// let text = heap.alloc(String::new());
    /// let mut outside = None;
    /// // error: borrowed data escapes outside of closure
    /// heap.update(text.gc(), |text| outside = Some(text));
    /// ```
    #[track_caller]
    pub fn update<T: Trace, R>(
        &mut self,
        gc: Gc<T>,
        change: impl FnOnce(&mut T) -> R,
    ) -> R {
        let Some(value) = self.values.get_mut(&gc.pointer) else {
            gone(gc.pointer);
        };
        let value: &mut dyn Any = value.as_mut();
        let value = value.downcast_mut().expect("a `Gc` knows the type");
        let result = catch_unwind(AssertUnwindSafe(|| change(value)));
        let lost = self.follow_change(gc.pointer);
        match result {
            Err(payload) => resume_unwind(payload),
            Ok(_) if lost.is_some() => gone(lost.expect("there is one")),
            Ok(result) => result,
        }
    }

    /// Makes the fields of an object lead to what its value points to now.
    /// Returns a pointer in it that leads nowhere, if there is one.
    fn follow_change(&mut self, object: Pointer) -> Option<Pointer> {
        let value = self.values.get(&object).expect("it was just changed");
        let (there, lost): (Vec<_>, Vec<_>) = Tracer::pointers_in(&**value)
            .into_iter()
            .partition(|&to| self.values.contains_key(&to));
        let kept: Vec<_> = there
            .iter()
            .chain([&object])
            .map(|&pointer| self.heap.root(pointer))
            .collect();
        self.store(object, &there);
        self.unroot(kept);
        self.drop_dead();
        lost.first().copied()
    }

    /// Writes the pointers into the object's fields, and those that have no
    /// room there into a chain of objects that the last field leads to.
    fn store(&mut self, object: Pointer, pointers: &[Pointer]) {
        let (mut object, mut rest) = (object, pointers);
        loop {
            let link = self.heap.fields(object) - 1;
            let (here, behind) = rest.split_at(rest.len().min(link));
            for index in 0..link {
                let pointer = here.get(index).copied();
                self.heap.set_field(object, index, pointer);
            }
            if behind.is_empty() {
                self.heap.set_field(object, link, None);
                return;
            }
            let next = self.heap.field(object, link).unwrap_or_else(|| {
                let fields = behind.len().min(MOST_FIELDS) + 1;
                self.heap.alloc(Layout::new(fields, 0))
            });
            self.heap.set_field(object, link, Some(next));
            (object, rest) = (next, behind);
        }
    }

    /// Keeps a value that something else keeps now.
    ///
    /// # Panics
    ///
    /// When it is gone, or of another heap.
    #[track_caller]
    pub fn root<T: Trace>(&mut self, gc: Gc<T>) -> Rooted<T> {
        self.assert_there(gc.pointer);
        self.keep(gc)
    }

    pub(super) fn keep<T>(&mut self, gc: Gc<T>) -> Rooted<T> {
        let root = self.heap.root(gc.pointer);
        Rooted::new(gc, root, &self.dropped)
    }

    /// Returns how many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns the roots of which the last clone was dropped.
    pub(super) fn give_back_roots(&mut self) {
        let dropped = self.dropped.take();
        self.unroot(dropped);
    }

    fn unroot(&mut self, roots: Vec<Root>) {
        for root in roots {
            self.heap.unroot(root);
        }
    }

    /// Drops the values whose objects are gone, once the heap is whole again: a
    /// destructor may panic.
    pub(super) fn drop_dead(&mut self) {
        let collections = self.heap.collections();
        if std::mem::replace(&mut self.swept, collections) == collections {
            return;
        }
        let is_dead = |object: &Pointer| !self.heap.is_allocated(*object);
        let dead: Vec<_> =
            self.values.extract_if(.., |object, _| is_dead(object)).collect();
        drop_each(dead);
    }

    #[track_caller]
    pub(super) fn assert_there(&self, pointer: Pointer) {
        if !self.values.contains_key(&pointer) {
            gone(pointer);
        }
    }
}

#[cold]
#[track_caller]
fn gone(pointer: Pointer) -> ! {
    panic!(
        "no value at {pointer}: it was collected because nothing kept it, or \
         is of another heap"
    )
}

impl Default for TypedHeap {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TypedHeap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.values.len();
        f.debug_struct("TypedHeap")
            .field("values", &len)
            .finish_non_exhaustive()
    }
}
