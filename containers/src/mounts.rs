//! What is mounted inside, and where.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// One mount.
///
/// ```
/// use containers::mounts::Mount;
///
/// let mount: Mount = "tmpfs:/tmp".parse().unwrap();
/// assert_eq!(mount, Mount::scratch("/tmp"));
/// assert!("ext4:/mnt".parse::<Mount>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Where, inside; it has to be there.
    #[serde(with = "crate::os_path")]
    pub target: PathBuf,
    /// What.
    pub what: What,
}

/// What a mount shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The processes of the container.
    Proc {
        /// Only them, and nothing of the machine.
        only_processes: bool,
    },
    /// A /dev of its own: harmless devices of the host, and terminals.
    Devices,
    /// An empty file system in memory.
    Scratch,
    /// A directory or file of the host.
    Bind {
        /// Its path on the host.
        #[serde(with = "crate::os_path")]
        from: PathBuf,
        /// Whether it cannot be changed from inside.
        read_only: bool,
    },
}

impl Mount {
    /// Returns an empty file system in memory at `target`.
    pub fn scratch(target: impl Into<PathBuf>) -> Self {
        Self { target: target.into(), what: What::Scratch }
    }

    /// Returns the host's `from` at `target`.
    pub fn bind(from: impl Into<PathBuf>, target: impl Into<PathBuf>) -> Self {
        let what = What::Bind { from: from.into(), read_only: false };
        Self { target: target.into(), what }
    }

    /// Returns the host's `from` at `target`, for reading only.
    pub fn bind_read_only(
        from: impl Into<PathBuf>,
        target: impl Into<PathBuf>,
    ) -> Self {
        let what = What::Bind { from: from.into(), read_only: true };
        Self { target: target.into(), what }
    }
}

impl FromStr for Mount {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let fields: Vec<&str> = text.split(':').collect();
        let mount = match fields[..] {
            ["tmpfs", target] => Self::scratch(target),
            ["bind", from, target] => Self::bind(from, target),
            ["ro", from, target] => Self::bind_read_only(from, target),
            _ => {
                return Err(Error::refused("read a mount").at(text).because(
                    "it is written tmpfs:TARGET, bind:SOURCE:TARGET or \
                     ro:SOURCE:TARGET",
                ));
            }
        };
        let lacks_a_source = matches!(
            &mount.what,
            What::Bind { from, .. } if from.as_os_str().is_empty()
        );
        let cause = if lacks_a_source {
            "the source is a path on the host, and here is none"
        } else if mount.target.is_absolute() {
            return Ok(mount);
        } else {
            "the target is a path inside, and begins with /"
        };
        Err(Error::refused("read a mount").at(text).because(cause))
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proc { only_processes: true } => f.write_str("proc, pids"),
            Self::Proc { only_processes: false } => f.write_str("proc, whole"),
            Self::Devices => f.write_str("tmpfs with devices of the host"),
            Self::Scratch => f.write_str("tmpfs"),
            Self::Bind { from, read_only: false } => {
                write!(f, "{}", from.display())
            }
            Self::Bind { from, read_only: true } => {
                write!(f, "{}, read-only", from.display())
            }
        }
    }
}
