//! The mutex of `parking_lot` as a raw lock.

use std::fmt;

// Not modelled: the mutex of `parking_lot` is what this file is about.
use parking_lot::{
    RawMutex,
    lock_api::{GuardNoSend, RawMutex as _, RawMutexFair as _},
};

use crate::fair_unlock::FairUnlock;
use crate::raw_lock::RawLock;

/// `parking_lot::RawMutex`: one byte, and a queue of parked threads elsewhere.
pub struct ParkingLot(RawMutex);

impl fmt::Debug for ParkingLot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_locked = self.0.is_locked();
        f.debug_struct("ParkingLot").field("is_locked", &is_locked).finish()
    }
}

impl Default for ParkingLot {
    fn default() -> Self {
        Self(RawMutex::INIT)
    }
}

// SAFETY: `lock_api::RawMutex` is an unsafe trait with the same promises.
unsafe impl RawLock for ParkingLot {
    #[inline]
    fn lock(&self) {
        // The marker has size zero, and `unlock` makes another one.
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

// SAFETY: as above.
unsafe impl FairUnlock for ParkingLot {
    unsafe fn unlock_fair(&self) {
        // SAFETY: the caller holds the lock; the marker is as in `unlock`.
        unsafe { self.0.unlock_fair(GuardNoSend::new()) };
    }
}
