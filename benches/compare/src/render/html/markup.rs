//! Pieces of HTML that the page and its plots share.

use support::visible::visible;

/// So many rows stand in the page's tree at once.
pub(super) const ROWS_AT_ONCE: usize = 100;

/// Returns a part that scrolls by itself on a narrow screen. It takes the
/// focus, or the keyboard could not scroll it.
pub(super) fn wide(label: &str, content: &str) -> String {
    format!(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" \
         aria-label=\"{label}\">{content}</div>\n"
    )
}

/// Returns `text` with what HTML takes for markup escaped, and with letters
/// that would not be seen.
pub(super) fn escape(text: &str) -> String {
    visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
