//! The commands of objects.

use crate::program::{Command, ProgramError, Words};

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Allocates the object of this name; a root keeps it.
    New(String),
    /// The first points to the second.
    Link(String, String),
    /// It does not any more.
    Unlink(String, String),
    /// The root lets go of the object.
    Drop(String),
    /// Gives the object a finalizer.
    Finalizer(String, AtItsEnd),
    /// Gives the object a cleanup.
    Cleanup(String),
    /// Makes a weak pointer to the object.
    Weak(String),
    /// Asks the weak pointer.
    Upgrade(String),
    /// Collects once, or ends the collection that was begun.
    Collect,
    /// Begins a collection in steps.
    Begin,
    /// Follows one object of it.
    Mark,
    /// Runs the finalizers and cleanups that are due.
    Run,
}

/// What a finalizer does with its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtItsEnd {
    /// Nothing that lasts.
    LetsGo,
    /// Stores it where a root keeps it.
    Revives,
}

/// Reads a program.
///
/// # Errors
///
/// At the first word that is no part of a command.
///
/// ```
/// let error = live::objects::parse("new a\nlink a").unwrap_err();
/// assert_eq!((error.line, error.column), (2, 7));
/// ```
pub fn parse(text: &str) -> Result<Vec<Command<Action>>, ProgramError> {
    crate::program::parse(text, action)
}

fn action(verb: &str, line: &mut Words<'_>) -> Result<Action, ProgramError> {
    Ok(match verb {
        "new" => Action::New(name(line)?),
        "link" => Action::Link(name(line)?, name(line)?),
        "unlink" => Action::Unlink(name(line)?, name(line)?),
        "drop" => Action::Drop(name(line)?),
        "finalizer" => Action::Finalizer(name(line)?, at_its_end(line)?),
        "cleanup" => Action::Cleanup(name(line)?),
        "weak" => Action::Weak(name(line)?),
        "upgrade" => Action::Upgrade(name(line)?),
        "collect" => Action::Collect,
        "begin" => Action::Begin,
        "mark" => Action::Mark,
        "run" => Action::Run,
        _ => {
            let known = "new, link, unlink, drop, finalizer, cleanup, weak, \
                         upgrade, collect, begin, mark or run";
            return line.error(format!("\"{verb}\" is not {known}"));
        }
    })
}

fn at_its_end(line: &mut Words<'_>) -> Result<AtItsEnd, ProgramError> {
    match line.next() {
        None => Ok(AtItsEnd::LetsGo),
        Some("revives") => Ok(AtItsEnd::Revives),
        Some(word) => line.error(format!("\"{word}\" is not revives")),
    }
}

fn name(line: &mut Words<'_>) -> Result<String, ProgramError> {
    line.name("the name of an object", (3, "three"))
}
