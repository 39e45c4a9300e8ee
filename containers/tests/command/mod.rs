//! How tests call `unc`.

use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::thread::{UnshareFlags, unshare_unsafe};

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("it can be started");
        let text = |bytes| String::from_utf8(bytes).expect("it is text");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Fails unless the command ended well.
    pub(crate) fn succeeds(&self) {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
    }
}

/// Returns the command with a subcommand.
pub(crate) fn unc(subcommand: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unc"));
    command.arg(subcommand);
    command
}

/// Has the command run where there can be no further user namespace.
pub(crate) fn without_user_namespaces(command: &mut Command) {
    let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
    without_user_namespaces_as(command, (uid.as_raw(), gid.as_raw()));
}

/// Likewise, for a command that is another user's.
pub(crate) fn without_user_namespaces_as(
    command: &mut Command,
    (uid, gid): (u32, u32),
) {
    let maps = [
        ("/proc/self/setgroups", "deny".to_owned()),
        ("/proc/self/gid_map", format!("{gid} {gid} 1")),
        ("/proc/self/uid_map", format!("{uid} {uid} 1")),
        ("/proc/sys/user/max_user_namespaces", "0".to_owned()),
    ];
    let limit = move || {
        // Who has just become another user cannot open these files.
        let open = rustix::process::DumpableBehavior::Dumpable;
        rustix::process::set_dumpable_behavior(open)?;
        // SAFETY: no descriptors are unshared.
        unsafe { unshare_unsafe(UnshareFlags::NEWUSER) }?;
        for (path, text) in &maps {
            let flags =
                rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::CLOEXEC;
            let mode = rustix::fs::Mode::empty();
            let file = rustix::fs::open(*path, flags, mode)?;
            rustix::io::write(&file, text.as_bytes())?;
        }
        Ok(())
    };
    // SAFETY: the child makes system calls on what is ready.
    unsafe { command.pre_exec(limit) };
}
