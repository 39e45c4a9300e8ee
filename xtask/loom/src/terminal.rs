//! How much room there is, and how text is set off.
//!
//! Colour is anstream's affair: it leaves it out where it is not wanted.

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use support::paragraph::hanging;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();

/// Returns whether what is printed is coloured.
pub(crate) fn is_coloured() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// Returns the columns of the terminal, or 80 where there is none.
pub(crate) fn width() -> usize {
    let named = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(width, _)| width.0);
    let width: u16 = named.or_else(asked).unwrap_or(80);
    usize::from(width.max(40))
}

/// Returns `text` with `head` before it, folded so that it stands in a column
/// of its own.
pub(crate) fn paragraph(head: &str, text: &str) -> String {
    hanging(head, text, width())
}

/// Returns a count with its noun: `1 thread`, `2 threads`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}
