//! What a reader types runs here, on the crates of this workspace.
//!
//! - [`program`] reads the text, and names the line and column of an error;
//! - [`timers`] runs it on the timer heap, and records each step;
//! - [`recording`] and [`player`](player()) show it, here and in the book;
//! - [`page`] is how a page calls all this as WebAssembly.
//!
//! `cargo xtask live` compiles this crate to `live.wasm`. That file is
//! committed, and a test runs it beside this very code.

pub mod markup;
pub mod page;
mod player;
pub mod program;
pub mod recording;
pub mod timers;

pub use player::{player, width};

/// The crate as WebAssembly, as `cargo xtask live` wrote it.
#[cfg(not(target_family = "wasm"))]
pub const WASM: &[u8] = include_bytes!("../live.wasm");

/// Runs a program; the answer is JSON.
///
/// Either `{"player": HTML}` or `{"line": 1, "column": 1, "message": ...}`.
///
/// ```
/// assert!(live::run("start a 20").starts_with(r#"{"player":"#));
/// let error = r#"{"line":1,"column":9,"message":"a deadline is missing"}"#;
/// assert_eq!(live::run("start a "), error);
/// ```
pub fn run(text: &str) -> String {
    let outcome = program::parse(text).and_then(|all| timers::record(&all));
    let answer = match outcome {
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
