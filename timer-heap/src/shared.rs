//! What handles and workers hold.
//!
//! Who calls what: whoever rang an alarm that nobody heard yet calls
//! [`Shared::serve`], which starts the threads of the group under the lock of
//! `started`, once. Each of them holds a reference until its `work` returns.

use std::io;

use support::sync::{Arc, Mutex};

use crate::service::Service;
use crate::threads::Spawner;

/// What handles and workers hold.
pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) threads: Option<Threads>,
}

/// How the workers are started, and which groups have theirs.
pub(crate) struct Threads {
    pub(crate) workers: usize,
    pub(crate) spawner: Spawner,
    pub(crate) started: Mutex<Vec<bool>>,
}

impl Shared {
    /// Starts the workers of a group, once.
    pub(crate) fn serve(this: &Arc<Self>, group: usize) -> io::Result<()> {
        let Some(threads) = &this.threads else {
            return Ok(());
        };
        let mut started = threads.started.lock().expect("nothing panics here");
        if started[group] {
            return Ok(());
        }
        for _ in 0..threads.workers {
            let shared = Arc::clone(this);
            threads.spawner.spawn(move || shared.service.work(group))?;
        }
        started[group] = true;
        Ok(())
    }
}
