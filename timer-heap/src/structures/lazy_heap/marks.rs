//! The marks of a lazy heap's timers, made without the heap's lock.
//!
//! # Contract
//!
//! A timer in the tree is stopped and reset by whoever has its handle, with a
//! compare-and-exchange of its state; the tree does not change. Whoever holds
//! the heap's lock, the *owner*, alone adds to the tree and takes out of it.
//!
//! Which timer an index stands for does not change while its handle lives.
//! The table of marks has a lock of its own, which all who mark share. It is
//! exclusive only while a chunk of the table comes or goes.
//!
//! A reset to earlier lowers `earliest` before its mark can be seen. The
//! owner raises `earliest` again before it looks at every mark. A mark that
//! it does not see then lowers `earliest` after it was raised.
//!
//! Source: the states of Go 1.14 to 1.22, `runtime/time.go`; Go's names are
//! in the table at [`Mark`]. Go 1.23 has a lock in each timer instead.

use support::sync::atomic::{AtomicI64, AtomicIsize, AtomicU8, Ordering};
use support::sync::{Arc, RwLock, thread};
use support::taken;

use crate::structures::slab::CHUNK;
use crate::structures::steps::Steps;

/// The value of `earliest` when there is none, later than any deadline.
const NEVER: i64 = i64::MAX;

pub(super) const IDLE: u8 = 0;
pub(super) const ARMED: u8 = 1;
pub(super) const MOVED: u8 = 2;
pub(super) const DEAD: u8 = 3;
const CHANGING: u8 = 4;

/// What a timer is, and when it is due.
#[derive(Debug)]
pub(super) struct Mark {
    /// | value | the timer | Go 1.14 | leaves it |
    /// |---|---|---|---|
    /// | `IDLE` | is not in the tree | `timerNoStatus`, `timerRemoved` | the owner |
    /// | `ARMED` | is in its place | `timerWaiting` | anybody |
    /// | `MOVED` | is armed, in the place of another deadline | `timerModifiedEarlier`, `timerModifiedLater` | anybody |
    /// | `DEAD` | is stopped, in the tree | `timerDeleted` | anybody |
    /// | `CHANGING` | gets a deadline or a place | `timerModifying`, `timerMoving` | who made it so, soon |
    state: AtomicU8,
    /// Written while `IDLE`, by the owner, and while `CHANGING`.
    when: AtomicI64,
}

/// What the marks of a heap come to.
///
/// They have a cache line of their own, because the owner reads them at every
/// turn and a mark seldom writes them.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Totals {
    /// How many more timers are armed by marks than stopped by them.
    armed: AtomicIsize,
    /// Not later than any deadline that is before its place in the tree.
    earliest: AtomicI64,
}

impl Totals {
    pub(super) fn armed(&self) -> isize {
        self.armed.load(Ordering::Relaxed)
    }

    /// Returns the earliest deadline that was brought forward.
    ///
    /// This is an exchange that changes nothing, and not a load: of this and a
    /// reset, the later one reads what the earlier one wrote. So either a
    /// worker that is going to wait sees the deadline, or the reset sees that
    /// the worker waits.
    pub(super) fn earliest<P: Steps>(&self) -> i64 {
        if !taken!(P::LOOKS_BY_EXCHANGE) {
            return self.earliest.load(Ordering::Acquire);
        }
        self.earliest.fetch_min(NEVER, Ordering::AcqRel)
    }

    /// Forgets the earliest deadline. Call it before looking at every mark.
    pub(super) fn forget_earliest(&self) {
        self.earliest.swap(NEVER, Ordering::AcqRel);
    }
}

impl Mark {
    fn new() -> Self {
        Self { state: AtomicU8::new(IDLE), when: AtomicI64::new(NEVER) }
    }

    pub(super) fn when(&self) -> i64 {
        self.when.load(Ordering::Relaxed)
    }

    /// Returns the state, once nobody is changing it.
    pub(super) fn state(&self) -> u8 {
        loop {
            match self.state.load(Ordering::Acquire) {
                CHANGING => thread::yield_now(),
                state => return state,
            }
        }
    }

    pub(super) fn exchange(&self, from: u8, to: u8) -> bool {
        let (success, failure) = (Ordering::AcqRel, Ordering::Relaxed);
        let exchanged = self.state.compare_exchange(from, to, success, failure);
        exchanged.is_ok()
    }

    /// Makes an idle timer armed, which the owner has put into the tree.
    pub(super) fn arm(&self, when: i64) {
        self.when.store(when, Ordering::Relaxed);
        self.state.store(ARMED, Ordering::Release);
    }

    /// Makes a timer dead whose handle nobody has any more.
    pub(super) fn bury(&self) {
        self.state.store(DEAD, Ordering::Relaxed);
    }

