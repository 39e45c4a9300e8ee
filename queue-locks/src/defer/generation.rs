//! What the three generations of defer have in common.

use std::any::Any;

use super::panic::Recovery;

/// The three generations are all there are: a queue hands them an unlock that
/// must run once and at the end.
pub(super) mod sealed {
    /// What nobody outside of this crate can implement.
    pub trait Sealed {}

    /// A function, to have a name for what `!` is.
    pub trait Function {
        /// What it returns.
        type Output;
    }
}

/// One generation of the machinery, for code that runs on each of them.
///
/// Nobody else can make one, because safe code relies on what the three
/// promise: each deferred call runs once, and not before the function leaves.
///
/// ```compile_fail,E0277
/// use queue_locks::defer::{Generation, HeapRecords, heap_records};
///
/// struct Mine;
/// impl Generation for Mine { // error[E0277]: `Sealed` is not implemented
///     type Defers<'env> = heap_records::Defers<'env>;
///     fn with_defers<'env, R: Default>(
///         body: impl FnOnce(&Self::Defers<'env>) -> R,
///     ) -> R {
///         HeapRecords::with_defers(body)
///     }
///     fn go_panic(value: impl std::any::Any + Send) -> ! {
///         HeapRecords::go_panic(value)
///     }
///     fn goexit() -> ! {
///         HeapRecords::goexit()
///     }
/// }
/// ```
pub trait Generation: sealed::Sealed {
    /// What the body of [`with_defers`](Self::with_defers) defers with.
    type Defers<'env>: Defer<'env>;

    /// Runs `body`, then what it deferred.
    fn with_defers<'env, R: Default>(
        body: impl FnOnce(&Self::Defers<'env>) -> R,
    ) -> R;

    /// Panics with `value`: runs what is deferred, until one recovers.
    fn go_panic(value: impl Any + Send) -> !;

    /// Runs what is deferred, and ends the goroutine.
    fn goexit() -> !;
}

/// The defer statement. Like [`Generation`], nobody else can make one.
///
/// `'env` is the life of what a deferred call may borrow. It is longer than
/// the function that defers.
///
/// # Panics
///
/// In the generations with a chain, when a function that the deferring one
/// called is still running, because each function defers for itself.
pub trait Defer<'env>: sealed::Sealed {
    /// Has `call` run when the function leaves. It may recover.
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env);

    /// Has `call` run when the function leaves.
    #[inline(always)]
    fn defer(&self, call: impl FnOnce() + 'env) {
        self.defer_with(move |_| call());
    }
}

/// What a function returns whose body ends with a `Self`: a `T`.
///
/// A body that returns a value has its function return that; after a
/// recovery, the zero value. A body that ends in a panic never returns, so it
/// is that of a function without a result.
///
/// ```
/// use queue_locks::defer::{go_panic, with_defers};
///
/// with_defers(|d| {
///     d.defer_with(|recovery| drop(recovery.recover()));
///     go_panic("the last statement")
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "a body that ends with `{Self}` does not make a `{T}`",
    note = "after a recovery a function returns its zero value: `Default`",
    note = "a body that only panics is that of a function without a result"
)]
pub trait Returns<T> {
    /// Returns the value of the body, or the zero value if there is none.
    fn returned(value: Option<Self>) -> T
    where
        Self: Sized;
}

impl<T: Default> Returns<T> for T {
    #[inline(always)]
    fn returned(value: Option<Self>) -> T {
        value.unwrap_or_default()
    }
}

impl<T> sealed::Function for fn() -> T {
    type Output = T;
}

impl Returns<()> for <fn() -> ! as sealed::Function>::Output {
    fn returned(_: Option<Self>) {}
}
