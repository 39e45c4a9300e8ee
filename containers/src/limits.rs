//! What a program may use up at most.

use std::fmt;
use std::str::FromStr;

use rustix::process::Resource;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The names of `setrlimit`'s resources.
const NAMES: [(&str, Resource); 15] = [
    ("cpu", Resource::Cpu),
    ("fsize", Resource::Fsize),
    ("data", Resource::Data),
    ("stack", Resource::Stack),
    ("core", Resource::Core),
    ("rss", Resource::Rss),
    ("nproc", Resource::Nproc),
    ("nofile", Resource::Nofile),
    ("memlock", Resource::Memlock),
    ("as", Resource::As),
    ("locks", Resource::Locks),
    ("sigpending", Resource::Sigpending),
    ("msgqueue", Resource::Msgqueue),
    ("nice", Resource::Nice),
    ("rtprio", Resource::Rtprio),
];

/// A limit that each process of the container has, as of `setrlimit`.
///
/// ```
/// use containers::limits::Limit;
///
/// let limit: Limit = "nofile=64:128".parse().unwrap();
/// assert_eq!(limit.to_string(), "nofile=64:128");
/// let same: Limit = "core=0".parse().unwrap();
/// assert_eq!(same.to_string(), "core=0:0");
/// assert!("nofile=128:64".parse::<Limit>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    name: String,
    soft: u64,
    hard: u64,
}

impl Limit {
    pub(crate) fn resource(&self) -> Option<Resource> {
        let found = NAMES.iter().find(|(name, _)| *name == self.name);
        found.map(|(_, resource)| *resource)
    }

    pub(crate) fn soft(&self) -> u64 {
        self.soft
    }

    pub(crate) fn hard(&self) -> u64 {
        self.hard
    }
}

impl FromStr for Limit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse =
            |cause| Err(Error::refused("read a limit").at(text).because(cause));
        let Some((name, values)) = text.split_once('=') else {
            return refuse("it is written NAME=SOFT[:HARD], as in nofile=64");
        };
        if !NAMES.iter().any(|(known, _)| *known == name) {
            return refuse("there is no such resource; see setrlimit(2)");
        }
        let (soft, hard) = values.split_once(':').unwrap_or((values, values));
        let (Ok(soft), Ok(hard)) = (soft.parse(), hard.parse()) else {
            return refuse("its values are whole numbers");
        };
        if soft > hard {
            return refuse("the soft limit is above the hard one");
        }
        Ok(Self { name: name.to_owned(), soft, hard })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}:{}", self.name, self.soft, self.hard)
    }
}
