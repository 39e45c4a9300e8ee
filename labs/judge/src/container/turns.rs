//! Whose turn it is: processes of the model make one call at a time.
//!
//! The model answers only when every process has asked for something, so that
//! the order of the calls is chosen here, and is the same each time.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use fastrand::Rng;
use support::lanes::Event as Entry;

use super::call::{Answer, Call, Errno, Pid, Status};
use super::machine::Machine;
use super::processes::{CALLER, Event};
use crate::panics::Panic;

/// More calls are made by code that does not end.
const MOST_CALLS: usize = 1_000;

/// Who goes on where several can.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// The oldest process.
    Oldest,
    /// The newest one, and programs last of all.
    Newest,
    /// Chance says.
    Random(Rng),
}

/// What a process asks for.
#[derive(Clone, Debug)]
pub(super) enum Request {
    Call(Call),
    /// Until nobody else can go on.
    Settle,
}

/// What it is told.
#[derive(Debug)]
pub(super) enum Reply {
    Answer(Result<Answer, Errno>),
    /// It has ended, or has become its program.
    Gone,
}

/// The machine, and who waits for a turn.
#[derive(Debug)]
pub(super) struct World {
    inner: Mutex<Inner>,
    changed: Condvar,
}

/// What all threads share.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) machine: Machine,
    order: Order,
    /// Processes with a thread; none while it computes.
    requests: BTreeMap<Pid, Option<Request>>,
    replies: BTreeMap<Pid, Reply>,
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) log: Vec<Entry>,
    /// Who waits for what, when nobody can go on.
    pub(super) hung: Option<String>,
    /// Who was still waiting in the end.
    pub(super) waiting: String,
    pub(super) panic: Option<Panic>,
}

