//! What handles and workers hold.
//!
//! Who calls what: whoever rang an alarm that nobody heard yet calls
//! [`Shared::serve`], which starts the threads of the group under the lock of
//! `started`, once. Each of them holds a reference until its `work` returns.

use std::io;
// Not modelled: it counts references and orders nothing else.
use std::sync::{Arc, PoisonError};

use support::sync::Mutex;

use crate::service::Service;
use crate::threads::{Executor, Running, Spawner};

/// What handles and workers hold.
pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) threads: Option<Threads>,
    /// Who calls the callbacks, if not the service's threads.
    pub(crate) executor: Option<Executor>,
    /// The threads, and the jobs of the executor.
    pub(crate) running: Arc<Running>,
}

/// How the workers are started, and which groups have theirs.
pub(crate) struct Threads {
    pub(crate) workers: usize,
    pub(crate) spawner: Spawner,
    pub(crate) started: Mutex<Vec<bool>>,
}

impl Shared {
    /// Starts the workers of a group, once.
    ///
    /// # Errors
    ///
    /// When the system refuses the first of them. If it refuses a later one,
    /// those that run do the work alone.
    pub(crate) fn serve(this: &Arc<Self>, group: usize) -> io::Result<()> {
        let Some(threads) = &this.threads else {
            return Ok(());
        };
        let started = threads.started.lock();
        // A program's hook may have panicked, and may do better now.
        let mut started = started.unwrap_or_else(PoisonError::into_inner);
        if started[group] {
            return Ok(());
        }
        for number in 0..threads.workers {
            let shared = Arc::clone(this);
            let work = move || shared.service.work(group);
            match threads.spawner.spawn(work) {
                Err(error) if number == 0 => return Err(error),
                Err(_) => break,
                Ok(()) => started[group] = true,
            }
        }
        Ok(())
    }
}
