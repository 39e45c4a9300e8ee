//! What a value points to.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::handle::Gc;
use crate::gc::Pointer;

/// A value that can list the pointers in it.
///
/// The list is taken when the value is made and after each change, so nothing
/// in it may change in between: [`RefCell`](std::cell::RefCell) is not `Trace`.
/// [`traced!`](crate::traced) makes a struct whose list is complete. One written
/// by hand may forget a pointer; then what that leads to may be freed too soon,
/// and looking at it panics. Nothing worse can come of it, which is why the
/// trait is safe.
///
/// ```
/// use finalizers::typed::{Gc, Trace, Tracer};
///
/// enum Tree {
///     Leaf(u32),
///     Fork(Gc<Tree>, Gc<Tree>),
/// }
///
/// impl Trace for Tree {
///     fn trace(&self, tracer: &mut Tracer) {
///         if let Self::Fork(left, right) = self {
///             left.trace(tracer);
///             right.trace(tracer);
///         }
///     }
/// }
/// ```
///
/// ```compile_fail,E0277
/// use std::cell::RefCell;
///
/// use finalizers::typed::Gc;
///
/// finalizers::traced! {
///     struct Node {
///         next: RefCell<Option<Gc<Node>>>, // error: use `TypedHeap::update`
///     }
/// }
/// ```
pub trait Trace: 'static {
    /// Tells the tracer of each pointer in the value.
    fn trace(&self, tracer: &mut Tracer);
}

/// Takes note of what a value points to.
#[derive(Debug, Default)]
pub struct Tracer {
    found: Vec<Pointer>,
}

impl Tracer {
    /// Returns what a value points to.
    pub(super) fn pointers_in(value: &(impl Trace + ?Sized)) -> Vec<Pointer> {
        let mut tracer = Self::default();
        value.trace(&mut tracer);
        tracer.found
    }
}

impl<T: 'static> Trace for Gc<T> {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.found.push(self.pointer);
    }
}

macro_rules! without_pointers {
    ($($type:ty),*) => {
        $(
            impl Trace for $type {
                fn trace(&self, _: &mut Tracer) {}
            }
        )*
    };
}

without_pointers!(
    (),
    bool,
    char,
    f32,
    f64,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    &'static str,
    String
);

macro_rules! of_elements {
    ($($type:ty),*) => {
        $(
            impl<T: Trace> Trace for $type {
                fn trace(&self, tracer: &mut Tracer) {
                    self.iter().for_each(|element| element.trace(tracer));
                }
            }
        )*
    };
}

of_elements!(Option<T>, Vec<T>, VecDeque<T>, [T], Box<[T]>);

impl<T: Trace, const N: usize> Trace for [T; N] {
    fn trace(&self, tracer: &mut Tracer) {
        self.iter().for_each(|element| element.trace(tracer));
    }
}

impl<K: Trace, V: Trace> Trace for BTreeMap<K, V> {
    fn trace(&self, tracer: &mut Tracer) {
        for (key, value) in self {
            key.trace(tracer);
            value.trace(tracer);
        }
    }
}

impl<T: Trace> Trace for Box<T> {
    fn trace(&self, tracer: &mut Tracer) {
        T::trace(self, tracer);
    }
}

impl<T: Trace> Trace for Rc<T> {
    fn trace(&self, tracer: &mut Tracer) {
        T::trace(self, tracer);
    }
}

impl<A: Trace, B: Trace> Trace for (A, B) {
    fn trace(&self, tracer: &mut Tracer) {
        self.0.trace(tracer);
        self.1.trace(tracer);
    }
}

/// Makes a struct that is [`Trace`](crate::typed::Trace), all of its fields
/// among them.
///
/// ```
/// use finalizers::typed::{Gc, TypedHeap};
///
/// finalizers::traced! {
///     /// A node of a list in both directions.
///     #[derive(Debug)]
///     pub struct Node {
///         pub value: u32,
///         next: Option<Gc<Node>>,
///         previous: Option<Gc<Node>>,
///     }
/// }
///
/// let mut heap = TypedHeap::new();
/// let first = heap.alloc(Node { value: 1, next: None, previous: None });
/// let previous = Some(first.gc());
/// let second = heap.alloc(Node { value: 2, next: None, previous });
/// heap.update(first.gc(), |node| node.next = Some(second.gc()));
/// drop(second);
/// heap.collect();
/// let next = heap.get(first.gc()).next.unwrap();
/// assert_eq!(heap.get(next).value, 2);
/// drop(first);
/// heap.collect();
/// assert_eq!(heap.len(), 0, "a cycle is no trouble");
/// ```
#[macro_export]
macro_rules! traced {
    (
        $(#[$meta:meta])*
        $visible:vis struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $field_visible:vis $field:ident: $type:ty
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $visible struct $name {
            $($(#[$field_meta])* $field_visible $field: $type),*
        }

        impl $crate::typed::Trace for $name {
            fn trace(&self, tracer: &mut $crate::typed::Tracer) {
                let _ = &tracer;
                $($crate::typed::Trace::trace(&self.$field, tracer);)*
            }
        }
    };
}
