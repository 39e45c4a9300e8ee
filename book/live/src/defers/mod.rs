//! A program of functions that defer, panic and recover, on the real chain.
//!
//! | command | does |
//! |---|---|
//! | `func NAME` | what follows is this function; before it is `main` |
//! | `defer NAME`, `defer print WORD` | has it run when the function leaves |
//! | `call NAME`, `print WORD` | does it now |
//! | `panic WORD` | runs what is deferred, until a call recovers |
//! | `recover` | ends the panic, in a function that was deferred |
//! | `return` | leaves the function |

mod commands;
mod drawing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use queue_locks::defer::Recovery;
use queue_locks::defer::stepwise::{Frame, FrameId, Raised, raise, with_frame};

use crate::program::{Command, ProgramError};
use crate::recording::{Recording, Track};
use drawing::{Drawing, PLACES};

pub use commands::{Action, Functions, MAIN, Target, parse};

/// More steps than anyone watches.
const MOST_STEPS: usize = 200;

/// Runs `main` and records each step.
///
/// # Errors
///
/// At a command that needs more room than the drawing has, or when the
/// program does not end in time.
pub fn record(functions: &Functions) -> Result<Recording, ProgramError> {
    let run = Rc::new(Run {
        functions: functions.clone(),
        drawing: RefCell::default(),
        stop: RefCell::default(),
        panics: Cell::new(0),
    });
    run.call(MAIN, "main begins.", None);
    let stop = run.stop.take();
    if let Some(Stop::Failed(error)) = stop {
        return Err(error);
    }
    Ok(Recording {
        title: "Your functions".to_owned(),
        tracks: vec![Track {
            name: "a chain of records".to_owned(),
            code: Vec::new(),
            stage: drawing::stage(),
            frames: run.drawing.take().frames,
        }],
    })
}

/// Why functions are left before their ends.
enum Stop {
    /// Until this frame, which goes on as if it had returned.
    Recovered(FrameId),
    /// All of them: nobody has recovered.
    Crashed,
    /// All of them: the program asks for too much.
    Failed(ProgramError),
}

struct Run {
    functions: Functions,
    drawing: RefCell<Drawing>,
    /// Set while functions are left.
    stop: RefCell<Option<Stop>>,
    /// How many panics are running.
    panics: Cell<usize>,
}

impl Run {
    fn is_stopped(&self) -> bool {
        self.stop.borrow().is_some()
    }

    fn fail(&self, command: &Command<Action>, message: String) {
        self.stop.replace(Some(Stop::Failed(command.error(message))));
    }

    fn say(&self, say: String) {
        self.drawing.borrow_mut().say(say);
    }

    /// Returns the line of the command that is being done.
    fn line(&self) -> Option<usize> {
        self.drawing.borrow().line
    }

    fn go_to(&self, line: Option<usize>) {
        self.drawing.borrow_mut().line = line;
    }

    /// Runs a function, with the right to recover if it was deferred.
    fn call(
        self: &Rc<Self>,
        name: &str,
        say: &str,
        recovery: Option<&Recovery<'_>>,
    ) {
        // It begins and returns in the line that calls or defers it.
        let line = self.line();
        with_frame(|frame| {
            self.drawing.borrow_mut().enter(name, say.to_owned());
            for command in &self.functions[name] {
                if command.action == Action::Return || self.is_stopped() {
                    break;
                }
                self.command(frame, command, recovery);
            }
            self.leave(name, frame, line);
        });
    }

    /// Runs what the function has deferred, unless it is left by a panic.
    fn leave(&self, name: &str, frame: &Frame, line: Option<usize>) {
        loop {
            // What it had deferred was elsewhere.
            self.go_to(line);
            let recovered = Some(frame.id());
            let mut stop = self.stop.borrow_mut();
            match &*stop {
                Some(Stop::Recovered(by)) if Some(*by) == recovered => {
                    *stop = None;
                }
                Some(Stop::Recovered(_)) => {
                    drop(stop);
                    let say = format!("{name} is left.");
                    return self.drawing.borrow_mut().leave(say);
                }
                Some(_) => return,
                None => {}
            }
            drop(stop);
            if !frame.run_next() {
                let say = format!("{name} returns.");
                return self.drawing.borrow_mut().leave(say);
            }
        }
    }

    fn command(
        self: &Rc<Self>,
        frame: &Frame,
        command: &Command<Action>,
        recovery: Option<&Recovery<'_>>,
    ) {
        if self.drawing.borrow().frames.len() > MOST_STEPS {
            let message = format!("no end after {MOST_STEPS} steps");
            return self.fail(command, message);
        }
        self.go_to(Some(command.line - 1));
        match &command.action {
            Action::Func(_) | Action::Return => {}
            Action::Do(target) => self.target(target, command, None),
            Action::Defer(target) => self.defer(frame, target, command),
            Action::Panic(word) => self.panic(word),
            Action::Recover => self.recover(recovery),
        }
    }

    fn target(
        self: &Rc<Self>,
        target: &Target,
        command: &Command<Action>,
        recovery: Option<&Recovery<'_>>,
    ) {
        match target {
            Target::Print(word) => self.drawing.borrow_mut().print(word),
            Target::Function(_) if self.drawing.borrow().depth() == PLACES => {
                let message = format!("calls are more than {PLACES} deep");
                self.fail(command, message);
            }
            Target::Function(name) => {
                self.call(name, &format!("{name} begins."), recovery);
            }
        }
    }

    fn defer(
        self: &Rc<Self>,
        frame: &Frame,
        target: &Target,
        command: &Command<Action>,
    ) {
        if self.drawing.borrow().is_full() {
            let message = format!("more than {PLACES} calls are deferred");
            return self.fail(command, message);
        }
        let text = target.text();
        let say = format!("{text} is deferred: a record goes on the chain.");
        self.drawing.borrow_mut().defer(text, say);
        let (run, target) = (Rc::clone(self), target.clone());
        let command = command.clone();
        frame.defer_with(move |recovery| {
            // A program that failed runs no more of it.
            if !run.is_stopped() {
                run.go_to(Some(command.line - 1));
                run.drawing.borrow_mut().pop();
                run.target(&target, &command, Some(recovery));
            }
        });
    }

    fn panic(&self, word: &str) {
        self.panics.set(self.panics.get() + 1);
        let say = match self.panics.get() {
            1 => format!("panic {word}: it runs what is deferred."),
            _ => {
                format!("panic {word}: it takes the place of the panic before.")
            }
        };
        self.say(say);
        let line = self.line();
        let raised = raise(Box::new(word.to_owned()), || self.is_stopped());
        // What was deferred has run in between.
        self.go_to(line);
        self.panics.set(self.panics.get() - 1);
        match raised {
            Raised::Recovered(frame) => {
                self.stop.replace(Some(Stop::Recovered(frame)));
                self.say(format!(
                    "panic {word} has ended: all is left up to the function \
                     that deferred the recovery."
                ));
            }
            Raised::Interrupted => {}
            Raised::Unrecovered => {
                self.say(format!("Nobody recovers: it crashes with {word}."));
                self.stop.replace(Some(Stop::Crashed));
            }
        }
    }

    fn recover(&self, recovery: Option<&Recovery<'_>>) {
        let value = recovery.and_then(Recovery::recover);
        let word = value.and_then(|value| value.downcast::<String>().ok());
        self.say(match word {
            Some(word) => format!("recover gets {word}: the panic is to end."),
            None => "recover gets nil: there is no panic for it.".to_owned(),
        });
    }
}
