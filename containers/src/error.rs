//! What failed: the step, the kernel's answer, the path, the usual cause.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use support::visible::visible;

/// Why a container could not be started, or reached.
///
/// Its text names the step, the path if there is one, what the kernel said,
/// and what the cause is as a rule.
///
/// ```
/// use containers::error::Error;
/// use rustix::io::Errno;
///
/// let error = Error::of("mount /proc", Errno::PERM)
///     .at("/proc")
///     .because("the /proc of the host is masked");
/// assert_eq!(
///     error.to_string(),
///     "mount /proc: /proc: Operation not permitted (os error 1): \
///      the /proc of the host is masked"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    step: Cow<'static, str>,
    errno: Option<i32>,
    #[serde(with = "crate::os_path::optional")]
    path: Option<PathBuf>,
    cause: Option<Cow<'static, str>>,
    kind: Kind,
}

/// Whose fault it is, which the exit code tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The container could not be made.
    Container,
    /// The program is there and cannot be executed.
    NotExecutable,
    /// There is no such program in the container.
    NotFound,
}

impl Error {
    /// Returns the error that `step`, a phrase such as "mount /proc", failed
    /// with the kernel's answer `errno`.
    pub fn of(step: impl Into<Cow<'static, str>>, errno: Errno) -> Self {
        let errno = Some(errno.raw_os_error());
        Self { errno, ..Self::refused(step) }
    }

    /// Returns the error that `step` was refused before the kernel was asked.
    pub fn refused(step: impl Into<Cow<'static, str>>) -> Self {
        Self {
            step: step.into(),
            errno: None,
            path: None,
            cause: None,
            kind: Kind::Container,
        }
    }

    /// Returns the error that `step` failed as the standard library says.
    pub fn io(
        step: impl Into<Cow<'static, str>>,
        error: &std::io::Error,
    ) -> Self {
        match error.raw_os_error() {
            Some(errno) => Self::of(step, Errno::from_raw_os_error(errno)),
            None => Self::refused(step).because(error.to_string()),
        }
    }

    /// Adds the path, address or name that the step was about.
    #[must_use]
    pub fn at(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Adds what the cause is as a rule, and what to do.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cow<'static, str>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds whose fault it is; without it, the container could not be made.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Returns the phrase that names the step.
    pub fn step(&self) -> &str {
        &self.step
    }

    /// Returns what the kernel said, if it was asked.
    pub fn errno(&self) -> Option<Errno> {
        self.errno.map(Errno::from_raw_os_error)
    }

    /// Returns what the step was about, if it was about a path.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Returns the exit code that tells of this error: 127 for a program that
    /// is not there, 126 for one that cannot be executed, and else 125.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::NotFound => 127,
            Kind::NotExecutable => 126,
            Kind::Container => 125,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.step)?;
        if let Some(path) = &self.path {
            write!(f, ": {}", visible(&path.to_string_lossy()))?;
        }
        if let Some(errno) = self.errno {
            let error = std::io::Error::from_raw_os_error(errno);
            write!(f, ": {error}")?;
        }
        match &self.cause {
            Some(cause) => write!(f, ": {}", visible(cause)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
