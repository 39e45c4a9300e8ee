//! The model of the kernel: what it answers to a call.

use super::call::{Answer, Call, Errno, Namespace, Pid, Status};
use super::mounts::{self, Tree};
use super::processes::{CALLER, Event, Process, Processes};
use super::users::{Caller, Users};

/// The name of the host, outside.
pub(super) const HOST: &str = "host";

/// What was true when the program was executed.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) users: Users,
    pub(super) hostname: String,
    pub(super) tree: Tree,
    pub(super) pids: usize,
    /// Which kinds of namespaces are the host's.
    pub(super) of_host: Vec<Namespace>,
    /// Who had ended, and was not waited for, when the program looked.
    pub(super) zombies: Vec<Pid>,
}

/// The machine.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    pub(super) processes: Processes,
    /// What each program found that was executed.
    pub(super) seen: Vec<Seen>,
    caller: Caller,
    /// The file of the kernel that cannot be written, whatever is written.
    refused: Option<&'static str>,
    /// What a program does.
    script: Vec<Event>,
    users: Vec<Users>,
    /// Names of hosts, each with the user namespace that it belongs to.
    names: Vec<(usize, String)>,
    trees: Vec<Tree>,
}

impl Machine {
    pub(super) fn new(
        caller: Caller,
        refused: Option<&'static str>,
        script: &[Event],
    ) -> Self {
        Self {
            processes: Processes::new(),
            seen: Vec::new(),
            caller,
            refused,
            script: script.to_vec(),
            users: vec![Users::of_host(caller)],
            names: vec![(0, HOST.to_owned())],
            trees: vec![Tree::of_host()],
        }
    }

    /// Returns the name of the host, as the host has it.
    pub(super) fn hostname(&self) -> &str {
        &self.names[0].1
    }

    /// Returns whether a call has to wait for another process.
    pub(super) fn blocks(&self, pid: Pid, call: &Call) -> bool {
        match call {
            Call::Read(fd) => self.processes.is_empty(pid, *fd),
            Call::Sleep => {
                let has_news = self.processes.get(pid).has_news;
                !has_news && self.processes.has_children(pid)
            }
            Call::WaitFor(child) => self.processes.is_alive(*child, pid),
            _ => false,
        }
    }

    /// Answers a call that does not block.
    pub(super) fn answer(
        &mut self,
        pid: Pid,
        call: &Call,
    ) -> Result<Answer, Errno> {
        let caller = self.caller;
        let users = &self.users[self.processes.get(pid).user];
        match call {
            Call::User => Ok(Answer::Number(users.user(caller))),
            Call::Group => Ok(Answer::Number(users.group(caller))),
            Call::Pipe => Ok(Answer::Pipe(self.processes.open_pipe(pid))),
            Call::Read(fd) => self.processes.read(pid, *fd).map(Answer::Number),
            Call::NewProcess(kinds) => {
                self.new_process(pid, kinds).map(Answer::Process)
            }
            Call::Wait if self.processes.has_children(pid) => {
                Ok(Answer::Ended(self.processes.reap(pid, |_| true)))
            }
            Call::WaitFor(child) => {
                let ended = self.processes.reap(pid, |it| it == *child);
                ended.map(|it| Answer::Ended(Some(it))).ok_or(Errno::CHILD)
            }
            other => self.change(pid, other).map(|()| Answer::Done),
        }
    }

    /// Carries out what only says whether it was done.
    fn change(&mut self, pid: Pid, call: &Call) -> Result<(), Errno> {
        let process = self.processes.get(pid).clone();
        match call {
            Call::Write(fd) => self.processes.write(pid, *fd),
            Call::Close(fd) => self.processes.close(pid, *fd),
            Call::Unshare(kinds) => {
                // The caller is a program with threads.
                if pid == CALLER && kinds.contains(&Namespace::User) {
                    return Err(Errno::INVAL);
                }
                *self.processes.get_mut(pid) = self.moved(process, kinds)?;
                Ok(())
            }
            Call::WriteFile { path, text } => self.write_file(pid, path, text),
            Call::SetHostname(name) => {
                self.must_own(&process, self.names[process.name].0)?;
                self.names[process.name].1.clone_from(name);
                Ok(())
            }
            Call::EnterFolder(path) => {
                let folder = mounts::place(&process.folder, path);
                self.trees[process.tree].find(&folder)?;
                let process = self.processes.get_mut(pid);
                process.folder = folder;
                process.is_covered = false;
                Ok(())
            }
            Call::Execute(_) => {
                self.execute(pid);
                Ok(())
            }
            Call::Wait => Err(Errno::CHILD),
            Call::Sleep if !self.processes.has_children(pid) => {
                Err(Errno::CHILD)
            }
            Call::Sleep => {
                self.processes.get_mut(pid).has_news = false;
                Ok(())
            }
            Call::Exit(code) => {
                self.processes.end(pid, Status::Exited((*code).into()));
                Ok(())
            }
            _ => {
                self.must_own(&process, self.trees[process.tree].owner)?;
                self.mount(pid, call, &process)
            }
        }
    }

