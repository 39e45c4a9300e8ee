//! Finalizers on one thread, cleanups on a pool beside it.
//!
//! | thread | calls | under which lock |
//! |---|---|---|
//! | the program's | [`SharedHeap::lock`] to use the heap | the heap's, as long as it keeps the guard |
//! | any of the program's | [`SharedHeap::collect`] | the heap's, and under it the two queues', so that batches keep their order |
//! | the finalizer thread | `run_finalizers`: takes, runs, finishes | none while it runs one, the heap's to finish it |
//! | each worker | `run_cleanups`, likewise | none while it runs one, the heap's to finish it |
//! | the owner of the [`Runtime`] | its drop: closes both queues, joins all threads | none |

use std::fmt;
use std::panic::resume_unwind;
use std::sync::PoisonError;

use support::probe::NoProbe;
use support::sync::thread::{self, JoinHandle};
use support::sync::{Arc, Mutex, MutexGuard};

use super::cleanup::{Cleanup, RunningCleanup};
use super::driver::Driver;
use super::finalizer::RunningFinalizer;
use super::heap::Heap;
use super::pointer::Pointer;
use crate::cleanup_pool::CleanupPool;
use crate::finalizer_queue::FinalizerQueue;
use crate::panics::{Payload, caught, keep_first, let_go};
use crate::steps::Sound;

/// Finalizers and cleanups run on threads of their own: see [`SharedHeap`].
#[derive(Debug)]
pub enum Threads {}

impl Driver for Threads {
    type Finalizer = ThreadFinalizer;
    type Cleanup = ThreadCleanup;
    type Probe = NoProbe;
    type Steps = Sound;
}

type FinalizerFunction = dyn FnOnce(&SharedHeap, Pointer) + Send;
type CleanupFunction = dyn FnOnce(&SharedHeap) + Send;

/// A finalizer that another thread may run.
pub struct ThreadFinalizer(Box<FinalizerFunction>);

/// A cleanup that another thread may run.
pub struct ThreadCleanup(Box<CleanupFunction>);

impl fmt::Debug for ThreadFinalizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ThreadFinalizer")
    }
}

impl fmt::Debug for ThreadCleanup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ThreadCleanup")
    }
}

impl Heap<Threads> {
    /// As [`Heap::set_finalizer`] of the stepping heap, but `function` runs
    /// on the finalizer thread.
    ///
    /// # Panics
    ///
    /// When the object has a finalizer already, or is freed.
    #[track_caller]
    pub fn set_finalizer(
        &mut self,
        object: Pointer,
        function: impl FnOnce(&SharedHeap, Pointer) + Send + 'static,
    ) {
        self.attach_finalizer(object, ThreadFinalizer(Box::new(function)));
    }

    /// As [`Heap::add_cleanup`] of the stepping heap, but `function` runs on
    /// a thread of the pool.
    ///
    /// # Panics
    ///
    /// When the object is freed.
    #[track_caller]
    pub fn add_cleanup(
        &mut self,
        object: Pointer,
        function: impl FnOnce(&SharedHeap) + Send + 'static,
    ) -> Cleanup {
        self.attach_cleanup(object, ThreadCleanup(Box::new(function)))
    }
}

/// A heap that threads share, as they do in Go.
///
/// No thread holds the lock of the heap while it runs a finalizer or a
/// cleanup, so these may use the heap, and one that blocks holds up no
/// allocation. It does hold up every other finalizer.
#[derive(Debug)]
pub struct SharedHeap {
    heap: Mutex<Heap<Threads>>,
    finalizers: FinalizerQueue<(RunningFinalizer, ThreadFinalizer)>,
    cleanups: CleanupPool<(RunningCleanup, ThreadCleanup)>,
    /// The first panic of a finalizer or a cleanup, for the owner.
    panic: Mutex<Option<Payload>>,
}

