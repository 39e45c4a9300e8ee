//! What must not compile, each beside what does.
//!
//! The twins differ in one type or one word, so that a block fails for the
//! reason that it names.
//!
//! # A callback and its captures are sent, and outlive their scope
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use timer_heap::{FakeTime, Timers};
//!
//! let (timers, time): (Timers, FakeTime) = Timers::builder().build_fake();
//! let (d, count) = (Duration::from_secs(1), Arc::new(1));
//! let use_count = move || drop(count.clone());
//! timers.after_func(d, use_count.clone());
//! timers.try_after_func(d, use_count.clone()).unwrap();
//! timers.after_func_at(timers.now(), use_count.clone());
//! timers.after_func_once(d, use_count.clone());
//! timers.after_func_once_at(timers.now(), use_count.clone());
//! let own = use_count.clone();
//! timers.after_func_with(d, move |_| own());
//! let _ticks = timers.every(d, use_count.clone());
//! time.spawn(use_count);
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Duration};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.after_func(Duration::ZERO, move || drop(count.clone()));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Duration};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.try_after_func(Duration::ZERO, move || drop(count.clone()));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Instant};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.after_func_at(Instant::now(), move || drop(count.clone()));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Duration};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.after_func_once(Duration::ZERO, move || drop(count));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Instant};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.after_func_once_at(Instant::now(), move || drop(count));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Duration};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.after_func_with(Duration::ZERO, move |_| drop(count.clone()));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{rc::Rc, time::Duration};
//! let (timers, count) = (timer_heap::Timers::new(), Rc::new(1));
//! timers.every(Duration::from_secs(1), move || drop(count.clone()));
//! ```
//!
//! ```compile_fail,E0277
//! # use std::rc::Rc;
//! let (_, time) = timer_heap::Timers::builder().build_fake();
//! let count = Rc::new(1);
//! time.spawn(move || drop(count));
//! ```
//!
//! ```compile_fail,E0373
//! # use std::time::Duration;
//! let (timers, count) = (timer_heap::Timers::new(), 1);
//! timers.after_func(Duration::ZERO, || assert_eq!(count, 1));
//! ```
//!
//! ```compile_fail,E0597
//! # use std::time::Duration;
//! let (timers, count) = (timer_heap::Timers::new(), Box::new(1));
//! let borrowed = &count;
//! timers.after_func_once(Duration::ZERO, move || drop(borrowed.clone()));
//! ```
//!
//! # What the service shares between its threads is `Sync`
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//!
//! let [panics, threads, jobs] = [0, 0, 0].map(AtomicU32::new);
//! let _builder = timer_heap::Timers::builder()
//!     .on_panic(move |_| panics.store(1, Ordering::Relaxed))
//!     .spawn_with(move |job| {
//!         threads.store(1, Ordering::Relaxed);
//!         job();
//!         Ok(())
//!     })
//!     .execute_with(move |job| {
//!         jobs.store(1, Ordering::Relaxed);
//!         job();
//!     });
//! ```
//!
//! ```compile_fail,E0277
//! let panics = std::cell::Cell::new(0);
//! timer_heap::Timers::builder().on_panic(move |_| panics.set(1));
//! ```
//!
//! ```compile_fail,E0277
//! let threads = std::cell::Cell::new(0);
//! timer_heap::Timers::builder().spawn_with(move |job| {
//!     threads.set(1);
//!     job();
//!     Ok(())
//! });
//! ```
//!
//! ```compile_fail,E0277
//! let jobs = std::cell::Cell::new(0);
//! timer_heap::Timers::builder().execute_with(move |job| {
//!     jobs.set(1);
//!     job();
//! });
//! ```
//!
//! # Handles end once, and borrow what they use
//!
//! ```
//! use std::time::Duration;
//!
//! let timers = timer_heap::Timers::new();
//! let timer = timers.after_func(Duration::from_secs(1), || ());
//! timer.stop();
//! timer.cancel();
//! let ticker = timers.ticker(Duration::from_secs(1));
//! drop((ticker.iter(), ticker.recv_async()));
//! drop(ticker);
//! ```
//!
//! ```compile_fail,E0382
//! # use std::time::Duration;
//! let timers = timer_heap::Timers::new();
//! let timer = timers.after_func(Duration::from_secs(1), || ());
//! timer.cancel();
//! timer.stop();
//! ```
//!
//! ```compile_fail,E0382
//! # use std::time::Duration;
//! let timers = timer_heap::Timers::new();
//! let timer = timers.after_func(Duration::from_secs(1), || ());
//! let guard = timer.cancel_on_drop();
//! timer.stop();
//! drop(guard);
//! ```
//!
//! ```compile_fail,E0505
//! # use std::time::Duration;
//! let ticker = timer_heap::Timers::new().ticker(Duration::from_secs(1));
//! let ticks = ticker.iter();
//! drop(ticker);
//! drop(ticks);
//! ```
//!
//! ```compile_fail,E0505
//! # use std::time::Duration;
//! let ticker = timer_heap::Timers::new().ticker(Duration::from_secs(1));
//! let tick = ticker.recv_async();
//! drop(ticker);
//! drop(tick);
//! ```
//!
//! ```compile_fail,E0521
//! # use std::time::Duration;
//! # use timer_heap::OwnTimer;
//! let mut kept: Option<&'static OwnTimer> = None;
//! let timers = timer_heap::Timers::new();
//! timers.after_func_with(Duration::ZERO, move |own| kept = Some(own));
//! ```
//!
//! # A future is sent only with what it waits for
//!
//! ```
//! use std::{future::ready, sync::Arc, time::Duration};
//!
//! let timers = timer_heap::Timers::new();
//! let limited = timers.timeout(Duration::ZERO, ready(Arc::new(1)));
//! std::thread::spawn(move || drop(limited)).join().unwrap();
//! ```
//!
//! ```compile_fail,E0277
//! # use std::{future::ready, rc::Rc, time::Duration};
//! let timers = timer_heap::Timers::new();
//! let limited = timers.timeout(Duration::ZERO, ready(Rc::new(1)));
//! std::thread::spawn(move || drop(limited)).join().unwrap();
//! ```
//!
//! # A lock is shared only if its value may be sent, a guard never sent
//!
//! ```
//! use timer_heap::biased_lock::BiasedLock;
//!
//! let lock: BiasedLock<Vec<u8>> = BiasedLock::new(vec![1], None);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| drop(lock.lock().clone()));
//! });
//! ```
//!
//! ```compile_fail,E0277
//! # use timer_heap::biased_lock::BiasedLock;
//! let lock: BiasedLock<std::rc::Rc<u8>> = BiasedLock::new(1.into(), None);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| drop(lock.lock().clone()));
//! });
//! ```
//!
//! ```compile_fail,E0277
//! # use timer_heap::biased_lock::BiasedLock;
//! let lock: BiasedLock<u8> = BiasedLock::new(1, None);
//! let guard = lock.lock();
//! std::thread::scope(|scope| {
//!     scope.spawn(move || drop(guard));
//! });
//! ```
//!
//! # Who leaves a step out says so by `unsafe`
//!
//! ```
//! struct LeavesOut;
//! // SAFETY: nothing uses it.
//! unsafe impl timer_heap::steps::Steps for LeavesOut {
//!     const FENCES_EVICTION: bool = false;
//! }
//! ```
//!
//! ```compile_fail,E0200
//! struct LeavesOut;
//! impl timer_heap::steps::Steps for LeavesOut {
//!     const FENCES_EVICTION: bool = false;
//! }
//! ```