impl World {
    pub(super) fn new(machine: Machine, order: Order) -> Self {
        let inner = Inner {
            machine,
            order,
            requests: BTreeMap::from([(CALLER, None)]),
            replies: BTreeMap::new(),
            threads: Vec::new(),
            log: Vec::new(),
            hung: None,
            waiting: String::new(),
            panic: None,
        };
        Self { inner: Mutex::new(inner), changed: Condvar::new() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ask(&self, pid: Pid, request: Request) -> Reply {
        let mut inner = self.lock();
        if !inner.requests.contains_key(&pid) {
            return Reply::Gone;
        }
        inner.requests.insert(pid, Some(request));
        inner.go_on();
        self.changed.notify_all();
        loop {
            if let Some(reply) = inner.replies.remove(&pid) {
                return reply;
            }
            let woken = self.changed.wait(inner);
            inner = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes a process out, whose thread makes no more calls.
    pub(super) fn leave(&self, pid: Pid) {
        let mut inner = self.lock();
        inner.requests.remove(&pid);
        if pid == CALLER {
            inner.dismiss_all();
        }
        inner.go_on();
        self.changed.notify_all();
    }
}

impl Inner {
    /// Has processes go on until one of them computes.
    fn go_on(&mut self) {
        while !self.requests.is_empty()
            && self.requests.values().all(Option::is_some)
        {
            let Some(next) = self.next() else {
                let waiting = self.who_waits();
                self.hung = Some(format!("nobody can go on: {waiting}"));
                return self.dismiss_all();
            };
            if self.log.len() >= MOST_CALLS {
                let many = "calls of the kernel, and no end";
                self.hung = Some(format!("{MOST_CALLS} {many}"));
                return self.dismiss_all();
            }
            match self.requests.get_mut(&next).and_then(Option::take) {
                Some(Request::Call(call)) => self.carry_out(next, &call),
                Some(Request::Settle) => {
                    self.waiting = self.who_waits();
                    let done = Reply::Answer(Ok(Answer::Done));
                    self.replies.insert(next, done);
                }
                None => self.step(next),
            }
            for killed in std::mem::take(&mut self.machine.processes.killed) {
                self.dismiss(killed);
            }
        }
    }

    /// Chooses who goes on.
    fn next(&mut self) -> Option<Pid> {
        let mut ready: Vec<Pid> = Vec::new();
        let mut patient: Vec<Pid> = Vec::new();
        for (pid, request) in &self.requests {
            match request {
                Some(Request::Call(call))
                    if !self.machine.blocks(*pid, call) =>
                {
                    ready.push(*pid);
                }
                Some(Request::Settle) => patient.push(*pid),
                _ => {}
            }
        }
        let processes = ready.len();
        for (pid, event) in self.machine.processes.programs() {
            match event {
                Event::LookAround => patient.insert(0, pid),
                _ => ready.push(pid),
            }
        }
        let at = match &mut self.order {
            _ if ready.is_empty() => return patient.first().copied(),
            Order::Random(rng) => rng.usize(0..ready.len()),
            Order::Oldest => 0,
            Order::Newest => processes.saturating_sub(1),
        };
        Some(ready[at])
    }

    fn carry_out(&mut self, pid: Pid, call: &Call) {
        let answer = self.machine.answer(pid, call);
        let value = match &answer {
            Ok(Answer::Done) => String::new(),
            Ok(Answer::Number(number)) => format!("-> {number}"),
            Ok(Answer::Pipe(pipe)) => {
                format!("-> {}, {}", pipe.reader.0, pipe.writer.0)
            }
            Ok(Answer::Process(pid)) => format!("-> {pid}"),
            Ok(Answer::Ended(None)) => "-> none".to_owned(),
            Ok(Answer::Ended(Some((pid, _)))) => format!("-> {pid}"),
            Err(errno) => format!("-> {errno}"),
        };
        self.note(pid, call.to_string(), value);
        let is_last = matches!(call, Call::Exit(_) | Call::Execute(_));
        if is_last && answer.is_ok() {
            return self.dismiss(pid);
        }
        if let Ok(Answer::Process(child)) = answer {
            // Its thread is about to begin.
            self.requests.insert(child, None);
        }
        self.replies.insert(pid, Reply::Answer(answer));
    }

    fn step(&mut self, pid: Pid) {
        let script = &self.machine.processes.get(pid).script;
        let operation = match script.front() {
            Some(Event::LeaveOrphan) => "leaves an orphan".to_owned(),
            Some(Event::OrphansEnd) => "its orphans end".to_owned(),
            Some(Event::LookAround) => "looks around".to_owned(),
            Some(Event::End(Status::Exited(code))) => {
                format!("ends with code {code}")
            }
            Some(Event::End(Status::Killed(signal))) => {
                format!("killed by signal {signal}")
            }
            None => return,
        };
        self.note(pid, operation, String::new());
        self.machine.step(pid);
    }

    fn note(&mut self, pid: Pid, operation: String, value: String) {
        let thread = match pid {
            CALLER => "the caller".to_owned(),
            pid => format!("process {pid}"),
        };
        self.log.push(Entry { thread, operation, value });
    }

    fn dismiss(&mut self, pid: Pid) {
        if self.requests.remove(&pid).is_some() {
            self.replies.insert(pid, Reply::Gone);
        }
    }

    fn dismiss_all(&mut self) {
        let all: Vec<Pid> = self.requests.keys().copied().collect();
        all.into_iter().for_each(|pid| self.dismiss(pid));
    }

    fn who_waits(&self) -> String {
        let waiting = self.requests.iter().filter_map(|(pid, request)| {
            let Some(Request::Call(call)) = request else { return None };
            let who = match *pid {
                CALLER => "the caller".to_owned(),
                pid => format!("process {pid}"),
            };
            let itself = match call {
                Call::Read(fd) => {
                    self.machine.processes.waits_for_itself(*pid, *fd)
                }
                _ => false,
            };
            let why =
                if itself { ", whose other end it has itself" } else { "" };
            Some(format!("{who} in {call}{why}"))
        });
        let waiting: Vec<String> = waiting.collect();
        waiting.join("; ")
    }
}
