//! What a timer does when it is due.

/// A timer's action and, for a ticker, its period.
pub(crate) trait Callback: Send {
    /// Runs the action.
    fn call(&mut self);
}

impl<F: FnMut() + Send> Callback for F {
    fn call(&mut self) {
        self();
    }
}

/// A timer's callback as the queues keep it.
pub(crate) enum Task {
    /// At rest.
    Ready(Box<dyn Callback>),
    /// Out of the queue, being called; `missed` if it was due again.
    Running {
        /// The timer came due once more meanwhile.
        missed: bool,
    },
}

impl Task {
    /// Takes the callback out to call it; `None` if it is out already.
    pub(crate) fn begin(&mut self) -> Option<Box<dyn Callback>> {
        match std::mem::replace(self, Task::Running { missed: false }) {
            Task::Ready(callback) => Some(callback),
            Task::Running { .. } => {
                *self = Task::Running { missed: true };
                None
            }
        }
    }

    /// Puts the callback back; true if the timer came due meanwhile.
    pub(crate) fn finish(&mut self, callback: Box<dyn Callback>) -> bool {
        let before = std::mem::replace(self, Task::Ready(callback));
        matches!(before, Task::Running { missed: true })
    }

    /// Forgets that the timer came due while it ran; true if it had.
    pub(crate) fn forget_missed(&mut self) -> bool {
        match self {
            Task::Running { missed } => std::mem::take(missed),
            Task::Ready(_) => false,
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self, Task::Running { .. })
    }
}
