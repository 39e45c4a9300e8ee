//! What the caller and the new process tell each other, and where.
//!
//! The new process finds each descriptor by a fixed number, so that nothing
//! has to be told to it before it reads its orders.

use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd, RawFd};

use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::plan::Plan;
use crate::plan::step::Step;

/// The name by which a program knows that it is to become init.
pub(crate) const INIT: &std::ffi::CStr = c"unc-init";

/// A sealed file with [`Orders`].
pub(crate) const ORDERS: RawFd = 3;
/// Where failures are written; its end says that the program is running.
pub(crate) const REPORT: RawFd = 4;
/// What has to be waited for.
pub(crate) const GATE: RawFd = 5;
/// Ends when the caller ends.
pub(crate) const LIFELINE: RawFd = 6;
/// Where `unc start` connects.
pub(crate) const SOCKET: RawFd = 7;
/// Where the exit code is written.
pub(crate) const RECORD: RawFd = 8;
/// The init of the container to be joined.
pub(crate) const TARGET: RawFd = 9;
/// Two for tests that stop the protocol at a step.
pub(crate) const FAULTS: [RawFd; 2] = [10, 11];
/// The first number that has no meaning.
pub(crate) const FIRST_FREE: RawFd = 12;

/// What `unc-init` is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) plan: Plan,
    /// Which of the numbers above are open.
    pub(crate) open: Vec<RawFd>,
    /// The step at which a test stops the protocol.
    pub(crate) stop_at: Option<usize>,
}

/// Before a step that the first stage failed at, and the kernel's answer.
const STEP: u8 = 1;
/// Before an [`Error`].
const ERROR: u8 = 2;
/// The program is about to be executed.
const ABOUT_TO: u8 = 3;

/// Writes that a step of the first stage failed. It only makes a system call.
pub(crate) fn report_step(report: RawFd, step: usize, errno: Errno) {
    let [a, b, ..] = step.to_le_bytes();
    let [c, d, e, f] = errno.raw_os_error().to_le_bytes();
    let bytes = [STEP, a, b, c, d, e, f];
    // SAFETY: the pointer and the length are those of `bytes`.
    unsafe { libc::write(report, bytes.as_ptr().cast(), bytes.len()) };
}

/// Writes why a step of the second stage failed.
pub(crate) fn report_error(report: impl AsFd, error: &Error) {
    let mut bytes = vec![ERROR];
    bytes.extend(serde_json::to_vec(error).unwrap_or_default());
    // Without a reader there is nobody to tell.
    let _ = rustix::io::write(report, &bytes);
}

/// Writes that the program is about to be executed.
pub(crate) fn report_about_to(report: impl AsFd) -> Result<(), Errno> {
    rustix::io::write(report, &[ABOUT_TO]).map(drop)
}

/// Reads what became of a start, until the other side closes.
///
/// # Errors
///
/// What was reported; or that the other side ended before its program began.
pub(crate) fn outcome(report: OwnedFd, plan: &Plan) -> Result<(), Error> {
    let mut bytes = Vec::new();
    std::fs::File::from(report)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("hear of the start", &error))?;
    parse(&bytes, plan)
}

fn parse(bytes: &[u8], plan: &Plan) -> Result<(), Error> {
    match *bytes {
        [ABOUT_TO] => Ok(()),
        [ABOUT_TO, ref rest @ ..] => parse(rest, plan),
        [STEP, a, b, c, d, e, f] => {
            let step = usize::from(u16::from_le_bytes([a, b]));
            let errno = i32::from_le_bytes([c, d, e, f]);
            let errno = Errno::from_raw_os_error(errno);
            Err(plan.steps.get(step).map_or_else(
                || Error::of("start", errno),
                |step| failed(step, errno),
            ))
        }
        [ERROR, ref json @ ..] => Err(serde_json::from_slice(json)
            .unwrap_or_else(|error| {
                Error::refused("hear of the start").because(error.to_string())
            })),
        _ => Err(Error::refused("start").because(
            "the new process ended before its program began; it was killed, \
             or out of memory",
        )),
    }
}

/// Returns the error that a step of the caller or the first stage failed,
/// with its usual cause.
pub(crate) fn failed(step: &Step, errno: Errno) -> Error {
    let error = Error::of(step.name(), errno);
    match usual_cause(step, errno) {
        Some(cause) => error.because(cause),
        None => error,
    }
}

