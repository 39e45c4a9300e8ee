//! A container that is right: ours, to compare with.

use super::call::{Errno, Namespace, Pid, Pipe, Status};
use super::kernel::{Container, Kernel, Settings};

/// Ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ours;

impl Container for Ours {
    fn start<K: Kernel>(kernel: &K, settings: &Settings) -> Result<Pid, Errno> {
        start(kernel, settings)
    }
}

fn namespaces() -> Vec<Namespace> {
    vec![Namespace::User, Namespace::Pid, Namespace::Mount, Namespace::Uts]
}

fn start<K: Kernel>(kernel: &K, settings: &Settings) -> Result<Pid, Errno> {
    let gate = kernel.pipe()?;
    let settings = settings.clone();
    let child = kernel.new_process(&namespaces(), move |kernel| {
        let done = await_maps(kernel, gate);
        let done = done.and_then(|()| inside(kernel, &settings));
        done.unwrap_or(FAILED)
    })?;
    let mapped = write_maps(kernel, child);
    let mapped = mapped.and_then(|()| kernel.write(gate.writer));
    // Without the byte, this end is all that the child waits for.
    kernel.close(gate.writer)?;
    kernel.close(gate.reader)?;
    if mapped.is_err() {
        kernel.wait_for(child)?;
    }
    mapped.map(|()| child)
}

fn write_maps<K: Kernel>(kernel: &K, child: Pid) -> Result<(), Errno> {
    let (uid, gid) = (kernel.user(), kernel.group());
    let files = [
        ("setgroups", "deny".to_owned()),
        ("gid_map", format!("0 {gid} 1")),
        ("uid_map", format!("0 {uid} 1")),
    ];
    for (file, text) in files {
        kernel.write_file(&format!("/proc/{child}/{file}"), &text)?;
    }
    Ok(())
}

fn await_maps<K: Kernel>(kernel: &K, gate: Pipe) -> Result<(), Errno> {
    // As long as it is open here, the caller's end is not the last.
    kernel.close(gate.writer)?;
    match kernel.read(gate.reader)? {
        0 => Err(Errno::CANCELED),
        _ => kernel.close(gate.reader),
    }
}

/// The code of a container whose program was not started.
const FAILED: u8 = 125;

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

fn set_name<K: Kernel>(kernel: &K, name: &str) -> Result<(), Errno> {
    kernel.set_hostname(name)
}

fn enter_root<K: Kernel>(kernel: &K, root: &str) -> Result<(), Errno> {
    kernel.make_private("/")?;
    kernel.bind(root, root)?;
    kernel.enter_folder(root)?;
    // While the host's is in sight.
    kernel.mount_proc("proc")?;
    kernel.pivot_root(".", ".")?;
    kernel.unmount(".")?;
    kernel.enter_folder("/")
}

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

fn reap<K: Kernel>(kernel: &K, program: Pid) -> Result<Option<u8>, Errno> {
    let mut code = None;
    loop {
        match kernel.wait() {
            Ok(Some((pid, status))) if pid == program => {
                code = Some(code_of(status));
            }
            Ok(Some(_)) | Err(Errno::INTR) => {}
            Ok(None) => return Ok(code),
            // There are no more.
            Err(Errno::CHILD) => return Ok(code.or(Some(FAILED))),
            Err(errno) => return Err(errno),
        }
    }
}

fn code_of(status: Status) -> u8 {
    let killed = status.terminating_signal().map(|signal| 128 + signal);
    let code = status.exit_status().or(killed);
    code.and_then(|it| u8::try_from(it).ok()).unwrap_or(FAILED)
}
