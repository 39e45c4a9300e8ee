//! The parent's part: fork, write the maps, let the child go on.

use std::ffi::{CStr, CString, NulError};
use std::fs;
use std::io::{self, PipeReader, PipeWriter, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr;

use rustix::process::{getegid, geteuid};

use crate::trial::child::Child;

/// The name by which the second stage knows itself.
pub(super) const STAGE_TWO: &CStr = c"unc-fork";

/// The argument that says whether to wait for a network.
pub(super) const WITH_NETWORK: &str = "network";

/// A container as the posts start one.
#[derive(Clone, Debug)]
pub struct Post {
    /// The folder that becomes `/`; it has `proc` and `dev` in it.
    pub root: PathBuf,
    /// The name of the host inside.
    pub hostname: String,
    /// Whether it has a network of its own, for whose interface it waits.
    pub has_network: bool,
    /// What runs in it: the program's path, seen from inside, and its
    /// arguments.
    pub command: Vec<String>,
}

/// Starts a container. With a network it is for the caller to move an
/// interface into it.
///
/// The program that calls this is executed again, under another name, and
/// must call [`super::run_if_asked`] first of all in its `main`.
///
/// # Errors
///
/// When a step of the parent is refused. What the second stage is refused, it
/// prints, and ends with code 1.
pub fn start(post: &Post) -> io::Result<Child> {
    let arguments = post.arguments()?;
    let mut pointers: Vec<_> =
        arguments.iter().map(|argument| argument.as_ptr()).collect();
    pointers.push(ptr::null());
    let environment = [c"PATH=/bin:/usr/bin:/sbin".as_ptr(), ptr::null()];
    let (gate, mut opener) = io::pipe()?;
    // ANCHOR: fork
    let pid = fork_into_namespaces(post.has_network)?;
    if pid == 0 {
        wait_until_mapped(&gate, &opener);
        let program = c"/proc/self/exe".as_ptr();
        // SAFETY: both lists end with a null, and each text with a zero byte;
        // all of it was made before the fork.
        unsafe {
            libc::execve(program, pointers.as_ptr(), environment.as_ptr())
        };
        // SAFETY: it ends the child, which could not execute.
        unsafe { libc::_exit(127) };
    }
    let child = Child::new(pid)?;
    write_maps(&child)?;
    opener.write_all(b"1")?;
    // ANCHOR_END: fork
    Ok(child)
}

impl Post {
    fn arguments(&self) -> Result<Vec<CString>, NulError> {
        let network = if self.has_network { WITH_NETWORK } else { "" };
        let settings = [
            STAGE_TWO.to_bytes(),
            self.root.as_os_str().as_bytes(),
            self.hostname.as_bytes(),
            network.as_bytes(),
        ];
        let command = self.command.iter().map(String::as_bytes);
        settings.into_iter().chain(command).map(CString::new).collect()
    }
}

/// Copies this process into new namespaces; returns 0 in the copy.
fn fork_into_namespaces(has_network: bool) -> io::Result<i32> {
    let network = if has_network { libc::CLONE_NEWNET } else { 0 };
    let flags = libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWNS
        | network
        | libc::SIGCHLD;
    // SAFETY: without CLONE_VM the child has memory of its own, so both may
    // return; without a stack, it goes on with the copy of this one.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        pid => Ok(pid as i32),
    }
}

/// Waits in the child, until a byte comes or the parent is gone.
fn wait_until_mapped(gate: &PipeReader, opener: &PipeWriter) {
    // SAFETY: the copy of the descriptor is the child's, which does not use
    // it again, nor drops it.
    unsafe { libc::close(opener.as_raw_fd()) };
    // If nothing comes the second stage has no rights, and says so.
    let _ = rustix::io::read(gate, &mut [0]);
}

// ANCHOR: maps
/// Makes the caller root inside.
fn write_maps(child: &Child) -> io::Result<()> {
    let (uid, gid) = (geteuid(), getegid());
    let files = [
        ("setgroups", "deny".to_owned()),
        ("gid_map", format!("0 {gid} 1")),
        ("uid_map", format!("0 {uid} 1")),
    ];
    let pid = child.pid();
    for (file, text) in files {
        fs::write(format!("/proc/{pid}/{file}"), text)?;
    }
    Ok(())
}
// ANCHOR_END: maps
