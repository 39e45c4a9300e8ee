//! What was seen, from inside and from outside, and whether it is right.

use std::collections::BTreeMap;

use super::observer::KINDS;
use crate::container::stage::{CODE, NAME, Stage};
use crate::report::{Report, Verdict};

/// What the root of a container says in its file `who`.
pub(super) const WHO: &str = "the container";

/// The mounts of a container: its root and its `/proc`.
const MOUNTS: [&str; 2] = ["/", "/proc"];

/// Lines of `what: seen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<String, String>);

impl Facts {
    pub(super) fn read(told: &str) -> Self {
        let lines = told.lines().filter_map(|line| line.split_once(": "));
        Self(lines.map(|(a, b)| (a.to_owned(), b.to_owned())).collect())
    }

    /// Returns why nothing could be tried here.
    pub(super) fn absent(&self) -> Option<&str> {
        self.0.get("absent").map(String::as_str)
    }

    /// Returns the report of what is wrong, with all that was seen.
    pub(super) fn report(&self, wrong: &str) -> Report {
        let says = format!("for real: {wrong}");
        let seen =
            self.0.iter().map(|(what, seen)| format!("  {what}: {seen}"));
        Report::new(Verdict::Wrong, says)
            .with(["On this machine was seen:".to_owned()])
            .with(seen)
    }

    fn get(&self, what: &str) -> &str {
        self.0.get(what).map_or("", String::as_str)
    }

    /// Says what is not as it has to be.
    pub(super) fn judge(&self, stage: Stage) -> Result<(), String> {
        if let Some(panic) = self.0.get("panic") {
            return Err(format!("it panicked: {panic}"));
        }
        self.of_host()?;
        self.must("user", "0")?;
        self.must("group", "0")?;
        self.must("setgroups", "deny")?;
        for kind in KINDS {
            let [inside, outside] = ["inside", "outside"]
                .map(|side| self.get(&format!("{side}-{kind}")));
            if inside.is_empty() || outside.is_empty() {
                return Err(format!("nobody told of: the {kind} namespace"));
            }
            if inside == outside {
                return Err(format!(
                    "the program has the {kind} namespace of the host"
                ));
            }
        }
        if stage >= Stage::Name {
            self.must("name", NAME)?;
        }
        if stage >= Stage::Root {
            self.must("root", WHO)?;
            self.must("proc", "own")?;
            self.must("spreading", "0")?;
            self.must("mounts", &MOUNTS.join(" "))?;
        }
        if stage >= Stage::Init {
            self.must("zombies", "0")?;
        }
        self.must("status", &format!("code {CODE}"))
    }

    /// The host is as it was, and nothing is left.
    fn of_host(&self) -> Result<(), String> {
        if let Some(errno) = self.0.get("refused") {
            return Err(format!("start returned {errno}"));
        }
        if !self.0.contains_key("left") {
            return Err("it did not end".to_owned());
        }
        self.must("left", "nothing")?;
        self.must("host-name", "as before")?;
        self.must("host-mounts", "as before")
    }

    fn must(&self, what: &str, right: &str) -> Result<(), String> {
        match self.get(what) {
            seen if seen == right => Ok(()),
            "" => Err(format!("nobody told of: {what}")),
            seen => Err(format!("{what}: {seen}, and \"{right}\" is right")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "\
user: 0
group: 0
setgroups: deny
inside-user: user:[2]
outside-user: user:[1]
inside-pid: pid:[2]
outside-pid: pid:[1]
inside-mnt: mnt:[2]
outside-mnt: mnt:[1]
inside-uts: uts:[2]
outside-uts: uts:[1]
name: lab
status: code 7
left: nothing
host-name: as before
host-mounts: as before
";

    #[test]
    fn each_fact_is_asked_for() {
        assert_eq!(Facts::read(RIGHT).judge(Stage::Name), Ok(()));
        for line in RIGHT.lines() {
            let without = RIGHT.replace(&format!("{line}\n"), "");
            let judged = Facts::read(&without).judge(Stage::Name);
            assert!(judged.is_err(), "{line}");
        }
        let shared = RIGHT.replace("pid:[2]", "pid:[1]");
        let judged = Facts::read(&shared).judge(Stage::Maps);
        assert!(judged.unwrap_err().contains("pid namespace of the host"));
        let judged = Facts::read(RIGHT).judge(Stage::Root);
        assert_eq!(judged, Err("nobody told of: root".to_owned()));
    }

    #[test]
    fn a_machine_that_permits_nothing_is_told_from_code_that_is_wrong() {
        let facts = Facts::read("absent: unshare: EPERM\n");
        assert_eq!(facts.absent(), Some("unshare: EPERM"));
        let facts = Facts::read("refused: EPERM\n");
        assert_eq!(facts.absent(), None);
        assert!(facts.judge(Stage::Maps).is_err());
    }
}
