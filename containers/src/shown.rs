//! Text of others, shown in a line of ours.

use std::borrow::Cow;

/// Returns a text with its control characters as escapes.
///
/// So a name with a line break makes no second line, and one with an escape
/// sequence does not reach the terminal.
///
/// ```
/// use containers::shown::in_a_line;
///
/// assert_eq!(in_a_line("a root"), "a root");
/// assert_eq!(in_a_line("a\nroot\x1b[2J"), "a\\nroot\\u{1b}[2J");
/// ```
pub fn in_a_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for letter in text.chars() {
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}
