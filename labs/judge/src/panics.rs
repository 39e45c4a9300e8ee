//! Code that may panic, and what it said.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::report::{Report, Verdict};

/// What a panic said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// Its message.
    pub message: String,
    /// `file:line`, if it is known.
    pub place: Option<String>,
}

/// How `todo!` begins what it says.
const TODO: &str = "not yet implemented";

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

impl Panic {
    /// Returns whether it is the `todo!` of a stage.
    pub fn is_todo(&self) -> bool {
        self.message.starts_with(TODO)
    }

    /// Returns what it means for the code that panicked.
    pub fn report(&self) -> Report {
        let place = self.place.iter().map(|it| format!("at {it}"));
        if self.is_todo() {
            let says = self.message[TODO.len()..].trim_start_matches(": ");
            return Report::new(Verdict::Unwritten, says).with(place);
        }
        Report::new(Verdict::Panicked, &*self.message).with(place)
    }
}

/// Runs `f`, and returns its panic instead of printing it.
///
/// # Errors
///
/// Returns the panic, if there was one.
///
/// ```
/// use lab_judge::panics::caught;
///
/// assert_eq!(caught(|| 5), Ok(5));
/// let panic = caught(|| todo!("stage 1")).unwrap_err();
/// assert!(panic.is_todo());
/// ```
pub fn caught<R>(f: impl FnOnce() -> R) -> Result<R, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                return usual(info);
            }
            let message = info.payload_as_str().unwrap_or("a panic");
            let place = info.location();
            LAST.set(Some(Panic {
                message: message.to_owned(),
                place: place.map(|it| format!("{}:{}", it.file(), it.line())),
            }));
        }));
    });
    let before = IS_QUIET.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(f));
    IS_QUIET.set(before);
    outcome.map_err(|_| {
        let last = LAST.take();
        // A payload that no `panic!` made passes the hook by.
        last.unwrap_or(Panic { message: "a panic".into(), place: None })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_todo_is_unwritten_and_another_panic_is_not() {
        let unwritten = caught(|| todo!("stage 2: look at the children"));
        let report = unwritten.unwrap_err().report();
        assert_eq!(report.verdict, Verdict::Unwritten);
        assert_eq!(report.says, "stage 2: look at the children");
        assert!(report.lines[0].contains("panics.rs:"), "{report:?}");
        let empty: [u8; 0] = [];
        let at = std::hint::black_box(3);
        let report = caught(|| empty[at]).unwrap_err().report();
        assert_eq!(report.verdict, Verdict::Panicked);
        assert!(report.says.contains("out of bounds"), "{report:?}");
    }
}
