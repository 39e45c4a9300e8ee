//! What a step comes to on this machine.

use std::process::Command;

use crate::tools::is_installed;
use crate::workspace::cargo;

/// What a step does.
pub(super) enum Work {
    Commands(Vec<Command>),
    /// Nothing, because what it needs is not installed: the text says what.
    Absent(String),
}

impl Work {
    /// Returns the commands, where cargo has the one that they call: rustup brings
    /// it, unless it was asked for as little as can be, and others may not.
    pub(super) fn by_component(
        name: &str,
        component: &str,
        commands: Vec<Command>,
    ) -> Self {
        let version = cargo([name, "--version"]).output();
        if version.is_ok_and(|output| output.status.success()) {
            return Self::Commands(commands);
        }
        Self::Absent(format!(
            "NOT TESTED: there is no cargo {name}. To install it:\n  \
             rustup component add {component}"
        ))
    }

    /// Returns the commands, where any of the programs that they call is there.
    pub(super) fn by_programs(
        programs: &[&str],
        commands: Vec<Command>,
    ) -> Self {
        if programs.iter().any(|it| is_installed(it.as_ref())) {
            return Self::Commands(commands);
        }
        let named = programs.join(", ");
        let none = if programs.len() == 1 { "no" } else { "none of" };
        Self::Absent(format!("NOT TESTED: there is {none} {named}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_that_is_missing_is_no_failure_and_is_named() {
        let Work::Absent(why) =
            Work::by_component("no-such", "no-part", vec![])
        else {
            panic!("cargo has no such command");
        };
        assert!(why.contains("rustup component add no-part"), "{why}");
    }

    #[test]
    fn a_step_without_any_of_its_programs_is_absent() {
        let of = |programs: &[&str]| Work::by_programs(programs, vec![]);
        assert!(matches!(of(&["no-such-one", "cargo"]), Work::Commands(_)));
        let Work::Absent(why) = of(&["no-such-one", "no-such-two"]) else {
            panic!("neither is there");
        };
        assert_eq!(
            why,
            "NOT TESTED: there is none of no-such-one, no-such-two"
        );
    }
}
