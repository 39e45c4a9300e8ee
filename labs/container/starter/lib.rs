//! Your container.
//!
//! Write what stands between the lines `YOUR CODE` and `END`, stage by stage,
//! and let it be judged: `cargo lab check container`. The page of the lab in
//! the book says what each stage is about; `cargo lab hint container` says
//! more.
//!
//! Each call of the kernel is a method of `kernel`; what it does, its trait
//! says: labs/judge/src/container/kernel.rs.

#![allow(
    unused_imports,
    unused_variables,
    dead_code,
    reason = "later stages use them"
)]

use lab_judge::container::{
    Container, Errno, Kernel, Namespace, Pid, Pipe, Settings, Status,
};

/// Yours.
#[derive(Clone, Copy, Debug)]
pub struct MyContainer;

impl Container for MyContainer {
    fn start<K: Kernel>(kernel: &K, settings: &Settings) -> Result<Pid, Errno> {
        start(kernel, settings)
    }
}

/// The code of a container whose program was not started.
const FAILED: u8 = 125;

// YOUR CODE: start
/// Returns the kinds of namespaces that the new process gets.
fn namespaces() -> Vec<Namespace> {
    todo!("stage 1: all four kinds; the user namespace owns the others")
}

/// Makes the new process, says who it is, and lets it go on.
fn start<K: Kernel>(kernel: &K, settings: &Settings) -> Result<Pid, Errno> {
    let gate = kernel.pipe()?;
    let settings = settings.clone();
    let _child = kernel.new_process(&namespaces(), move |kernel| {
        // This is the new process; it ends with the code that it returns.
        let done = await_maps(kernel, gate);
        let done = done.and_then(|()| inside(kernel, &settings));
        done.unwrap_or(FAILED)
    })?;
    todo!(
        "stage 1: write_maps, then a byte into gate.writer; close both ends; \
         if the maps were refused, wait_for the child and return the error"
    )
}

/// Waits in the new process until the maps are written.
fn await_maps<K: Kernel>(kernel: &K, gate: Pipe) -> Result<(), Errno> {
    todo!(
        "stage 1: close this process's {:?}, then read a byte from {:?}; if \
         there is none, the answer is Errno::CANCELED",
        gate.writer,
        gate.reader
    )
}
// END: start

// YOUR CODE: maps
/// Makes the caller root inside, and nobody else.
fn write_maps<K: Kernel>(kernel: &K, child: Pid) -> Result<(), Errno> {
    todo!(
        "stage 1: write /proc/{child}/setgroups, gid_map and uid_map; a map \
         of one number is \"0 1000 1\" if it is 1000 outside"
    )
}
// END: maps

/// What the new process does when it knows who it is.
fn inside<K: Kernel>(kernel: &K, settings: &Settings) -> Result<u8, Errno> {
    if let Some(name) = &settings.hostname {
        set_name(kernel, name)?;
    }
    if let Some(root) = &settings.root {
        enter_root(kernel, root)?;
    }
    if settings.has_init {
        return init(kernel, &settings.program);
    }
    Err(kernel.execute(&settings.program))
}

// YOUR CODE: name
/// Gives the container a name of its own.
fn set_name<K: Kernel>(kernel: &K, name: &str) -> Result<(), Errno> {
    todo!("stage 2: the host is called {name}, but only in here")
}
// END: name

// YOUR CODE: root
/// Makes `root` the only file system in sight, with its own `/proc`.
fn enter_root<K: Kernel>(kernel: &K, root: &str) -> Result<(), Errno> {
    todo!(
        "stage 3: nothing spreads from or to the host any more; then {root} \
         becomes a mount, and the root; the old one goes"
    )
}
// END: root

/// The first process: starts the program, and stays until it has ended.
fn init<K: Kernel>(kernel: &K, program: &str) -> Result<u8, Errno> {
    let program = program.to_owned();
    let program = kernel.new_process(&[], move |kernel| {
        kernel.execute(&program);
        FAILED
    })?;
    loop {
        // Whoever ended before the first sleep is found here.
        if let Some(code) = reap(kernel, program)? {
            return Ok(code);
        }
        kernel.sleep()?;
    }
}

// YOUR CODE: reap
/// Waits for all that have ended; returns the code of the program if it is
/// one of them.
fn reap<K: Kernel>(kernel: &K, program: Pid) -> Result<Option<u8>, Errno> {
    todo!(
        "stage 4: kernel.wait() in a loop, until no child has ended; keep the \
         code of process {program}"
    )
}

/// Returns the code by which a shell tells how a process ended.
fn code_of(status: Status) -> u8 {
    todo!("stage 4: {status:?}: its own code, or 128 and the signal's number")
}
// END: reap