impl SharedHeap {
    /// Locks the heap for this thread.
    ///
    /// A thread that panicked with the heap locked has left it whole: each
    /// call of the heap checks first and changes then.
    pub fn lock(&self) -> MutexGuard<'_, Heap<Threads>> {
        self.heap.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Collects, and hands what is due to the threads.
    // ANCHOR: collect
    pub fn collect(&self) {
        let mut heap = self.lock();
        heap.collect();
        let due: Vec<_> =
            std::iter::from_fn(|| heap.next_finalizer()).collect();
        while let Some(due) = heap.next_cleanup() {
            self.cleanups.add(due);
        }
        // Under the lock: the batch of a later collection comes later.
        self.finalizers.add(due);
    }
    // ANCHOR_END: collect

    // ANCHOR: run
    fn run_finalizers(&self) {
        while let Some((running, function)) = self.finalizers.take() {
            let object = running.object();
            self.call(|| function.0(self, object));
            // It panics where the program has put another heap here.
            self.call(|| self.lock().finish_finalizer(running));
        }
    }
    // ANCHOR_END: run

    fn run_cleanups(&self) {
        while let Some((running, function)) = self.cleanups.take() {
            self.call(|| function.0(self));
            self.call(|| self.lock().finish_cleanup(running));
        }
    }

    /// Calls a finalizer or a cleanup, whose panic ends only itself.
    fn call(&self, function: impl FnOnce()) {
        if let Some(payload) = caught(function) {
            keep_first(&mut self.first_panic(), payload);
        }
    }

    fn first_panic(&self) -> MutexGuard<'_, Option<Payload>> {
        self.panic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A [`SharedHeap`] and the threads that run its finalizers and cleanups.
///
/// Dropping it stops the threads after what they run now. What is still due
/// is not run: at exit nothing is promised. A thread that drops it must not
/// have the heap locked, which a finalizer locks to come to its end. A finalizer
/// or a cleanup may drop it, and its own thread then ends after that call.
///
/// ```
/// use finalizers::gc::{Layout, Runtime};
/// use std::sync::mpsc;
///
/// let runtime = Runtime::new(1);
/// let (sender, receiver) = mpsc::channel();
/// let file = runtime.heap().lock().alloc(Layout::new(0, 64));
/// runtime.heap().lock().set_finalizer(file, move |_, file| {
///     sender.send(file).expect("the receiver waits");
/// });
/// runtime.heap().collect();
/// assert_eq!(receiver.recv(), Ok(file));
/// ```
#[derive(Debug)]
pub struct Runtime {
    shared: Arc<SharedHeap>,
    threads: Vec<JoinHandle<()>>,
}

impl Runtime {
    /// Starts the finalizer thread and a pool of `workers` cleanup threads.
    pub fn new(workers: usize) -> Self {
        let shared = Arc::new(SharedHeap {
            heap: Mutex::new(Heap::default()),
            finalizers: FinalizerQueue::new(),
            cleanups: CleanupPool::new(),
            panic: Mutex::new(None),
        });
        // Should a thread not start, the drop ends those before it.
        let mut runtime = Self { shared, threads: Vec::new() };
        runtime.start(SharedHeap::run_finalizers);
        (0..workers).for_each(|_| runtime.start(SharedHeap::run_cleanups));
        runtime
    }

    fn start(&mut self, run: fn(&SharedHeap)) {
        let shared = Arc::clone(&self.shared);
        self.threads.push(thread::spawn(move || run(&shared)));
    }

    /// Returns the heap.
    pub fn heap(&self) -> &Arc<SharedHeap> {
        &self.shared
    }
}

impl Drop for Runtime {
    /// # Panics
    ///
    /// When a finalizer or a cleanup has panicked, or the destructor of one that
    /// was due: the first one goes on.
    fn drop(&mut self) {
        // It drops what is due, and a destructor may panic.
        self.shared.call(|| self.shared.finalizers.close());
        self.shared.cleanups.close();
        let this = thread::current().id();
        self.threads.retain(|thread| thread.thread().id() != this);
        for thread in self.threads.drain(..) {
            thread.join().expect("a thread catches what its calls throw");
        }
        let payload = self.shared.first_panic().take();
        // Not modelled: no model drops a runtime while it panics.
        let is_panicking = std::thread::panicking();
        match payload {
            Some(payload) if is_panicking => let_go(payload),
            Some(payload) => resume_unwind(payload),
            None => {}
        }
    }
}
