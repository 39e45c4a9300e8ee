//! What the three generations of defer have in common.

use std::any::Any;

use super::panic::Recovery;

/// One generation of the machinery, for code that runs on each of them.
pub trait Generation {
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

/// The defer statement.
///
/// `'env` is the life of what a deferred call may borrow. It is longer than
/// the function that defers.
///
/// # Panics
///
/// In the generations with a chain, when a function that the deferring one
/// called is still running, because each function defers for itself.
pub trait Defer<'env> {
    /// Has `call` run when the function leaves. It may recover.
    fn defer_with(&self, call: impl FnOnce(&Recovery<'_>) + 'env);

    /// Has `call` run when the function leaves.
    #[inline(always)]
    fn defer(&self, call: impl FnOnce() + 'env) {
        self.defer_with(move |_| call());
    }
}
