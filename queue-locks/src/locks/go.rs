//! Go's `sync.Mutex`: unfair and fast until somebody starves.
//!
//! After `internal/sync/mutex.go` of Go 1.27. In *normal* mode a woken waiter
//! competes with threads that are running already, and mostly loses. When it
//! has waited for a millisecond, it switches the mutex to *starvation* mode:
//! then each unlock hands the lock to the first waiter, and newcomers queue
//! up. A waiter that was the last, or waited for less than a millisecond,
//! switches back.
//!
//! Who calls what:
//!
//! | thread | fast path | slow path |
//! |---|---|---|
//! | a newcomer | `lock`: one compare-and-swap from 0 | `lock_slow`: spins, announces itself, sleeps |
//! | a woken waiter | | `lock_slow` again, or `take_over` where the lock is handed to it |
//! | the holder | `unlock`: one subtraction | `unlock_slow`: wakes a waiter, or hands over |
//!
//! All of them change the one word; the semaphore's queue has a lock of its
//! own, which nobody holds while it changes the word.

use std::marker::PhantomData;
use std::time::Instant;

use support::semaphore::Semaphore;
use support::sync::atomic::AtomicU32;
use support::sync::atomic::Ordering::{Acquire, Relaxed};
use support::sync::hint;
use support::taken;

use crate::raw_lock::RawLock;
use crate::steps::{Sound, Steps, unlock};

const LOCKED: u32 = 1;
const WOKEN: u32 = 2;
const STARVING: u32 = 4;
/// The waiters are counted above the three bits.
const WAITER: u32 = 8;

/// How often a locker spins before it sleeps, and how long each time. In a
/// model a pause would let the holder finish, and nobody would ever sleep.
const SPINS: u32 = if cfg!(any(loom, shuttle)) { 1 } else { 4 };
const PAUSES: u32 = if cfg!(any(loom, shuttle)) { 0 } else { 30 };

/// A port of Go's mutex, with starvation mode.
#[derive(Debug)]
pub struct Go<S = Sound> {
    /// | bits | mean | who may change them |
    /// |---|---|---|
    /// | 0, locked | held | set by who finds it and *starving* clear; cleared by the holder |
    /// | 1, woken | a waiter is awake: wake no other | set by an unlock or a spinning waiter; cleared by that waiter |
    /// | 2, starving | held or being handed over | set by a starving waiter while *locked*; cleared by the waiter it is handed to |
    /// | 3.., waiters | how many sleep or are about to | each waiter adds itself; who wakes one, or takes the lock by hand-over, takes it off |
    state: AtomicU32,
    sleepers: Semaphore,
    steps: PhantomData<S>,
}

impl<S> Default for Go<S> {
    fn default() -> Self {
        Self {
            state: AtomicU32::new(0),
            sleepers: Semaphore::default(),
            steps: PhantomData,
        }
    }
}

// SAFETY: one gets through by setting *locked* where it and *starving* are
// clear, with acquire; or by being handed the lock: then *starving* keeps all
// others out, and the semaphore orders it after the unlock. The unlock clears
// *locked* with release.
unsafe impl<S: Steps> RawLock for Go<S> {
    #[inline]
    fn lock(&self) {
        let state = &self.state;
        if state.compare_exchange(0, LOCKED, Acquire, Relaxed).is_err() {
            self.lock_slow();
        }
    }

    #[inline]
    fn try_lock(&self) -> bool {
        let old = self.state.load(Relaxed);
        let state = &self.state;
        old & (LOCKED | STARVING) == 0
            && state
                .compare_exchange(old, old | LOCKED, Acquire, Relaxed)
                .is_ok()
    }

    #[inline]
    unsafe fn unlock(&self) {
        let rest = self.state.fetch_sub(LOCKED, unlock::<S>()) - LOCKED;
        if rest != 0 && taken!(S::WAKES) {
            self.unlock_slow(rest);
        }
    }
}

/// What a waiter knows of itself.
#[derive(Default)]
struct Waiter {
    since: Option<Instant>,
    is_starving: bool,
    /// It holds the *woken* bit.
    is_awake: bool,
    spins: u32,
}

impl Waiter {
    /// Returns what it makes of the state: locked if the lock is free, else one
    /// waiter more.
    // ANCHOR: wanted
    fn wanted(&self, old: u32) -> u32 {
        let mut new = old;
        if old & STARVING == 0 {
            new |= LOCKED;
        }
        if old & (LOCKED | STARVING) != 0 {
            new += WAITER;
        }
        if self.is_starving && old & LOCKED != 0 {
            new |= STARVING;
        }
        if self.is_awake {
            debug_assert!(new & WOKEN != 0, "inconsistent state {new:#b}");
            new &= !WOKEN;
        }
        new
    }
    // ANCHOR_END: wanted
}

