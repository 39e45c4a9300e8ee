//! Text of others, shown in a line of ours.

use std::borrow::Cow;

/// Returns text for a terminal or a table: control characters, and those
/// that turn the direction of writing, are shown by their numbers, so that a
/// name cannot move the cursor or split a line.
///
/// ```
/// use support::visible::visible;
///
/// assert_eq!(visible("a\n\u{1b}[31mb"), r"a\n\u{1b}[31mb");
/// assert_eq!(visible("put/\u{e9}"), "put/\u{e9}");
/// // What joins letters, as in Persian and in pictures, stays.
/// assert_eq!(visible("a\u{200d}b\u{202e}"), "a\u{200d}b\\u{202e}");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut shown = String::new();
    for letter in text.chars() {
        if is_hidden(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown.into()
}

/// Returns [`visible`] text for a table of Markdown: a name neither ends its
/// cell nor turns into markup, and calls nobody.
///
/// ```
/// use support::visible::in_markdown;
///
/// assert_eq!(in_markdown("a/__init__.py"), r"a/\_\_init\_\_.py");
/// assert_eq!(in_markdown("a|<b>@c"), r"a\|\<b\>&#64;c");
/// ```
pub fn in_markdown(text: &str) -> String {
    let special =
        ['#', '|', '_', '*', '<', '>', '`', '[', ']', '\\', '~', '$', '&'];
    let mut escaped = String::new();
    for letter in visible(text).chars() {
        if letter == '@' {
            escaped.push_str("&#64;");
            continue;
        }
        if special.contains(&letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
