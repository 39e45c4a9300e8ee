//! The threads of a service: how they are made, and how to wait for their end.
//!
//! Who calls what: who rang an alarm that nobody heard calls `spawn`. Each
//! thread is counted from before it starts until it has done its work. Who wants
//! to wait for the end of all calls `join`, with no lock held; a thread that is
//! counted itself does not wait. Of several that wait one joins the threads, and
//! the others wait for it.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::mem::ManuallyDrop;
// Not modelled: it counts references and orders nothing else.
use std::sync::{Arc as StdArc, PoisonError};

use support::sync::thread::{self, JoinHandle, Thread};
use support::sync::{Condvar, Mutex, MutexGuard};

use crate::time::timer_slack;

/// What a thread of the service does.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// Runs a job whenever the program likes.
pub(crate) type Executor = StdArc<dyn Fn(Job) + Send + Sync>;

/// Runs a job on a thread of the program's own making.
pub(crate) type SpawnHook = Box<dyn Fn(Job) -> io::Result<()> + Send + Sync>;

/// How the threads are made.
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) stack_size: Option<usize>,
    pub(crate) hook: Option<SpawnHook>,
    /// Who calls the callbacks, if not the threads themselves.
    pub(crate) executor: Option<Executor>,
}

impl Default for Settings {
    fn default() -> Self {
        let name = "timerproc".to_owned();
        Self { name, stack_size: None, hook: None, executor: None }
    }
}

/// Makes the threads of one service.
pub(crate) struct Spawner {
    settings: Settings,
    running: StdArc<Running>,
    threads: Mutex<Threads>,
    joined: Condvar,
}

/// The threads of a service.
#[derive(Default)]
struct Threads {
    all: Vec<Thread>,
    /// Those that nobody joins yet.
    handles: Vec<JoinHandle<()>>,
    /// How many callers join some.
    joining: usize,
}

/// How many threads of a service run, and jobs that it handed over.
#[derive(Default)]
pub(crate) struct Running {
    count: Mutex<usize>,
    ended: Condvar,
}

std::thread_local! {
    /// The services of which this thread runs callbacks, by the addresses of
    /// their counts. No other thread sees it.
    ///
    /// It is never dropped, so that it is there while other locals are. When it
    /// is empty it has no memory.
    static INSIDE: ManuallyDrop<RefCell<Vec<usize>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Counts a thread while it lives.
struct Counted(StdArc<Running>);

/// Marks the current thread as one that calls a service's callbacks. It has the
/// address of the service's count.
struct Inside(usize);

impl Spawner {
    pub(crate) fn new(settings: Settings, running: StdArc<Running>) -> Self {
        let (threads, joined) = Default::default();
        Self { settings, running, threads, joined }
    }

    /// Starts a thread that does `work`.
    ///
    /// # Errors
    ///
    /// When the system, or the hook of the program, refuses it.
    pub(crate) fn spawn(
        &self,
        work: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let counted = Counted::new(&self.running);
        let job = move || {
            counted.0.inside(|| {
                timer_slack::minimize();
                work();
            });
        };
        if let Some(hook) = &self.settings.hook {
            return hook(Box::new(job));
        }
        let name = self.settings.name.clone();
        if name.contains('\0') {
            // The standard library panics at such a name.
            let text = format!("the thread's name has a null byte: {name:?}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let mut builder = thread::Builder::new().name(name);
        if let Some(bytes) = self.settings.stack_size {
            builder = builder.stack_size(bytes);
        }
        // Held meanwhile: the thread may end before its handle is here, and ask
        // for it.
        let mut threads = self.threads();
        let handle = builder.spawn(job)?;
        threads.all.push(handle.thread().clone());
        threads.handles.push(handle);
        Ok(())
    }

    /// Waits for the ends of the threads, of which none runs any more. Returns
    /// false if the current one is one of them, which drops its locals now.
    pub(crate) fn join(&self) -> bool {
        let current = thread::current().id();
        let mut threads = self.threads();
        if threads.all.iter().any(|thread| thread.id() == current) {
            return false;
        }
        threads.joining += 1;
        let handles = std::mem::take(&mut threads.handles);
        drop(threads);
        for handle in handles {
            // Its panic was printed, and is nobody's to catch.
            drop(handle.join());
        }
        let mut threads = self.threads();
        threads.joining -= 1;
        self.joined.notify_all();
        // A loop, because loom's `Condvar` has no `wait_while`.
        while threads.joining > 0 {
            let woken = self.joined.wait(threads);
            threads = woken.unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Waits until no thread of the service runs. Returns false at once if the
    /// current one is one of them.
    pub(crate) fn wait_for_none(&self) -> bool {
        if self.has_current() {
            return false;
        }
        let mut count = self.lock();
        // A loop, because loom's `Condvar` has no `wait_while`.
        while *count > 0 {
            let woken = self.ended.wait(count);
            count = woken.unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// Counts the current thread while it does something for the service.
    pub(crate) fn include<R>(self: &StdArc<Self>, f: impl FnOnce() -> R) -> R {
        let _counted = Counted::new(self);
        self.inside(f)
    }

    /// Notes that the current thread calls callbacks of the service in `f`.
    pub(crate) fn inside<R>(&self, f: impl FnOnce() -> R) -> R {
        let _inside = Inside::new(self.address());
        f()
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn has_current(&self) -> bool {
        let address = self.address();
        let is_there = INSIDE.try_with(|it| it.borrow().contains(&address));
        is_there.unwrap_or(false)
    }
}

impl Counted {
    fn new(running: &StdArc<Running>) -> Self {
        *running.lock() += 1;
        Self(StdArc::clone(running))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        *self.0.lock() -= 1;
        self.0.ended.notify_all();
    }
}

impl Inside {
    fn new(address: usize) -> Self {
        // Some systems take a thread's locals away before its end.
        let _ = INSIDE.try_with(|inside| inside.borrow_mut().push(address));
        Self(address)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let _ = INSIDE.try_with(|inside| {
            let mut inside = inside.borrow_mut();
            let own = inside.iter().rposition(|it| *it == self.0);
            own.map(|own| inside.swap_remove(own));
            if inside.is_empty() {
                *inside = Vec::new();
            }
        });
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spawner")
            .field("name", &self.settings.name)
            .finish_non_exhaustive()
    }
}
