//! Threads that are known to sleep.

use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, Scope};

/// Starts a thread that does `work`, which has to wait. Returns when it sleeps
/// in it; where what it makes will come.
pub(crate) fn start<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> R + Send + 'scope,
) -> Receiver<R> {
    let (tell, told) = channel();
    let (end, is_over) = channel();
    scope.spawn(move || {
        // SAFETY: it takes nothing and fails never.
        let id = unsafe { libc::gettid() };
        tell.send(id).expect("somebody listens");
        // Nobody may listen: the other has seen enough.
        let _ = end.send(work());
    });
    let id = told.recv().expect("it starts");
    while !sleeps(id) {
        assert!(is_over.try_recv().is_err(), "it did not wait");
        thread::yield_now();
    }
    is_over
}

fn sleeps(id: i32) -> bool {
    let file = format!("/proc/self/task/{id}/stat");
    // Gone, with all that it had to say.
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    let (_, rest) = text.rsplit_once(") ").expect("a name in parentheses");
    rest.starts_with('S')
}
