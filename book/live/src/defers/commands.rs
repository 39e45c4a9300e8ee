//! The commands of functions that defer.

use std::collections::BTreeMap;

use crate::program::{Command, ProgramError, Words};

/// The function that runs; its commands stand before any `func`.
pub const MAIN: &str = "main";

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// What follows is the function of this name.
    Func(String),
    /// Has this done when the function leaves.
    Defer(Target),
    /// Does this now.
    Do(Target),
    /// Panics with this word.
    Panic(String),
    /// Ends the panic that runs.
    Recover,
    /// Leaves the function.
    Return,
}

/// What can be called and deferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A function of the program.
    Function(String),
    /// Prints a word.
    Print(String),
}

impl Target {
    /// Returns how it is written on a tile.
    pub fn text(&self) -> String {
        match self {
            Self::Function(name) => name.clone(),
            Self::Print(word) => format!("print {word}"),
        }
    }
}

/// The commands of each function.
pub type Functions = BTreeMap<String, Vec<Command<Action>>>;

/// Reads a program.
///
/// # Errors
///
/// At the first word that is no part of a command, at a function that is
/// there twice, or that is called and not there.
///
/// ```
/// let error = live::defers::parse("defer f\npanic x").unwrap_err();
/// assert_eq!((error.line, error.column), (1, 7));
/// assert_eq!(error.message, "there is no func f");
/// ```
pub fn parse(text: &str) -> Result<Functions, ProgramError> {
    let commands = crate::program::parse(text, action)?;
    let mut functions = Functions::new();
    functions.insert(MAIN.to_owned(), Vec::new());
    let mut current = MAIN.to_owned();
    for command in &commands {
        if let Action::Func(name) = &command.action {
            if functions.insert(name.clone(), Vec::new()).is_some() {
                return Err(command.error(format!("{name} is there already")));
            }
            current.clone_from(name);
            continue;
        }
        let body = functions.entry(current.clone()).or_default();
        body.push(command.clone());
    }
    for command in &commands {
        if let Action::Do(target) | Action::Defer(target) = &command.action
            && let Target::Function(name) = target
            && !functions.contains_key(name)
        {
            return Err(command.error(format!("there is no func {name}")));
        }
    }
    Ok(functions)
}

fn action(verb: &str, line: &mut Words<'_>) -> Result<Action, ProgramError> {
    Ok(match verb {
        "func" => Action::Func(word(line, "the name of a function")?),
        "call" => {
            let name = word(line, "the name of a function")?;
            Action::Do(Target::Function(name))
        }
        "print" => Action::Do(Target::Print(word(line, "a word")?)),
        "defer" => Action::Defer(deferred(line)?),
        "panic" => Action::Panic(word(line, "a word")?),
        "recover" => Action::Recover,
        "return" => Action::Return,
        _ => {
            let known = "func, call, print, defer, panic, recover or return";
            return line.error(format!("\"{verb}\" is not {known}"));
        }
    })
}

fn deferred(line: &mut Words<'_>) -> Result<Target, ProgramError> {
    let what = "the name of a function, or print and a word,";
    match word(line, what)?.as_str() {
        "print" => Ok(Target::Print(word(line, "a word")?)),
        "recover" | "panic" | "call" => {
            line.error("put that into a function, and defer its name".into())
        }
        name => Ok(Target::Function(name.to_owned())),
    }
}

fn word(line: &mut Words<'_>, what: &str) -> Result<String, ProgramError> {
    line.name(what, (8, "eight"))
}
