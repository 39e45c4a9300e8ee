//! A root for a container, and beside it what belongs to the host.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{Signal, set_parent_process_death_signal};
use rustix::thread::UnshareFlags;

use super::apart::{LIMIT, fork_alone};
use super::wrong_way::Seen;
use crate::trial::child::{Child, Ending};
use crate::trial::errno;
use crate::trial::inside::{At, Refusal, as_root_of_new};

/// What a container must not read.
const SECRET: &str = "of the host";

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub(super) struct Scratch(tempfile::TempDir);

impl Scratch {
    /// Makes a folder with an empty `root`, and a `secret` beside it.
    pub(super) fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("unc-lab-").tempdir()?;
        let scratch = Self(folder);
        fs::create_dir(scratch.root())?;
        // In place: nobody else has a name for it.
        fs::write(scratch.secret(), SECRET)?;
        Ok(scratch)
    }

    /// Returns where the root of the container is.
    pub(super) fn root(&self) -> PathBuf {
        self.path().join("root")
    }

    /// Returns where the secret of the host is.
    pub(super) fn secret(&self) -> PathBuf {
        self.path().join("secret")
    }

    /// Returns the folder itself.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// Returns the exit code for what was read at the place of the secret.
pub(super) fn code(read: io::Result<String>) -> u8 {
    match read {
        Ok(text) if text == SECRET => READ,
        Ok(_) => BROKEN,
        Err(error) => {
            let errno = error.raw_os_error().unwrap_or(0);
            REFUSED + errno.clamp(0, i32::from(u8::MAX - REFUSED)) as u8
        }
    }
}

const READ: u8 = 0;
/// The child could not even try.
const BROKEN: u8 = 1;
/// The first of the codes that have the number of an error in them.
const REFUSED: u8 = 100;

/// Starts a child that is root of new user and mount namespaces and others,
/// and there calls `body`.
pub(super) fn in_namespaces(
    others: UnshareFlags,
    body: impl FnOnce() -> Result<u8, Refusal>,
) -> io::Result<Child> {
    fork_alone(|| {
        let ready = as_root_of_new(UnshareFlags::NEWNS | others);
        // The lab has one thread, which lives as long as the lab.
        let ready = ready.and_then(|()| {
            set_parent_process_death_signal(Some(Signal::KILL)).at("prctl")
        });
        let done = ready.and_then(|()| body());
        done.unwrap_or_else(|refusal| {
            let errno = refusal.answer();
            eprintln!("  {}: {errno}", refusal.step);
            BROKEN
        })
    })
}

/// Returns why there can be no child in user and mount namespaces, if so.
pub(super) fn missing() -> io::Result<Option<String>> {
    let (reader, mut writer) = io::pipe()?;
    let child = fork_alone(|| match as_root_of_new(UnshareFlags::NEWNS) {
        Ok(()) => 0,
        Err(refusal) => {
            let (step, name) = (refusal.step, refusal.answer());
            // Whatever is written is why.
            let _ = write!(writer, "no user namespaces here: {step}: {name}");
            1
        }
    })?;
    drop(writer);
    let why = io::read_to_string(reader)?;
    child.end(LIMIT)?;
    Ok((!why.is_empty()).then_some(why))
}

/// Returns all parts as skipped.
pub(super) fn skipped(whats: &[&'static str], why: &str) -> Vec<Seen> {
    let skip = |what: &&'static str| Seen::Skipped { what, why: why.into() };
    whats.iter().map(skip).collect()
}

/// Says in words what a child that was to read the secret has done.
pub(super) fn words(ending: Ending) -> String {
    match ending {
        Ending::Exited(code) if code == i32::from(READ) => {
            "reads a file of the host".into()
        }
        Ending::Exited(code) if code >= i32::from(REFUSED) => {
            format!("cannot: {}", errno::name(code - i32::from(REFUSED)))
        }
        ending => ending.to_string(),
    }
}

/// Returns an error of the standard library as the kernel's.
pub(super) fn errno_of(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
