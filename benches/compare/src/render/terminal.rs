//! What a table is printed for.

use std::env;
use std::io::{self, IsTerminal};

/// What the terminal can do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// Fold tables to so many columns.
    pub width: Option<u16>,
    /// Colour the verdicts.
    pub colour: bool,
    /// Letters beyond ASCII are shown well.
    pub utf8: bool,
}

impl Terminal {
    /// Returns what standard output can do.
    ///
    /// A pipe, a dumb terminal and `NO_COLOR` have no colour.
    pub fn of_stdout() -> Self {
        let is_terminal = io::stdout().is_terminal();
        let set =
            |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|it| it == "dumb");
        Self {
            width: is_terminal
                .then(terminal_size::terminal_size)
                .flatten()
                .map(|(width, _)| width.0),
            colour: is_terminal && !set("NO_COLOR") && !dumb,
            utf8: is_utf8(),
        }
    }
}

/// Looks for the locale's encoding as setlocale(3) does.
fn is_utf8() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let values = names.into_iter().filter_map(|name| env::var(name).ok());
    let mut set = values.filter(|value| !value.is_empty());
    let locale = set.next().unwrap_or_default().to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}
