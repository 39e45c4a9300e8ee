//! One question to the kernel, put by a child process, and its answer.

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::io::{Errno, read, write};
use rustix::pipe::{PipeFlags, pipe_with};
use serde::Serialize;

use crate::trial::child::{Ending, fork};
use crate::trial::errno;
use crate::trial::inside::{Refusal, Tried, become_nobody};

/// Longer than any step takes on a machine that is busy.
const LIMIT: Duration = Duration::from_secs(60);

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it is about, as the rows before and after it.
    pub group: &'static str,
    /// What is asked.
    pub name: &'static str,
    pub(super) question: Question,
}

/// How a row is answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
    /// By taking the steps, in a child process that does no more than
    /// [`crate::trial::inside`] allows.
    Steps(fn() -> Tried),
    /// By reading what the machine says.
    Reading(fn(Who) -> Answer),
}

/// As whom a question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// As the user who runs this process.
    Caller,
    /// As a user that owns nothing, which only root can become.
    Nobody,
}

/// What the kernel or the machine answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "answer")]
pub enum Answer {
    /// All steps were taken.
    Yes,
    /// A step was refused.
    No {
        /// Which step.
        step: String,
        /// Why: the name of the error, or a sentence.
        why: String,
    },
    /// What a setting says.
    Value {
        /// Its text.
        value: String,
    },
}

impl Answer {
    /// Returns the answer that `step` is not possible.
    pub(super) fn no(step: impl Into<String>, why: impl Into<String>) -> Self {
        Self::No { step: step.into(), why: why.into() }
    }

    /// Returns what a setting says.
    pub(super) fn value(value: impl Into<String>) -> Self {
        Self::Value { value: value.into() }
    }

    /// Returns true if all steps were taken.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("yes"),
            Self::No { step, why } => write!(f, "no: {step}: {why}"),
            Self::Value { value } => f.write_str(value),
        }
    }
}

impl Row {
    /// Returns the row whose steps a child process takes.
    pub(super) const fn steps(
        group: &'static str,
        name: &'static str,
        steps: fn() -> Tried,
    ) -> Self {
        Self { group, name, question: Question::Steps(steps) }
    }

    /// Returns the row that the machine's own words answer.
    pub(super) const fn reading(
        group: &'static str,
        name: &'static str,
        reading: fn(Who) -> Answer,
    ) -> Self {
        Self { group, name, question: Question::Reading(reading) }
    }

    /// Puts the question.
    ///
    /// # Errors
    ///
    /// When there can be no child process, or no pipe to it.
    pub fn ask(&self, who: Who) -> io::Result<Answer> {
        match self.question {
            Question::Steps(steps) => take(who, steps),
            Question::Reading(reading) => Ok(reading(who)),
        }
    }
}

/// Takes steps in a child process, and returns its answer.
pub(super) fn take(who: Who, steps: fn() -> Tried) -> io::Result<Answer> {
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    let child = || {
        let ready = match who {
            Who::Caller => Ok(()),
            Who::Nobody => become_nobody(),
        };
        match ready.and_then(|()| steps()) {
            Ok(()) => 0,
            Err(refusal) => tell(&writer, refusal),
        }
    };
    // SAFETY: the steps of all rows are system calls on memory of the
    // child's own, as `inside` says.
    let child = unsafe { fork(child) }?;
    Ok(match child.end(LIMIT)? {
        Ending::Exited(0) => Answer::Yes,
        Ending::Exited(1) => told(&reader)?,
        ending => Answer::no("the child process", ending.to_string()),
    })
}

/// Writes the number of the error, then the name of the step.
fn tell(writer: &OwnedFd, refusal: Refusal) -> u8 {
    let mut message = [0; 64];
    let (number, name) = message.split_at_mut(4);
    let errno = refusal.errno.map_or(0, Errno::raw_os_error);
    number.copy_from_slice(&errno.to_le_bytes());
    let length = refusal.step.len().min(name.len());
    name[..length].copy_from_slice(&refusal.step.as_bytes()[..length]);
    // Without a message the parent says that there was none.
    let _ = write(writer, &message[..4 + length]);
    1
}

fn told(reader: &OwnedFd) -> io::Result<Answer> {
    let mut message = [0; 64];
    let length = read(reader, &mut message)?;
    let Some((number, step)) = message[..length].split_first_chunk() else {
        return Ok(Answer::no("the child process", "it said nothing"));
    };
    let why = match i32::from_le_bytes(*number) {
        0 => "is not refused, as it should be".into(),
        number => errno::name(number),
    };
    Ok(Answer::no(String::from_utf8_lossy(step), why))
}

#[cfg(test)]
mod tests {
    use rustix::process::Signal;

    use super::*;
    use crate::trial::inside::{At, refused};

    #[test]
    fn a_refused_step_is_named_with_its_error() {
        let answer = take(Who::Caller, || Err(Errno::XDEV).at("open")).unwrap();
        assert_eq!(answer.to_string(), "no: open: EXDEV");
        let long = "a step whose name is longer than any message could be, \
                    cut to what there is room for";
        const LONG: &str = "a step whose name is longer than any message could be, \
                            cut to what there is room for";
        let answer = take(Who::Caller, || Err(Errno::PERM).at(LONG)).unwrap();
        assert_eq!(answer, Answer::no(&long[..60], "EPERM"));
        let text = serde_json::to_string(&answer).unwrap();
        assert!(text.starts_with(r#"{"answer":"no","step":"a step"#), "{text}");
    }

    #[test]
    fn what_should_be_refused_and_is_not_is_no() {
        let steps = || refused("open", Errno::LOOP, Ok(()));
        let answer = take(Who::Caller, steps).unwrap();
        assert_eq!(
            answer.to_string(),
            "no: open: is not refused, as it should be"
        );
        let steps = || refused::<()>("open", Errno::LOOP, Err(Errno::LOOP));
        assert!(take(Who::Caller, steps).unwrap().is_yes());
    }

    #[test]
    fn a_child_that_dies_is_no_answer_of_the_kernel() {
        let steps = || {
            let own = rustix::process::getpid();
            rustix::process::kill_process(own, Signal::KILL).at("kill")
        };
        let answer = take(Who::Caller, steps).unwrap();
        assert_eq!(
            answer,
            Answer::no("the child process", "killed by signal 9")
        );
    }
}
