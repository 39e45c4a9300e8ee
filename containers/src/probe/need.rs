//! What a test needs of the machine, and what it does without: it says so,
//! loudly, or fails where nothing may be missing.

use std::fmt;
use std::io;

use rustix::process::geteuid;
use support::skipped::say;

use super::cgroups::delegated;
use super::limits::cause;
use super::maps::range;
use super::mounts::pivot;
use super::namespaces::{all, user};
use super::network::bridge_and_veth;
use super::row::{Answer, Who, take};

/// The variable that makes a missing need a failure: set to 1 where every
/// test must run.
pub const DEMAND: &str = "UNC_REQUIRE_NAMESPACES";

/// What a test cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// A user namespace, with an id of its own mapped.
    UserNamespace,
    /// All namespaces that a container has.
    Container,
    /// A root of its own: a mount namespace, tmpfs and pivot_root.
    OwnRoot,
    /// A network namespace with a bridge and a pair of veth.
    Network,
    /// A range of ids from newuidmap.
    IdRange,
    /// A control group of version 2 that is this user's.
    Cgroup,
    /// To be root.
    Root,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UserNamespace => "a user namespace",
            Self::Container => "the namespaces of a container",
            Self::OwnRoot => "a mount namespace and pivot_root",
            Self::Network => "a network namespace with a bridge and veth",
            Self::IdRange => "a range of ids from newuidmap",
            Self::Cgroup => "a control group of version 2",
            Self::Root => "to be root",
        })
    }
}

impl Need {
    /// Asks the machine.
    ///
    /// # Errors
    ///
    /// When there can be no child process to ask with.
    pub fn ask(self, who: Who) -> io::Result<Answer> {
        let steps = match self {
            Self::UserNamespace => user,
            Self::Container => all,
            Self::OwnRoot => pivot,
            Self::Network => bridge_and_veth,
            Self::IdRange => return Ok(range(who)),
            Self::Cgroup => return Ok(delegated(who)),
            Self::Root if who == Who::Caller && geteuid().is_root() => {
                return Ok(Answer::Yes);
            }
            Self::Root => return Ok(Answer::no("geteuid", "is not 0")),
        };
        take(who, steps)
    }

    /// Returns true if [`DEMAND`] demands it: what is a namespace's.
    fn is_demanded(self) -> bool {
        !matches!(self, Self::IdRange | Self::Cgroup | Self::Root)
    }
}

/// Returns true if this process has what a test needs. Else it prints
/// `SKIPPED`, the name of the test and why, past the harness that keeps what
/// tests print.
///
/// ```
/// use containers::probe::need::{Need, require};
///
/// if !require(Need::UserNamespace) {
///     return;
/// }
/// // what needs one
/// ```
///
/// # Panics
///
/// If namespaces are missing and `UNC_REQUIRE_NAMESPACES` is 1, and when the
/// machine cannot be asked.
#[must_use = "without what it needs, the test must end"]
pub fn require(need: Need) -> bool {
    require_as(need, Who::Caller)
}

/// Like [`require`], for what a test does as another user.
///
/// # Panics
///
/// As [`require`].
#[must_use = "without what it needs, the test must end"]
pub fn require_as(need: Need, who: Who) -> bool {
    let answer = need.ask(who).expect("a child process can be made");
    let is_demanded = std::env::var_os(DEMAND).is_some_and(|it| it == "1");
    match skipped(need, &answer, is_demanded) {
        Ok(None) => true,
        Ok(Some(message)) => {
            say(message);
            false
        }
        Err(message) => panic!("{message}"),
    }
}

/// Returns nothing if a test can run, what to print if it cannot, and what to
/// fail with if it must.
fn skipped(
    need: Need,
    answer: &Answer,
    is_demanded: bool,
) -> Result<Option<String>, String> {
    if answer.is_yes() {
        return Ok(None);
    }
    let cause = cause().map_or(String::new(), |cause| format!(" ({cause})"));
    let message = format!("needs {need}: {answer}{cause}");
    if is_demanded && need.is_demanded() {
        return Err(format!("{message}, and {DEMAND} is 1"));
    }
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skip_says_why_and_a_demand_makes_it_a_failure() {
        let no = Answer::no("unshare", "ENOSPC");
        let need = Need::UserNamespace;
        let message = skipped(need, &no, false).unwrap().unwrap();
        let start = "needs a user namespace: no: unshare: ENOSPC";
        assert!(message.starts_with(start), "{message}");
        let failure = skipped(need, &no, true).unwrap_err();
        assert!(failure.contains("UNC_REQUIRE_NAMESPACES is 1"), "{failure}");
        assert!(skipped(Need::Cgroup, &no, true).unwrap().is_some());
        assert_eq!(skipped(need, &Answer::Yes, true), Ok(None));
    }

    #[test]
    fn root_is_not_nobody() {
        assert!(!Need::Root.ask(Who::Nobody).unwrap().is_yes());
        let is_root = Need::Root.ask(Who::Caller).unwrap().is_yes();
        assert_eq!(is_root, geteuid().is_root());
    }
}