impl<S: Steps> Go<S> {
    #[cold]
    fn lock_slow(&self) {
        let mut waiter = Waiter::default();
        let mut old = self.state.load(Relaxed);
        loop {
            // Spin while the holder may be about to leave. Not in starvation
            // mode: there the lock is handed over, and spinning gets nothing.
            if old & (LOCKED | STARVING) == LOCKED && waiter.spins < SPINS {
                old = self.spin(old, &mut waiter);
                continue;
            }
            let new = waiter.wanted(old);
            let state = &self.state;
            match state.compare_exchange(old, new, Acquire, Relaxed) {
                // Another thread was faster: look again.
                Err(now) => old = now,
                // It was free, even if there is a queue on it: take it.
                Ok(_) if old & (LOCKED | STARVING) == 0 => return,
                // It was held, and this thread is counted as a waiter now.
                Ok(_) => {
                    self.sleep(&mut waiter);
                    old = self.state.load(Relaxed);
                    // Handed over by the unlock that ended the sleep.
                    if old & STARVING != 0 {
                        return self.take_over(old, &waiter);
                    }
                    // Woken only to compete: start again.
                }
            }
        }
    }

    /// Spins once. Meanwhile the holder need not wake anybody, which the
    /// *woken* bit tells it.
    fn spin(&self, old: u32, waiter: &mut Waiter) -> u32 {
        let has_waiters = old >= WAITER;
        if !waiter.is_awake && old & WOKEN == 0 && has_waiters {
            let new = old | WOKEN;
            let set = self.state.compare_exchange(old, new, Relaxed, Relaxed);
            waiter.is_awake = set.is_ok();
        }
        (0..PAUSES).for_each(|_| hint::spin_loop());
        waiter.spins += 1;
        self.state.load(Relaxed)
    }

    // ANCHOR: sleep
    /// Sleeps until an unlock wakes it. A waiter that comes back goes to the
    /// front of the queue.
    fn sleep(&self, waiter: &mut Waiter) {
        let has_waited = waiter.since.is_some();
        let since = *waiter.since.get_or_insert_with(Instant::now);
        if has_waited {
            self.sleepers.acquire_first();
        } else {
            self.sleepers.acquire();
        }
        waiter.is_starving |= since.elapsed() >= S::PATIENCE;
        waiter.is_awake = true;
        waiter.spins = 0;
    }
    // ANCHOR_END: sleep

    // ANCHOR: take-over
    /// Takes the lock that an unlock has handed over.
    fn take_over(&self, old: u32, waiter: &Waiter) {
        debug_assert!(
            old & (LOCKED | WOKEN) == 0 && old >= WAITER,
            "inconsistent state {old:#b}"
        );
        let is_last = old / WAITER == 1;
        let ends_starvation = !waiter.is_starving || is_last;
        let less = WAITER + if ends_starvation { STARVING } else { 0 };
        self.state.fetch_sub(less - LOCKED, Acquire);
    }
    // ANCHOR_END: take-over

    #[cold]
    // ANCHOR: unlock-slow
    fn unlock_slow(&self, mut old: u32) {
        if old & STARVING != 0 {
            return self.sleepers.release();
        }
        // Stop when nobody waits any more, and when somebody is awake or holds
        // it by now, because that thread sees to the rest.
        while old >= WAITER && old & (LOCKED | WOKEN | STARVING) == 0 {
            let new = (old - WAITER) | WOKEN;
            let state = &self.state;
            match state.compare_exchange(old, new, Relaxed, Relaxed) {
                Ok(_) => return self.sleepers.release(),
                Err(now) => old = now,
            }
        }
    }
    // ANCHOR_END: unlock-slow
}

#[cfg(test)]
#[cfg(not(any(loom, shuttle)))]
mod tests {
    use std::time::Duration;

    use super::*;

    fn waiter(is_starving: bool, is_awake: bool) -> Waiter {
        Waiter { is_starving, is_awake, ..Waiter::default() }
    }

