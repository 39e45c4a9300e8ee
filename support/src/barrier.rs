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
    use std::sync::atomic::{AtomicBool, Ordering, compiler_fence};
    use std::time::Duration;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// The frequent side. It costs nothing but the compiler's freedom.
    #[inline(always)]
    pub fn light() {
        compiler_fence(Ordering::SeqCst);
    }

    /// The rare side. It takes 70 ns when the process has no other thread
    /// running, and about 5 us when it has.
    ///
    /// A process that puts itself into a sandbox may be refused from then on.
    /// This takes a slower way then, and [`is_available`] becomes false.
    pub fn heavy() {
        if !membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED) {
            REFUSED.store(true, Ordering::Relaxed);
            visit_all_processors();
        }
    }

    /// Runs this thread on each processor in turn. A thread of the process that
    /// ran there is switched out for it, which is a full barrier for it too.
    ///
    /// Where that is refused as well, it sleeps for so long that what another
    /// processor has written before is long seen: store buffers are emptied in
    /// nanoseconds, though no manual names a bound.
    #[cold]
    fn visit_all_processors() {
        let Ok(home) = sched_getaffinity(None) else {
            return std::thread::sleep(Duration::from_millis(10));
        };
        let mut visited = 0;
        for processor in 0..CpuSet::MAX_CPU {
            let mut only = CpuSet::new();
            only.set(processor);
            visited += usize::from(sched_setaffinity(None, &only).is_ok());
        }
        if visited == 0 || sched_setaffinity(None, &home).is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Set once the kernel has refused.
    static REFUSED: AtomicBool = AtomicBool::new(false);

    /// Returns whether the kernel can do it. It is asked once; if it refuses
    /// later, this becomes false.
    pub fn is_available() -> bool {
        static REGISTERED: OnceLock<bool> = OnceLock::new();
        let registered = *REGISTERED.get_or_init(|| {
            membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
        });
        registered && !REFUSED.load(Ordering::Relaxed)
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
