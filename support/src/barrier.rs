//! A memory barrier whose cost is all on one side.
//!
//! Two threads that each write and then read what the other writes need a
//! full barrier each in between, or both may read the old value. Where one
//! does so a million times as often as the other, it can be spared: the rare
//! thread has the kernel run a barrier *on every processor* where a thread of
//! the process runs, so that the frequent one needs to keep only the compiler
//! from reordering.
//!
//! Who calls what: the frequent thread calls [`light`] between its write and
//! its read, the rare one [`heavy`]; no lock is involved.
//!
//! On Linux the rare side is membarrier(2). Where that is missing,
//! [`is_available`] is false, and the two must not be relied on. In a model,
//! and under Miri,
//! both are fences, which is what they are together.

#[cfg(all(target_os = "linux", not(any(loom, shuttle, miri))))]
pub use linux::{heavy, is_available, light};
#[cfg(any(loom, shuttle, miri))]
pub use modelled::{heavy, is_available, light};
#[cfg(not(any(target_os = "linux", loom, shuttle, miri)))]
pub use nowhere::{heavy, is_available, light};

#[cfg(all(target_os = "linux", not(any(loom, shuttle, miri))))]
mod linux {
    use std::sync::OnceLock;
    use std::sync::atomic::{Ordering, compiler_fence};

    /// The frequent side. It costs nothing but the compiler's freedom.
    #[inline(always)]
    pub fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    /// The rare side. It takes 70 ns when the process has no other thread
    /// running, and about 5 us when it has.
    ///
    /// # Panics
    ///
    /// When the kernel refuses, which it does not do once [`is_available`] has
    /// returned true.
    pub fn heavy() {
        let done = membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED);
        assert!(done, "membarrier is not available");
    }

    /// Returns whether the kernel can do it. It is asked once.
    pub fn is_available() -> bool {
        static REGISTERED: OnceLock<bool> = OnceLock::new();
        *REGISTERED.get_or_init(|| {
            membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
        })
    }

    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: the call takes numbers and touches no memory of ours.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }
}

#[cfg(any(loom, shuttle, miri))]
mod modelled {
    use crate::sync::atomic::{Ordering, fence};

    /// The frequent side.
    pub fn light() {
        fence(Ordering::SeqCst);
    }

    /// The rare side.
    pub fn heavy() {
        fence(Ordering::SeqCst);
    }

    /// Returns true.
    pub fn is_available() -> bool {
        true
    }
}

#[cfg(not(any(target_os = "linux", loom, shuttle, miri)))]
mod nowhere {
    /// Does nothing: see [`is_available`].
    pub fn light() {}

    /// Does nothing: see [`is_available`].
    pub fn heavy() {}

    /// Returns false.
    pub fn is_available() -> bool {
        false
    }
}
