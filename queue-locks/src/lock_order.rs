//! Reports a deadlock before it happens: the order in which locks are taken.
//!
//! Two threads that take two locks in different orders deadlock only if they
//! meet, and a test may run for years before they do. But each of the two
//! orders shows when it runs alone. So this notes which lock was ever taken
//! under which, as a graph; a lock that would close a circle is refused.
//! Idea: the Linux kernel's `lockdep` (`Documentation/locking`).
//!
//! Contract: the graph has an edge from *a* to *b* if a thread has waited for
//! *b* while it held *a*. It never has a circle, and while it has none, no
//! threads can wait for each other.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
// Not modelled: the checker only looks on.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
// Not modelled: the checker only looks on.
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use crate::raw_lock::RawLock;

/// A lock that panics where it would be taken in two orders.
///
/// Each one has a number, and may be given a name by [`Checked::set_name`].
/// A check costs a look at all that is held, so it is for tests.
///
/// ```should_panic
/// use queue_locks::{Mutex, lock_order::Checked, locks::ThreeState};
///
/// let first = Mutex::<_, Checked<ThreeState>>::new(1);
/// let second = Mutex::<_, Checked<ThreeState>>::new(2);
/// {
///     let _first = first.lock();
///     let _second = second.lock();
/// }
/// // One thread is enough to see that two might deadlock.
/// let _second = second.lock();
/// let _first = first.lock(); // panics
/// ```
#[derive(Debug)]
pub struct Checked<L> {
    lock: L,
    number: u64,
    name: OnceLock<String>,
}

/// For each lock, those that were waited for while it was held, and by which
/// thread first.
type Graph = BTreeMap<u64, BTreeMap<u64, String>>;

static GRAPH: Mutex<Graph> = Mutex::new(BTreeMap::new());

thread_local! {
    /// What this thread holds, in the order in which it was taken.
    static HELD: RefCell<Vec<(u64, String)>> = const { RefCell::new(Vec::new()) };
}

/// Looks at what this thread holds. At the end of the thread, when its locals
/// are gone, nothing is noted any more.
fn with_held<R: Default>(f: impl FnOnce(&mut Vec<(u64, String)>) -> R) -> R {
    let seen = HELD.try_with(|held| f(&mut held.borrow_mut()));
    seen.unwrap_or_default()
}

fn graph() -> MutexGuard<'static, Graph> {
    // Nothing panics while it is held.
    GRAPH.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<L: Default> Default for Checked<L> {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Relaxed);
        Self { lock: L::default(), number, name: OnceLock::new() }
    }
}

impl<L> Drop for Checked<L> {
    fn drop(&mut self) {
        let mut graph = graph();
        graph.remove(&self.number);
        graph.values_mut().for_each(|after| _ = after.remove(&self.number));
    }
}

impl<L> Checked<L> {
    /// Names the lock in reports. The first name stays.
    ///
    /// ```
    /// use queue_locks::{Mutex, lock_order::Checked, locks::ThreeState};
    ///
    /// let accounts = Mutex::<_, Checked<ThreeState>>::new([0; 10]);
    /// accounts.raw().set_name("accounts");
    /// ```
    pub fn set_name(&self, name: &str) {
        self.name.get_or_init(|| name.to_owned());
    }

    fn name(&self) -> String {
        let number = || format!("lock {}", self.number);
        self.name.get().cloned().unwrap_or_else(number)
    }

    /// Panics if a wait for this lock could close a circle.
    fn check(&self) {
        // Copied, because a report formats and panics without borrows.
        let held = with_held(|held| held.clone());
        for (number, name) in &held {
            let mine = self.name();
            assert!(
                *number != self.number,
                "deadlock: this thread holds {mine} already"
            );
            if let Some(thread) = note(*number, self.number) {
                panic!(
                    "lock order: this thread holds {name} and wants {mine}, \
                     but thread {thread} has held {mine} and wanted \
                     {name}, or one that leads to it; take them in one order \
                     everywhere (RUST_BACKTRACE=1 shows where this is)"
                );
            }
        }
    }

    fn is_taken(&self) {
        with_held(|held| held.push((self.number, self.name())));
    }
}

/// Notes that `wanted` is waited for under `held`. Returns instead, if there
/// is a way back, the thread that took its first step.
fn note(held: u64, wanted: u64) -> Option<String> {
    let mut graph = graph();
    if let Some(thread) = way(&graph, wanted, held) {
        return Some(thread);
    }
    let name = || thread::current().name().unwrap_or("without a name").into();
    graph.entry(held).or_default().entry(wanted).or_insert_with(name);
    None
}

/// Returns the thread that took the first step of a way between two locks.
fn way(graph: &Graph, from: u64, to: u64) -> Option<String> {
    let steps = graph.get(&from)?;
    let leads = |(next, _): &(&u64, &String)| reaches(graph, **next, to);
    steps.iter().find(leads).map(|(_, thread)| thread.clone())
}

fn reaches(graph: &Graph, from: u64, to: u64) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(lock) = next.pop() {
        if lock == to {
            return true;
        }
        if seen.insert(lock) {
            next.extend(graph.get(&lock).into_iter().flat_map(BTreeMap::keys));
        }
    }
    false
}

// SAFETY: the lock inside makes the promises; all else only looks on.
unsafe impl<L: RawLock> RawLock for Checked<L> {
    fn lock(&self) {
        self.check();
        self.lock.lock();
        self.is_taken();
    }

    /// Checks nothing: who does not wait closes no circle.
    fn try_lock(&self) -> bool {
        let taken = self.lock.try_lock();
        if taken {
            self.is_taken();
        }
        taken
    }

    unsafe fn unlock(&self) {
        with_held(|held| held.retain(|(number, _)| *number != self.number));
        // SAFETY: promised by the caller.
        unsafe { self.lock.unlock() };
    }
}
