//! A process of the model: a thread, which asks for each call.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::Builder;

use support::lanes::Event as Entry;

use super::call::{Answer, Call, Errno, Namespace, Pid, Status};
use super::kernel::{Container, Kernel, Settings};
use super::machine::Machine;
use super::processes::CALLER;
use super::turns::{Order, Reply, Request, World};
use crate::panics::{Panic, caught};

/// The stack of a process.
const STACK: usize = 512 << 10;

/// What came of it.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// What the reader's code returned, and how the container ended; nothing
    /// if it did not end.
    pub(super) status: Option<Result<Status, Errno>>,
    pub(super) machine: Machine,
    /// Who waits for what, when nobody can go on.
    pub(super) hung: Option<String>,
    /// Who was still waiting in the end, and for what.
    pub(super) waiting: String,
    pub(super) panic: Option<Panic>,
    pub(super) log: Vec<Entry>,
}

/// Has the reader's code start a container, and waits for its end.
pub(super) fn run<C: Container>(
    settings: &Settings,
    machine: Machine,
    order: Order,
) -> Run {
    let world = Arc::new(World::new(machine, order));
    let caller = Handle::new(&world, CALLER);
    let outcome = caught(|| {
        let status = C::start(&caller, settings)
            .and_then(|child| caller.wait_for(child));
        caller.settle();
        status
    });
    world.leave(CALLER);
    let threads = std::mem::take(&mut world.lock().threads);
    for thread in threads {
        // What it said is in the world.
        let _ = thread.join();
    }
    let inner = world.lock();
    let is_gone = caller.is_gone.get();
    let own = outcome.as_ref().err().filter(|_| !is_gone).cloned();
    Run {
        status: outcome.ok(),
        machine: inner.machine.clone(),
        hung: inner.hung.clone(),
        waiting: inner.waiting.clone(),
        panic: inner.panic.clone().or(own),
        log: inner.log.clone(),
    }
}

/// A process, as its own thread has it.
#[derive(Debug)]
struct Handle {
    world: Arc<World>,
    pid: Pid,
    is_gone: Cell<bool>,
}

impl Handle {
    fn new(world: &Arc<World>, pid: Pid) -> Self {
        Self { world: world.clone(), pid, is_gone: Cell::new(false) }
    }

    fn settle(&self) {
        // Whoever is gone then has settled as well.
        let _ = self.world.ask(self.pid, Request::Settle);
    }

    /// Runs in the thread of a new process.
    fn live(&self, child: impl FnOnce(&Self) -> u8) {
        let code = caught(|| child(self));
        if self.is_gone.get() {
            return;
        }
        let code = code.unwrap_or_else(|panic| {
            self.world.lock().panic.get_or_insert(panic);
            101
        });
        let _ = self.world.ask(self.pid, Request::Call(Call::Exit(code)));
    }
}

impl Kernel for Handle {
    fn call(&self, call: Call) -> Result<Answer, Errno> {
        match self.world.ask(self.pid, Request::Call(call)) {
            Reply::Answer(answer) => answer,
            Reply::Gone => {
                // Nothing of the process goes on.
                self.is_gone.set(true);
                resume_unwind(Box::new(()));
            }
        }
    }

    fn new_process<F>(
        &self,
        namespaces: &[Namespace],
        child: F,
    ) -> Result<Pid, Errno>
    where
        F: FnOnce(&Self) -> u8 + Send + 'static,
    {
        let call = Call::NewProcess(namespaces.to_vec());
        let Answer::Process(pid) = self.call(call)? else {
            unreachable!("it is a process");
        };
        let world = self.world.clone();
        let body = move || Self::new(&world, pid).live(child);
        let thread = Builder::new().stack_size(STACK).spawn(body);
        let thread = thread.expect("there can be another thread");
        self.world.lock().threads.push(thread);
        Ok(pid)
    }
}
