//! What a program does with its objects, and when it is collected.

use std::fmt;

use fastrand::Rng;

use super::span::FIELDS;

/// Variables of a program.
pub const VARIABLES: usize = 5;

/// What is done. A program names its objects by variables, which are the
/// roots; what no variable holds it cannot change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes an object, and stores it in a variable.
    New(usize),
    /// Lets a field of an object point to another.
    Link(usize, usize, usize),
    /// Empties a field of an object.
    Unlink(usize, usize),
    /// Empties a variable.
    Drop(usize),
    /// Hangs a finalizer on an object that has none.
    Finalizer(usize),
    /// Hangs a cleanup on an object.
    Cleanup(usize),
    /// Makes a weak pointer to an object.
    Weak(usize),
    /// Collects.
    Collect,
    /// Calls what is due.
    Run,
    /// Calls what is due; a finalizer stores its object in a variable.
    Revive(usize),
}

/// Returns the name of a variable.
pub fn name(variable: usize) -> char {
    (b'a' + variable as u8) as char
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::New(one) => write!(f, "{} = new", name(one)),
            Self::Link(one, field, to) => {
                write!(f, "{}.{field} = {}", name(one), name(to))
            }
            Self::Unlink(one, field) => {
                write!(f, "{}.{field} = nothing", name(one))
            }
            Self::Drop(one) => write!(f, "{} = nothing", name(one)),
            Self::Finalizer(one) => write!(f, "finalizer on {}", name(one)),
            Self::Cleanup(one) => write!(f, "cleanup on {}", name(one)),
            Self::Weak(one) => write!(f, "weak pointer to {}", name(one)),
            Self::Collect => write!(f, "collect"),
            Self::Run => write!(f, "run what is due"),
            Self::Revive(one) => {
                write!(f, "{} = object of the finalizer that runs", name(one))
            }
        }
    }
}

impl crate::sequence::Operation for Operation {
    fn smaller(&self) -> Vec<Self> {
        match *self {
            Self::New(one) => {
                let others = (0..one).map(Self::New);
                std::iter::once(Self::Drop(one)).chain(others).collect()
            }
            Self::Link(one, field, to) => {
                let ones = (0..one).map(|it| Self::Link(it, field, to));
                let tos = (0..to).map(|it| Self::Link(one, field, it));
                let fields = (0..field).map(|it| Self::Link(one, it, to));
                ones.chain(tos).chain(fields).collect()
            }
            Self::Unlink(one, field) => {
                (0..one).map(|it| Self::Unlink(it, field)).collect()
            }
            Self::Drop(one) => (0..one).map(Self::Drop).collect(),
            Self::Finalizer(one) => (0..one).map(Self::Finalizer).collect(),
            Self::Cleanup(one) => (0..one).map(Self::Cleanup).collect(),
            Self::Weak(one) => (0..one).map(Self::Weak).collect(),
            Self::Revive(_) => vec![Self::Run],
            Self::Collect | Self::Run => Vec::new(),
        }
    }
}

/// What a stage is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Marking alone; ours sweeps.
    Mark,
    /// Sweeping too.
    Sweep,
    /// Finalizers too.
    Finalizers,
    /// Weak pointers and cleanups too.
    Attached,
}

impl Stage {
    /// Draws an operation of this stage.
    pub fn draw(self, rng: &mut Rng) -> Operation {
        let most = match self {
            Self::Mark | Self::Sweep => 12,
            Self::Finalizers => 16,
            Self::Attached => 20,
        };
        let one = rng.usize(0..VARIABLES);
        match rng.u32(0..most) {
            0..3 => Operation::New(one),
            3..7 => {
                let field = rng.usize(0..FIELDS);
                Operation::Link(one, field, rng.usize(0..VARIABLES))
            }
            7 => Operation::Unlink(one, rng.usize(0..FIELDS)),
            8..10 => Operation::Drop(one),
            10..12 => Operation::Collect,
            12..14 => Operation::Finalizer(one),
            14 => Operation::Run,
            15 => Operation::Revive(one),
            16..18 => Operation::Weak(one),
            _ => Operation::Cleanup(one),
        }
    }
}