    #[test]
    fn a_waiter_takes_what_is_free_and_counts_itself_where_it_is_not() {
        let wanted = |old| waiter(false, false).wanted(old);
        assert_eq!(wanted(0), LOCKED);
        assert_eq!(wanted(2 * WAITER), LOCKED + 2 * WAITER, "others sleep");
        assert_eq!(wanted(LOCKED), LOCKED + WAITER);
        assert_eq!(wanted(LOCKED + WAITER), LOCKED + 2 * WAITER);
        let handed_over = STARVING + WAITER;
        assert_eq!(wanted(handed_over), STARVING + 2 * WAITER);
    }

    #[test]
    fn a_starving_waiter_says_so_only_where_it_has_to_wait() {
        let wanted = |old| waiter(true, false).wanted(old);
        assert_eq!(wanted(LOCKED), LOCKED + STARVING + WAITER);
        assert_eq!(wanted(0), LOCKED);
        assert_eq!(wanted(3 * WAITER), LOCKED + 3 * WAITER);
    }

    #[test]
    fn a_waiter_that_was_woken_lets_others_be_woken() {
        let wanted = |old| waiter(false, true).wanted(old);
        assert_eq!(wanted(WOKEN), LOCKED);
        assert_eq!(wanted(LOCKED + WOKEN), LOCKED + WAITER);
    }

    #[test]
    fn who_has_waited_for_a_millisecond_starves_and_goes_on_to() {
        let starves = |since: Instant, is_starving| {
            let (lock, mut waiter) =
                (<Go>::default(), waiter(is_starving, false));
            waiter.since = Some(since);
            waiter.spins = SPINS;
            lock.sleepers.release();
            lock.sleep(&mut waiter);
            assert!(waiter.is_awake && waiter.spins == 0);
            waiter.is_starving
        };
        let (now, long) = (Instant::now(), Duration::from_secs(1_000));
        assert!(starves(now - Duration::from_millis(1), false));
        assert!(!starves(now + long, false), "no time has passed");
        assert!(starves(now + long, true));
    }

    /// Returns the word after `waiter` has taken over in the state `old`.
    fn taken_over(old: u32, waiter: &Waiter) -> u32 {
        let lock = <Go>::default();
        lock.state.store(old, Relaxed);
        lock.take_over(old, waiter);
        lock.state.load(Relaxed)
    }

    #[test]
    fn starvation_ends_with_the_last_waiter_or_with_one_that_has_not_starved() {
        let (starving, other) = (waiter(true, true), waiter(false, true));
        let (one, two) = (STARVING + WAITER, STARVING + 2 * WAITER);
        assert_eq!(taken_over(one, &starving), LOCKED);
        assert_eq!(taken_over(one, &other), LOCKED);
        assert_eq!(taken_over(two, &starving), LOCKED + one);
        assert_eq!(taken_over(two, &other), LOCKED + WAITER);
    }

    #[test]
    fn who_spins_asks_not_to_wake_others_if_there_are_any() {
        let spun = |old, is_awake| {
            let (lock, mut waiter) = (<Go>::default(), waiter(false, is_awake));
            lock.state.store(old, Relaxed);
            let now = lock.spin(old, &mut waiter);
            assert_eq!(waiter.spins, 1);
            (now, waiter.is_awake)
        };
        let held = LOCKED + WAITER;
        assert_eq!(spun(held, false), (held + WOKEN, true));
        assert_eq!(spun(LOCKED, false), (LOCKED, false), "nobody sleeps");
        assert_eq!(spun(held + WOKEN, false), (held + WOKEN, false));
        assert_eq!(spun(held, true), (held, true));
    }

    /// An unlock in the state `old` either gives the turn to a sleeper, or has
    /// nobody to wake. Returns the word afterwards if it does.
    fn woken(old: u32) -> Option<u32> {
        let lock = <Go>::default();
        lock.state.store(old, Relaxed);
        lock.unlock_slow(old);
        let turns = format!("{:?}", lock.sleepers);
        let has_turn = turns.contains("permits: 1,");
        assert!(has_turn || turns.contains("permits: 0,"), "{turns}");
        let now = lock.state.load(Relaxed);
        assert!(has_turn || now == old);
        has_turn.then_some(now)
    }

    #[test]
    fn an_unlock_wakes_one_unless_somebody_sees_to_the_rest() {
        assert_eq!(woken(2 * WAITER), Some(WAITER + WOKEN));
        assert_eq!(woken(STARVING + WAITER), Some(STARVING + WAITER));
        assert_eq!(woken(0), None);
        assert_eq!(woken(WOKEN), None, "the last one is awake");
        assert_eq!(woken(WAITER + WOKEN), None, "one is awake");
        assert_eq!(woken(WAITER + LOCKED), None, "its holder will");
    }
}
