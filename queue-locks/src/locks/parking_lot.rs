//! The mutex of `parking_lot` as a raw lock.

use parking_lot::RawMutex;
use parking_lot::lock_api::{GuardNoSend, RawMutex as _};

use crate::raw_lock::RawLock;

/// `parking_lot::RawMutex`: one byte, and a queue of parked threads elsewhere.
pub struct ParkingLot(RawMutex);

impl Default for ParkingLot {
    fn default() -> Self {
        Self(RawMutex::INIT)
    }
}

// SAFETY: `lock_api::RawMutex` is an unsafe trait with the same promises.
unsafe impl RawLock for ParkingLot {
    #[inline]
    fn lock(&self) {
        // The marker is of size zero; `unlock` makes another one.
        let _: GuardNoSend = self.0.lock();
    }

    #[inline]
    fn try_lock(&self) -> bool {
        self.0.try_lock().is_some()
    }

    #[inline]
    unsafe fn unlock(&self) {
        // SAFETY: the caller holds the lock, by one of the two above.
        unsafe { self.0.unlock(GuardNoSend::new()) };
    }
}
