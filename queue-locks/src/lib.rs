//! What cleanup on exit costs, and who pays.
//!
//! The question is old: a function takes a lock and must give it back on
//! every way out. Go says `defer mu.Unlock()`, Rust drops a guard, and both
//! languages allow an explicit unlock before each `return`. The post *Defer
//! overhead in go* measured the first against the last on a small queue. This
//! crate rebuilds that queue, the locks under it and the ways to give a lock
//! back, so that each can be measured, modelled and broken.
//!
//! | module | what is there |
//! |---|---|
//! | [`raw_lock`] | [`RawLock`]: lock, unlock, try_lock and nothing else |
//! | [`locks`] | the locks behind that trait, one a file |
//! | [`mutex`] | [`Mutex`] and [`Guard`]: a lock together with what it guards |
//! | [`timed_lock`] | locks whose waiters may give up at a deadline |
//! | [`fair_unlock`] | locks that can be handed to who waits |
//! | [`condvar`] | [`Condvar`](condvar::Condvar): wait under a lock until a condition may hold |
//! | [`rw_lock`] | [`RwLock`](rw_lock::RwLock): many readers, or one writer |
//! | [`poison`] | a mutex that remembers the panic of a holder |
//! | [`lock_order`] | a lock that reports a deadlock before it happens |
//! | [`storage`] | [`Storage`]: plain first-in, first-out lists, one a file in [`storages`] |
//! | [`locked_queue`] | [`LockedQueue`]: a storage in a mutex, and every discipline of unlocking |
//! | [`shared_queue`] | [`SharedQueue`]: what every queue of the crate can do |
//! | [`defer`] | Go's `defer`, `panic`, `recover` and `Goexit`, in three generations |
//! | [`fairness`] | how long the unlucky one waits |
//! | [`oracle`] | the obviously right queue that all others are tested against |
//! | [`programs`] | random programs of defer and panic, to compare with real Go |
//! | `steps` | what the planted bugs of the models leave out; only they can reach it |
//!
//! The Go sources followed are those of Go 1.27: `internal/sync/mutex.go` for
//! the lock, `runtime/panic.go` for defer (and that of 1.12 and 1.13).
//!
//! ```
//! use queue_locks::{LockedQueue, locks::ThreeState, storages::Slice};
//!
//! let queue: LockedQueue<u64, Slice<u64>, ThreeState> = LockedQueue::new();
//! queue.put(1); // unlocks by hand
//! queue.put_guard(2); // a guard unlocks
//! assert_eq!(queue.get(), Some(1));
//! assert_eq!(queue.get_guard(), Some(2));
//! assert_eq!(queue.get(), None);
//! ```

pub mod condvar;
pub mod defer;
pub mod fair_unlock;
// It measures time, which stands still in a model.
#[cfg(not(any(loom, shuttle)))]
pub mod fairness;
// It only looks on, and keeps what it saw for the whole program.
#[cfg(not(any(loom, shuttle)))]
pub mod lock_order;
pub mod locked_queue;
pub mod locks;
pub mod mutex;
pub mod oracle;
pub mod poison;
// Real panics on real stacks, and no other thread.
#[cfg(not(any(loom, shuttle)))]
pub mod programs;
pub mod raw_lock;
pub mod rw_lock;
pub mod shared_queue;
#[cfg(any(loom, shuttle))]
pub mod steps;
#[cfg(not(any(loom, shuttle)))]
mod steps;
pub mod storage;
pub mod storages;
pub mod timed_lock;

pub use locked_queue::LockedQueue;
pub use mutex::{Guard, Mutex};
pub use raw_lock::RawLock;
pub use shared_queue::SharedQueue;
pub use storage::Storage;