    fn mount(
        &mut self,
        pid: Pid,
        call: &Call,
        process: &Process,
    ) -> Result<(), Errno> {
        let at = |path: &str| mounts::place(&process.folder, path);
        let tree = &mut self.trees[process.tree];
        match call {
            Call::MakePrivate(path) => tree.make_private(&at(path)),
            Call::Bind { from, to } => {
                tree.bind(&at(from), &at(to))?;
                let is_covered = process.folder == at(to);
                self.processes.get_mut(pid).is_covered |= is_covered;
                Ok(())
            }
            // That of the host is not the container's to show.
            Call::MountProc(_) if process.pids == 0 => Err(Errno::PERM),
            Call::MountProc(path) => tree.mount_proc(&at(path), process.pids),
            // `.` is what is under the mount, as long as it is not entered
            // again.
            Call::PivotRoot { new, .. }
                if process.is_covered && !new.starts_with('/') =>
            {
                Err(Errno::INVAL)
            }
            Call::PivotRoot { new, old } => {
                let (new, old) = (at(new), at(old));
                tree.pivot(&new, &old)?;
                let folder = mounts::after_pivot(&process.folder, &new, &old);
                self.processes.get_mut(pid).folder = folder;
                Ok(())
            }
            Call::Unmount(path) => tree.unmount(&at(path)),
            _ => Err(Errno::INVAL),
        }
    }

    /// Has a program do what it does next.
    pub(super) fn step(&mut self, pid: Pid) {
        let process = self.processes.get_mut(pid);
        let Some(event) = process.script.pop_front() else { return };
        let mut orphan = process.clone();
        let pids = orphan.pids;
        let heir = self.processes.first(pids);
        match event {
            Event::LeaveOrphan => {
                orphan.parent = heir;
                self.processes.add(orphan);
            }
            Event::OrphansEnd => {
                let left = self.processes.left().map(|(it, _)| it);
                let is_orphan = |it: &Pid| *it > pid;
                let orphans: Vec<Pid> = left.filter(is_orphan).collect();
                for orphan in orphans {
                    self.processes.end(orphan, Status::Exited(0));
                }
            }
            Event::LookAround => {
                let zombies = self.processes.zombies(pids);
                if let Some(seen) = self.seen.last_mut() {
                    seen.zombies = zombies;
                }
            }
            Event::End(status) => self.processes.end(pid, status),
        }
    }

    /// What belongs to a user namespace is changed by who has power there.
    fn must_own(&self, process: &Process, owner: usize) -> Result<(), Errno> {
        let has_power = process.user != 0 || self.caller.is_root();
        if process.user < owner || (process.user == owner && has_power) {
            Ok(())
        } else {
            Err(Errno::PERM)
        }
    }

    fn write_file(
        &mut self,
        pid: Pid,
        path: &str,
        text: &str,
    ) -> Result<(), Errno> {
        let rest = path.strip_prefix("/proc/").ok_or(Errno::NOENT)?;
        let (whose, file) = rest.split_once('/').ok_or(Errno::NOENT)?;
        let whose = match whose {
            "self" => pid,
            number => Pid(number.parse().map_err(|_| Errno::NOENT)?),
        };
        let target = self.processes.find(whose).ok_or(Errno::NOENT)?.user;
        if self.refused == Some(file) || target == 0 {
            return Err(Errno::PERM);
        }
        let writer = self.processes.get(pid);
        self.must_own(writer, target)?;
        let is_outside = writer.user < target;
        self.users[target].write(file, text, self.caller, is_outside)
    }

    fn new_process(
        &mut self,
        pid: Pid,
        kinds: &[Namespace],
    ) -> Result<Pid, Errno> {
        let mut child = self.processes.get(pid).clone();
        child.parent = pid;
        let mut child = self.moved(child, kinds)?;
        child.pids = child.pids_of_children;
        Ok(self.processes.add(child))
    }

    /// Returns a process in new namespaces, the user namespace first.
    fn moved(
        &mut self,
        mut process: Process,
        kinds: &[Namespace],
    ) -> Result<Process, Errno> {
        if kinds.contains(&Namespace::User) {
            self.users.push(Users::default());
            process.user = self.users.len() - 1;
        } else if !kinds.is_empty() {
            self.must_own(&process, process.user)?;
        }
        let owner = process.user;
        if kinds.contains(&Namespace::Pid) {
            process.pids_of_children = self.processes.new_pids();
        }
        if kinds.contains(&Namespace::Mount) {
            let tree = self.trees[process.tree].copied(owner);
            self.trees.push(tree);
            process.tree = self.trees.len() - 1;
        }
        if kinds.contains(&Namespace::Uts) {
            let name = self.names[process.name].1.clone();
            self.names.push((owner, name));
            process.name = self.names.len() - 1;
        }
        Ok(process)
    }

    fn execute(&mut self, pid: Pid) {
        let process = self.processes.get_mut(pid);
        process.script = self.script.clone().into();
        process.close_all();
        let kinds = [
            (Namespace::User, process.user),
            (Namespace::Pid, process.pids),
            (Namespace::Mount, process.tree),
            (Namespace::Uts, process.name),
        ];
        let of_host = kinds.into_iter().filter(|(_, at)| *at == 0);
        self.seen.push(Seen {
            users: self.users[process.user].clone(),
            hostname: self.names[process.name].1.clone(),
            tree: self.trees[process.tree].clone(),
            pids: process.pids,
            of_host: of_host.map(|(kind, _)| kind).collect(),
            zombies: Vec::new(),
        });
    }
}
