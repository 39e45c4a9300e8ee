//! Processes of the model, their open files, and their ends.

use std::collections::{BTreeMap, VecDeque};

use super::call::{Errno, Fd, Pid, Pipe, Status};

/// The process that starts the container.
pub(super) const CALLER: Pid = Pid(1);

/// What a program does when it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// It leaves a child to the first process of its namespace.
    LeaveOrphan,
    /// All that it has left end at once.
    OrphansEnd,
    /// When nobody else can go on, it looks for zombies.
    LookAround,
    /// It ends.
    End(Status),
}

/// One end of a pipe, which has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Reader(usize),
    Writer(usize),
}

/// A process. Its namespaces are numbers; 0 is the host's.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) parent: Pid,
    pub(super) user: usize,
    pub(super) pids: usize,
    /// Where its next children are numbered.
    pub(super) pids_of_children: usize,
    pub(super) tree: usize,
    pub(super) name: usize,
    pub(super) folder: String,
    /// Whether something was mounted over its folder since it was entered.
    pub(super) is_covered: bool,
    /// Whether a child has ended since it slept.
    pub(super) has_news: bool,
    /// What is left of its program.
    pub(super) script: VecDeque<Event>,
    files: BTreeMap<Fd, End>,
    status: Option<Status>,
}

impl Process {
    /// Returns one of the host.
    fn of_host() -> Self {
        Self {
            parent: Pid(0),
            user: 0,
            pids: 0,
            pids_of_children: 0,
            tree: 0,
            name: 0,
            folder: "/".to_owned(),
            is_covered: false,
            has_news: false,
            script: VecDeque::new(),
            files: BTreeMap::new(),
            status: None,
        }
    }

    /// Closes all: pipes are no program's.
    pub(super) fn close_all(&mut self) {
        self.files.clear();
    }
}

/// All processes.
#[derive(Clone, Debug)]
pub(super) struct Processes {
    all: BTreeMap<Pid, Process>,
    last: Pid,
    /// The first process of each PID namespace.
    firsts: Vec<Option<Pid>>,
    /// How many bytes are in each pipe.
    pipes: Vec<u32>,
    /// Those that were killed, and do not know it yet.
    pub(super) killed: Vec<Pid>,
}

impl Processes {
    pub(super) fn new() -> Self {
        Self {
            all: BTreeMap::from([(CALLER, Process::of_host())]),
            last: CALLER,
            firsts: vec![None],
            pipes: Vec::new(),
            killed: Vec::new(),
        }
    }

    /// Returns a process that is there, because it makes a call.
    pub(super) fn get(&self, pid: Pid) -> &Process {
        &self.all[&pid]
    }

    /// As [`get`](Self::get).
    pub(super) fn get_mut(&mut self, pid: Pid) -> &mut Process {
        self.all.get_mut(&pid).expect("who calls is there")
    }

    /// Returns a process, if there is one of this number.
    pub(super) fn find(&self, pid: Pid) -> Option<&Process> {
        self.all.get(&pid)
    }

    /// Returns all that are left but the caller, and whether they have ended.
    pub(super) fn left(&self) -> impl Iterator<Item = (Pid, bool)> {
        let others = self.all.iter().filter(|(pid, _)| **pid != CALLER);
        others.map(|(pid, process)| (*pid, process.status.is_some()))
    }

    /// Returns the programs, each with what it does next.
    pub(super) fn programs(&self) -> impl Iterator<Item = (Pid, Event)> {
        let all = self.all.iter();
        all.filter_map(|(pid, it)| Some((*pid, *it.script.front()?)))
    }

    /// Returns those of a PID namespace that nobody has waited for.
    pub(super) fn zombies(&self, pids: usize) -> Vec<Pid> {
        let ended = self
            .all
            .iter()
            .filter(|(_, it)| it.pids == pids && it.status.is_some());
        ended.map(|(pid, _)| *pid).collect()
    }

    /// Makes a PID namespace.
    pub(super) fn new_pids(&mut self) -> usize {
        self.firsts.push(None);
        self.firsts.len() - 1
    }

    /// Returns the first process of a PID namespace; the caller of none.
    pub(super) fn first(&self, pids: usize) -> Pid {
        self.firsts[pids].unwrap_or(CALLER)
    }

    pub(super) fn add(&mut self, mut process: Process) -> Pid {
        self.last = Pid(self.last.0 + 1);
        process.has_news = false;
        process.script.clear();
        let first = &mut self.firsts[process.pids];
        if process.pids != 0 && first.is_none() {
            *first = Some(self.last);
        }
        self.all.insert(self.last, process);
        self.last
    }

