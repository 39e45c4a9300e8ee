//! Loom's atomics and threads, which tell `observed` where they are used.

/// Loom's `std::sync::atomic`.
pub mod atomic {
    use std::ops::Deref;
    use std::panic::Location;

    pub use loom::sync::atomic::Ordering;

    use crate::observed;

    /// An atomic of loom's. Each use is an access through it, at the place of
    /// the caller.
    #[derive(Debug, Default)]
    pub struct Located<A>(A);

    impl<A> Deref for Located<A> {
        type Target = A;

        #[track_caller]
        fn deref(&self) -> &A {
            observed::operation(Location::caller());
            &self.0
        }
    }

    macro_rules! atomics {
        ($($name:ident: $value:ty;)*) => {$(
            #[doc = concat!("Loom's `", stringify!($name), "`.")]
            pub type $name = Located<loom::sync::atomic::$name>;

            impl $name {
                /// Returns one that holds `value`.
                #[track_caller]
                pub fn new(value: $value) -> Self {
                    Self(loom::sync::atomic::$name::new(value))
                }

                /// Unwraps the value.
                #[track_caller]
                pub fn into_inner(self) -> $value {
                    self.0.into_inner()
                }
            }
        )*};
    }

    atomics! {
        AtomicBool: bool;
        AtomicI32: i32;
        AtomicI64: i64;
        AtomicIsize: isize;
        AtomicU8: u8;
        AtomicU32: u32;
        AtomicU64: u64;
        AtomicUsize: usize;
    }

    /// Loom's `AtomicPtr`.
    pub type AtomicPtr<T> = Located<loom::sync::atomic::AtomicPtr<T>>;

    impl<T> AtomicPtr<T> {
        /// Returns one that holds `value`.
        #[track_caller]
        pub fn new(value: *mut T) -> Self {
            Self(loom::sync::atomic::AtomicPtr::new(value))
        }
    }

    /// Loom's fence.
    #[track_caller]
    pub fn fence(ordering: Ordering) {
        observed::operation(Location::caller());
        loom::sync::atomic::fence(ordering);
    }
}

/// Loom's `std::thread`, which counts the threads of an execution.
pub mod thread {
    use std::io;

    pub use loom::thread::*;

    use crate::observed;

    /// Starts a thread.
    #[track_caller]
    pub fn spawn<F, T>(f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        observed::thread();
        loom::thread::spawn(f)
    }

    /// Starts a thread that has a name.
    #[derive(Debug)]
    pub struct Builder(loom::thread::Builder);

    // As in `std`, there is no default.
    #[allow(clippy::new_without_default)]
    impl Builder {
        /// Returns a builder of a thread without a name.
        pub fn new() -> Self {
            Self(loom::thread::Builder::new())
        }

        /// Names the thread.
        pub fn name(self, name: String) -> Self {
            Self(self.0.name(name))
        }

        /// Sets the bytes of the thread's stack.
        pub fn stack_size(self, bytes: usize) -> Self {
            Self(self.0.stack_size(bytes))
        }

        /// Starts the thread.
        ///
        /// # Errors
        ///
        /// None in a model.
        #[track_caller]
        pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
        where
            F: FnOnce() -> T + Send + 'static,
            T: Send + 'static,
        {
            observed::thread();
            self.0.spawn(f)
        }
    }
}