    /// Gives a timer that was moved its place: calls `put` with its deadline,
    /// unless it was changed meanwhile.
    pub(super) fn place(&self, put: impl FnOnce(i64)) {
        if self.exchange(MOVED, CHANGING) {
            put(self.when());
            self.state.store(ARMED, Ordering::Release);
        }
    }

    // ANCHOR: stop
    /// Marks a timer as dead. Returns true if it was armed, and `None` if it
    /// is not in the tree.
    pub(super) fn stop<P: Steps>(&self) -> Option<bool> {
        loop {
            let state = self.state();
            match state {
                ARMED | MOVED => {}
                DEAD => return Some(false),
                _ => return None,
            }
            if !taken!(P::MARKS_BY_EXCHANGE) {
                self.state.store(DEAD, Ordering::Release);
            } else if !self.exchange(state, DEAD) {
                continue;
            }
            return Some(true);
        }
    }
    // ANCHOR_END: stop

    // ANCHOR: reset
    /// Gives a timer another deadline. Returns true if it was armed, and
    /// `None` if it is not in the tree.
    pub(super) fn reset(&self, when: i64, totals: &Totals) -> Option<bool> {
        loop {
            let state = self.state();
            if state == IDLE {
                return None;
            }
            if !self.exchange(state, CHANGING) {
                continue;
            }
            if when < self.when() {
                totals.earliest.fetch_min(when, Ordering::AcqRel);
            }
            self.when.store(when, Ordering::Relaxed);
            self.state.store(MOVED, Ordering::Release);
            return Some(state != DEAD);
        }
    }
    // ANCHOR_END: reset
}

/// Marks that come and go with a chunk of the slab.
type Chunk = [Mark; CHUNK];

/// Marks by the indices of their timers.
#[derive(Clone, Debug, Default)]
pub(super) struct Table(Vec<Option<Arc<Chunk>>>);

impl Table {
    pub(super) fn get(&self, index: u32) -> Option<&Mark> {
        let index = index as usize;
        let chunk = self.0.get(index / CHUNK)?.as_ref()?;
        Some(&chunk[index % CHUNK])
    }

    /// Returns the mark of a timer that is known to exist.
    pub(super) fn at(&self, index: u32) -> &Mark {
        self.get(index).expect("an index in use")
    }

    fn set(&mut self, number: usize, chunk: Option<Arc<Chunk>>) {
        if number >= self.0.len() {
            self.0.resize(number + 1, None);
        }
        self.0[number] = chunk;
    }
}

/// The marks of a [`LazyHeap`](super::LazyHeap), for threads without its
/// lock.
#[derive(Debug)]
pub struct Marks {
    table: RwLock<Table>,
    pub(super) totals: Totals,
}

impl Marks {
    pub(super) fn new() -> Self {
        Self {
            table: RwLock::new(Table::default()),
            totals: Totals {
                armed: AtomicIsize::new(0),
                earliest: AtomicI64::new(NEVER),
            },
        }
    }

    /// Stops a timer without the heap's lock. Returns true if it was armed,
    /// and `None` if it is not in the tree: then only the heap knows more.
    ///
    /// The index must be that of a timer whose handle the caller has.
    ///
    /// # Panics
    ///
    /// When a thread panicked while the table grew.
    pub fn stop<P: Steps>(&self, index: u32) -> Option<bool> {
        let table = self.table.read().expect("no holder panics");
        let stopped = table.get(index)?.stop::<P>()?;
        if stopped {
            self.totals.armed.fetch_sub(1, Ordering::Relaxed);
        }
        Some(stopped)
    }

    /// Gives a timer another deadline without the heap's lock. Returns as
    /// [`stop`](Self::stop). Ring the alarm after it.
    ///
    /// # Panics
    ///
    /// As [`stop`](Self::stop).
    pub fn reset(&self, index: u32, when: i64) -> Option<bool> {
        let table = self.table.read().expect("no holder panics");
        let was_armed = table.get(index)?.reset(when, &self.totals)?;
        if !was_armed {
            self.totals.armed.fetch_add(1, Ordering::Relaxed);
        }
        Some(was_armed)
    }

    /// Forgets every timer.
    pub(crate) fn close(&self) {
        *self.table.write().expect("no holder panics") = Table::default();
    }

    /// Makes sure that an index has a mark, in the owner's table and here.
    pub(super) fn cover(&self, owner: &mut Table, index: u32) {
        if owner.get(index).is_none() {
            let chunk = std::array::from_fn(|_| Mark::new());
            self.set(owner, index, Some(Arc::new(chunk)));
        }
    }

    /// Drops the chunk of an index; the slab has dropped its own.
    pub(super) fn uncover(&self, owner: &mut Table, index: u32) {
        self.set(owner, index, None);
    }

    #[cold]
    fn set(&self, owner: &mut Table, index: u32, chunk: Option<Arc<Chunk>>) {
        let number = index as usize / CHUNK;
        owner.set(number, chunk.clone());
        let mut table = self.table.write().expect("no holder panics");
        table.set(number, chunk);
    }
}