    /// Ends a process, and all of its PID namespace if it is the first there.
    pub(super) fn end(&mut self, pid: Pid, status: Status) {
        let pids = self.get(pid).pids;
        let is_first = self.firsts[pids] == Some(pid);
        if is_first {
            let mut inside = Vec::new();
            self.all.retain(|other, process| {
                let goes = *other != pid && process.pids == pids;
                inside.extend(goes.then_some(*other));
                !goes
            });
            self.killed.extend(inside);
        }
        let heir = if is_first { Pid(0) } else { self.first(pids) };
        for child in self.all.values_mut().filter(|it| it.parent == pid) {
            child.parent = heir;
        }
        let process = self.get_mut(pid);
        process.close_all();
        process.script.clear();
        process.status = Some(status);
        let parent = process.parent;
        match self.all.get_mut(&parent) {
            Some(parent) => parent.has_news = true,
            None => drop(self.all.remove(&pid)),
        }
    }

    pub(super) fn has_children(&self, pid: Pid) -> bool {
        self.all.values().any(|it| it.parent == pid)
    }

    /// Returns whether a process is a child of another, and has not ended.
    pub(super) fn is_alive(&self, child: Pid, parent: Pid) -> bool {
        let child = self.all.get(&child);
        child.is_some_and(|it| it.parent == parent && it.status.is_none())
    }

    /// Waits for a child that has ended and that is the right one.
    pub(super) fn reap(
        &mut self,
        parent: Pid,
        is_it: impl Fn(Pid) -> bool,
    ) -> Option<(Pid, Status)> {
        let mut ended = self.all.iter().filter_map(|(child, it)| {
            let is_child = it.parent == parent && is_it(*child);
            it.status.filter(|_| is_child).map(|status| (*child, status))
        });
        let ended = ended.next()?;
        self.all.remove(&ended.0);
        Some(ended)
    }

    pub(super) fn open_pipe(&mut self, pid: Pid) -> Pipe {
        let pipe = self.pipes.len();
        self.pipes.push(0);
        let files = &mut self.get_mut(pid).files;
        // 0 to 2 are open from the start.
        let next = files.keys().last().map_or(3, |it| it.0 + 1);
        let (reader, writer) = (Fd(next), Fd(next + 1));
        files.insert(reader, End::Reader(pipe));
        files.insert(writer, End::Writer(pipe));
        Pipe { reader, writer }
    }

    pub(super) fn close(&mut self, pid: Pid, fd: Fd) -> Result<(), Errno> {
        let closed = self.get_mut(pid).files.remove(&fd);
        closed.map(drop).ok_or(Errno::BADF)
    }

    pub(super) fn read(&mut self, pid: Pid, fd: Fd) -> Result<u32, Errno> {
        let Some(&End::Reader(pipe)) = self.get(pid).files.get(&fd) else {
            return Err(Errno::BADF);
        };
        let bytes = &mut self.pipes[pipe];
        let count = (*bytes).min(1);
        *bytes -= count;
        Ok(count)
    }

    pub(super) fn write(&mut self, pid: Pid, fd: Fd) -> Result<(), Errno> {
        match self.get(pid).files.get(&fd) {
            Some(&End::Writer(pipe)) if self.is_open(End::Reader(pipe)) => {
                self.pipes[pipe] += 1;
                Ok(())
            }
            Some(End::Writer(_)) => Err(Errno::PIPE),
            _ => Err(Errno::BADF),
        }
    }

    /// Returns whether a process that reads has to wait.
    pub(super) fn is_empty(&self, pid: Pid, fd: Fd) -> bool {
        match self.get(pid).files.get(&fd) {
            Some(End::Reader(pipe)) => {
                self.pipes[*pipe] == 0 && self.is_open(End::Writer(*pipe))
            }
            _ => false,
        }
    }

    /// Returns whether nobody could write but the process that reads.
    pub(super) fn waits_for_itself(&self, pid: Pid, fd: Fd) -> bool {
        let Some(End::Reader(pipe)) = self.get(pid).files.get(&fd) else {
            return false;
        };
        let others = self.all.iter().filter(|(it, _)| **it != pid);
        let mut ends = others.flat_map(|(_, it)| it.files.values());
        !ends.any(|it| *it == End::Writer(*pipe))
    }

    fn is_open(&self, end: End) -> bool {
        let mut ends = self.all.values().flat_map(|it| it.files.values());
        ends.any(|it| *it == end)
    }
}
