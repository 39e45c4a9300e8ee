//! What handles and workers hold.

use std::io;
use std::sync::Arc;

use support::sync::{Mutex, thread};

use crate::service::Service;

/// What handles and workers hold.
pub(crate) struct Shared {
    pub(crate) service: Service,
    pub(crate) threads: Option<Threads>,
}

/// How the workers are started, and which groups have theirs.
pub(crate) struct Threads {
    pub(crate) workers: usize,
    pub(crate) stack_size: Option<usize>,
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
            let mut builder =
                thread::Builder::new().name("timerproc".to_owned());
            if let Some(bytes) = threads.stack_size {
                builder = builder.stack_size(bytes);
            }
            builder.spawn(move || {
                crate::slack::finest();
                shared.service.work(group);
            })?;
        }
        started[group] = true;
        Ok(())
    }
}
