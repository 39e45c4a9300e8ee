//! What a program is.

/// One statement of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Says something.
    Say,
    /// Panics.
    Panic,
    /// Fails in a way that the language itself finds.
    RuntimeError,
    /// Recovers, and says what.
    Recover,
    /// Recovers, says what, and panics with it.
    Repanic,
    /// Ends the goroutine.
    Goexit,
    /// Returns.
    Return,
    /// Sets the named result.
    Set,
    /// Calls the function of that number.
    Call(usize),
    /// Defers a call of the function of that number.
    Defer(usize),
    /// Defers a closure.
    DeferClosure(Vec<Self>),
    /// Does the one or the other.
    If(Vec<Self>, Vec<Self>),
    /// Does it [`TURNS`] times.
    Loop(Vec<Self>),
}

/// How often a loop runs.
pub const TURNS: usize = 9;

/// After so many lines functions return at once.
pub const BUDGET: usize = 60;

/// A function: what it does, and whether its result has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Deferred closures may set a result that has a name.
    pub is_named: bool,
    /// What it does.
    pub body: Vec<Statement>,
}

/// Functions by number; 0 is the outermost. A function only refers to those
/// with higher numbers, so that each program ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program(pub Vec<Function>);