fn usual_cause(step: &Step, errno: Errno) -> Option<&'static str> {
    Some(match (step, errno) {
        (Step::Clone { .. }, Errno::PERM | Errno::ACCESS) => {
            "user namespaces are switched off for this user \
             (kernel.unprivileged_userns_clone, AppArmor), or a filter of \
             system calls refuses them"
        }
        (Step::Clone { .. }, Errno::NOSPC | Errno::USERS) => {
            "user namespaces are switched off, or used up: \
             user.max_user_namespaces says how many there may be"
        }
        (Step::Clone { .. }, Errno::NOSYS) => {
            "the kernel, or the container around, has no clone3; \
             Linux 5.3 has it"
        }
        (Step::Clone { .. }, Errno::INVAL) => {
            "the kernel lacks one of the namespaces"
        }
        (Step::Clone { .. }, Errno::AGAIN) => {
            "the user has as many processes as it may (ulimit -u)"
        }
        (Step::MapIds(maps), Errno::PERM)
            if maps.users.iter().any(|map| map.outside == 0) =>
        {
            "number 0 is mapped by who has the capability setfcap; the \
             container around keeps it if `--keep setfcap` says so"
        }
        (Step::MapIds(_), Errno::PERM | Errno::ACCESS) => {
            "AppArmor forbids what a user namespace is for \
             (kernel.apparmor_restrict_unprivileged_userns)"
        }
        (Step::MapIds(_), Errno::NOENT) => "/proc is not mounted here",
        (Step::CloseDescriptors, Errno::INVAL | Errno::NOSYS) => {
            "the kernel is older than Linux 5.11"
        }
        (Step::BecomeInit, Errno::ACCESS) => {
            "files in memory cannot be executed here (vm.memfd_noexec)"
        }
        (Step::EnterGroup, Errno::ACCESS | Errno::PERM) => {
            "the control group around both is not this user's"
        }
        (Step::JoinHolder, _) => "the network holder has ended, or is not ours",
        _ => return None,
    })
}

/// Returns the usual cause of a failure of [`sealed`].
pub(crate) fn why_not_sealed(error: &io::Error) -> &'static str {
    match Errno::from_io_error(error) {
        Some(Errno::FBIG) => {
            "a file may not become as large as this program; `ulimit -f` says \
             how large"
        }
        Some(Errno::MFILE | Errno::NFILE) => "too many files are open",
        Some(Errno::ACCESS | Errno::PERM) => {
            "files in memory cannot be executed here (vm.memfd_noexec)"
        }
        _ => "memory is full",
    }
}

/// Puts bytes into a file in memory that nobody can change any more.
pub(crate) fn sealed(
    name: &str,
    fill: impl FnOnce(&OwnedFd) -> io::Result<()>,
    may_execute: bool,
) -> io::Result<OwnedFd> {
    use rustix::fs::{MemfdFlags, SealFlags};
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Kernels from 6.3 on want to be told, older ones do not know the flag.
    let told = if may_execute { 0x10 } else { 0x8 };
    let told = flags | MemfdFlags::from_bits_retain(told);
    let file = match rustix::fs::memfd_create(name, told) {
        Err(Errno::INVAL) => rustix::fs::memfd_create(name, flags)?,
        other => other?,
    };
    fill(&file)?;
    let seals = SealFlags::SEAL
        | SealFlags::SHRINK
        | SealFlags::GROW
        | SealFlags::WRITE;
    rustix::fs::fcntl_add_seals(&file, seals)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn plan() -> Plan {
        let clone = Step::Clone { namespaces: Vec::new(), shares_memory: true };
        Plan { steps: vec![Step::SealPlan, clone] }
    }

    fn after(write: impl FnOnce(&OwnedFd)) -> Result<(), Error> {
        let (reader, writer) = rustix::pipe::pipe().expect("a pipe");
        write(&writer);
        drop(writer);
        outcome(reader, &plan())
    }

    #[test]
    fn the_end_after_the_last_word_is_success() {
        let said = after(|to| report_about_to(to).expect("it is written"));
        assert_eq!(said, Ok(()));
    }

    #[test]
    fn the_end_without_a_word_is_none() {
        let error = after(|_| {}).expect_err("it ended before");
        assert!(error.to_string().contains("killed"), "{error}");
    }

    #[test]
    fn a_step_is_named_with_its_usual_cause() {
        use std::os::fd::AsRawFd;
        let error = after(|to| report_step(to.as_raw_fd(), 1, Errno::NOSPC));
        let error = error.expect_err("it is reported");
        assert_eq!(error.step(), "clone");
        assert_eq!(error.errno(), Some(Errno::NOSPC));
        assert!(error.to_string().contains("user.max_user_namespaces"));
    }

    #[test]
    fn an_error_arrives_as_it_was_also_after_the_last_word() {
        let sent = Error::of("execute", Errno::NOENT)
            .at("/bin/x")
            .because("it is not there");
        let said = after(|to| {
            report_about_to(to).expect("it is written");
            report_error(to, &sent);
        });
        assert_eq!(said, Err(sent));
    }

    #[test]
    fn garbage_is_an_error() {
        for bytes in [&b"\x07"[..], b"\x01\x00", b"\x02{", b"\x03\x03\x01"] {
            let said = after(|to| {
                rustix::io::write(to, bytes).expect("it is written");
            });
            assert!(said.is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_sealed_cannot_be_changed() {
        let text = |file: &OwnedFd| {
            rustix::io::write(file, b"orders").map(drop).map_err(Into::into)
        };
        let file = sealed("test", text, false).expect("a sealed file");
        let mut file = std::fs::File::from(file);
        assert!(file.write_all(b"other orders").is_err());
        assert!(file.set_len(0).is_err());
    }
}
