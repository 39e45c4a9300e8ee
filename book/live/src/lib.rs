//! What a reader types runs here, on the crates of this workspace.
//!
//! - [`program`] reads the text, and names the line and column of an error;
//! - [`timers`] runs it on the timer heap, and records each step;
//! - [`objects`] does so on the collected heap;
//! - [`defers`] does so on the chain of deferred calls;
//! - [`tree`] draws a timer heap, step by step;
//! - [`recording`] is what was recorded, here and in the book;
//! - [`player`](player()) shows it as HTML;
//! - [`markup`] escapes text inside HTML;
//! - [`page`] is how a page calls all this as WebAssembly.
//!
//! `cargo xtask live` compiles this crate to `live.wasm`. That file is
//! committed, and a test runs it beside this very code.

pub mod defers;
pub mod markup;
pub mod objects;
pub mod page;
mod player;
pub mod program;
pub mod recording;
pub mod timers;
pub mod tree;

pub use player::{player, still};

use program::ProgramError;
use recording::Recording;

/// The crate as WebAssembly, as `cargo xtask live` wrote it.
#[cfg(not(target_family = "wasm"))]
pub const WASM: &[u8] = include_bytes!("../live.wasm");

/// What a program is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Timers on the heap of `timer_heap`.
    Timers,
    /// Objects on the collected heap of `finalizers`.
    Objects,
    /// Functions on the chain of deferred calls of `queue_locks`.
    Defers,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Timers, Self::Objects, Self::Defers];

    /// Returns its name in the book, and in the functions of [`page`].
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timers => "timers",
            Self::Objects => "objects",
            Self::Defers => "defers",
        }
    }

    /// Returns what a program may have, in a sentence.
    pub const fn limits(self) -> &'static str {
        match self {
            Self::Timers => {
                "Deadlines and times are 1 to 99; there is room for 21 timers \
                 and 200 commands."
            }
            Self::Objects => {
                "Names have up to three letters; an object points to three \
                 others at most."
            }
            Self::Defers => {
                "Six functions deep, six deferred calls, 200 steps: a program \
                 that goes on is stopped there."
            }
        }
    }

    /// Reads a program, runs it and records each step.
    ///
    /// # Errors
    ///
    /// At the first word that is no part of a command, or where a command
    /// does not fit what was done before.
    pub fn record(self, text: &str) -> Result<Recording, ProgramError> {
        match self {
            Self::Timers => timers::record(&timers::parse(text)?),
            Self::Objects => objects::record(&objects::parse(text)?),
            Self::Defers => defers::record(&defers::parse(text)?),
        }
    }
}

/// Runs a program, and returns JSON: either `{"player": HTML}` or `{"line": 1, "column": 1, "message": ...}`.
///
/// ```
/// use live::{Language, run};
///
/// let answer = run(Language::Timers, "start a 20");
/// assert!(answer.starts_with(r#"{"player":"#));
/// let error = r#"{"line":1,"column":9,"message":"a deadline is missing"}"#;
/// assert_eq!(run(Language::Timers, "start a "), error);
/// ```
///
/// # Panics
///
/// Never, because strings and numbers are always JSON.
pub fn run(language: Language, text: &str) -> String {
    let answer = match language.record(text) {
        Ok(recording) => {
            let html = player(&recording);
            serde_json::to_string(&Shown { player: html })
        }
        Err(error) => serde_json::to_string(&error),
    };
    answer.expect("strings and numbers are JSON")
}

#[derive(serde::Serialize)]
struct Shown {
    player: String,
}
