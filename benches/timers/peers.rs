//! The libraries compared: tokio's two, async-io's, and a sorted map.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};
use tokio_util::time::{DelayQueue, delay_queue};

use crate::subject::{SOON, Subject};

/// How many timers fired.
pub(crate) static FIRED: AtomicUsize = AtomicUsize::new(0);

/// What every callback and waker of the comparison does.
struct Count;

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        FIRED.fetch_add(1, Ordering::Relaxed);
    }
}

fn counter() -> Waker {
    Waker::from(Arc::new(Count))
}

fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    let builder = builder.enable_time().start_paused(true);
    builder.build().expect("a runtime can be built")
}

/// tokio's `Sleep`, polled once so that its timer is registered.
pub(crate) struct Tokio {
    runtime: Runtime,
    waker: Waker,
}

impl Subject for Tokio {
    const NAME: &'static str = "tokio";
    type Handle = Pin<Box<tokio::time::Sleep>>;

    fn new() -> Self {
        let (runtime, waker) = (paused(), counter());
        Self { runtime, waker }
    }

    fn now(&self) -> Instant {
        let _context = self.runtime.enter();
        tokio::time::Instant::now().into_std()
    }

    fn start(&mut self, when: Instant) -> Self::Handle {
        let _context = self.runtime.enter();
        let mut sleep = Box::pin(tokio::time::sleep_until(when.into()));
        let mut context = Context::from_waker(&self.waker);
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        sleep
    }

    fn stop(&mut self, handle: Self::Handle) {
        drop(handle);
    }

    /// On the stack, which spares tokio the box.
    fn start_and_stop(&mut self, when: Instant) {
        let _context = self.runtime.enter();
        let sleep = std::pin::pin!(tokio::time::sleep_until(when.into()));
        let mut context = Context::from_waker(&self.waker);
        assert!(sleep.poll(&mut context).is_pending());
    }

    fn reset(&mut self, handle: &mut Self::Handle, when: Instant) {
        handle.as_mut().reset(when.into());
    }

    fn fire(&mut self) -> usize {
        FIRED.store(0, Ordering::Relaxed);
        self.runtime.block_on(tokio::time::advance(SOON));
        FIRED.load(Ordering::Relaxed)
    }
}

/// A task of tokio for each timer, that sleeps and then calls: what a program
/// writes that wants a callback.
pub(crate) struct TokioTask {
    runtime: Runtime,
    started: usize,
}

impl Subject for TokioTask {
    const NAME: &'static str = "tokio-task";
    type Handle = tokio::task::JoinHandle<()>;

    fn new() -> Self {
        let (runtime, started) = (paused(), 0);
        Self { runtime, started }
    }

    fn now(&self) -> Instant {
        let _context = self.runtime.enter();
        tokio::time::Instant::now().into_std()
    }

    fn start(&mut self, when: Instant) -> Self::Handle {
        self.started += 1;
        let task = self.runtime.spawn(async move {
            tokio::time::sleep_until(when.into()).await;
            FIRED.fetch_add(1, Ordering::Relaxed);
        });
        // The task runs once, and its timer is registered.
        self.runtime.block_on(tokio::task::yield_now());
        task
    }

    fn stop(&mut self, task: Self::Handle) {
        task.abort();
    }

    /// A sleep that its task owns cannot be reset from outside.
    fn reset(&mut self, _: &mut Self::Handle, _: Instant) {
        unreachable!("tasks are only asked to fire")
    }

    fn fire(&mut self) -> usize {
        FIRED.store(0, Ordering::Relaxed);
        let all = self.started;
        self.runtime.block_on(async {
            tokio::time::advance(SOON).await;
            while FIRED.load(Ordering::Relaxed) < all {
                tokio::task::yield_now().await;
            }
        });
        FIRED.load(Ordering::Relaxed)
    }
}

/// tokio-util's `DelayQueue`.
pub(crate) struct Delays {
    runtime: Runtime,
    queue: DelayQueue<u64>,
}

impl Subject for Delays {
    const NAME: &'static str = "delay-queue";
    type Handle = delay_queue::Key;

    fn new() -> Self {
        let (runtime, queue) = (paused(), DelayQueue::new());
        Self { runtime, queue }
    }

    fn now(&self) -> Instant {
        let _context = self.runtime.enter();
        tokio::time::Instant::now().into_std()
    }

    fn start(&mut self, when: Instant) -> Self::Handle {
        let _context = self.runtime.enter();
        self.queue.insert_at(7, when.into())
    }

    fn stop(&mut self, key: Self::Handle) {
        let _context = self.runtime.enter();
        self.queue.remove(&key);
    }

    fn reset(&mut self, key: &mut Self::Handle, when: Instant) {
        let _context = self.runtime.enter();
        self.queue.reset_at(key, when.into());
    }

    fn fire(&mut self) -> usize {
        let queue = &mut self.queue;
        self.runtime.block_on(async {
            tokio::time::advance(SOON).await;
            let mut fired = 0;
            std::future::poll_fn(|context| {
                while let Poll::Ready(Some(_)) = queue.poll_expired(context) {
                    fired += 1;
                }
                // The runtime takes a turn away after some wake-ups.
                if queue.is_empty() {
                    Poll::Ready(fired)
                } else {
                    Poll::Pending
                }
            })
            .await
        })
    }
}

/// async-io's `Timer`, polled once; one reactor serves the whole process.
pub(crate) struct AsyncIo {
    waker: Waker,
}

impl Subject for AsyncIo {
    const NAME: &'static str = "async-io";
    type Handle = async_io::Timer;

    fn new() -> Self {
        Self { waker: counter() }
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn start(&mut self, when: Instant) -> Self::Handle {
        let mut timer = async_io::Timer::at(when);
        let mut context = Context::from_waker(&self.waker);
        assert!(Pin::new(&mut timer).poll(&mut context).is_pending());
        timer
    }

    fn stop(&mut self, timer: Self::Handle) {
        drop(timer);
    }

    fn reset(&mut self, timer: &mut Self::Handle, when: Instant) {
        timer.set_at(when);
    }

    /// Its time cannot be moved: it is not asked to fire.
    fn fire(&mut self) -> usize {
        unreachable!("the reactor runs on the system's clock")
    }
}

/// A sorted map without a lock: what many programs begin with.
pub(crate) struct Map {
    timers: BTreeMap<(Instant, u64), fn()>,
    made: u64,
    now: Instant,
}

impl Subject for Map {
    const NAME: &'static str = "btreemap";
    type Handle = (Instant, u64);

    fn new() -> Self {
        let (timers, now) = (BTreeMap::new(), Instant::now());
        Self { timers, made: 0, now }
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn start(&mut self, when: Instant) -> Self::Handle {
        self.made += 1;
        let key = (when, self.made);
        self.timers.insert(key, || {
            FIRED.fetch_add(1, Ordering::Relaxed);
        });
        key
    }

    fn stop(&mut self, key: Self::Handle) {
        self.timers.remove(&key);
    }

    fn reset(&mut self, key: &mut Self::Handle, when: Instant) {
        let callback = self.timers.remove(key).expect("it is pending");
        key.0 = when;
        self.timers.insert(*key, callback);
    }

    fn fire(&mut self) -> usize {
        FIRED.store(0, Ordering::Relaxed);
        let now = self.now + SOON;
        while let Some(first) = self.timers.first_entry() {
            if first.key().0 > now {
                break;
            }
            first.remove()();
        }
        FIRED.load(Ordering::Relaxed)
    }
}
