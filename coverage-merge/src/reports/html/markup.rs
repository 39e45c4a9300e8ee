//! Pieces of HTML.

use std::borrow::Cow;
use std::fmt::Write;

use crate::profile::total::Total;
use crate::reports::totals::percent;

/// Returns text with what HTML takes for markup escaped.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// Returns a relative address with what is not plain in it escaped.
pub(super) fn address(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(byte.into()),
            b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Returns `66.7% (2 of 3)`, or `none` where there is nothing to cover.
pub(super) fn share(total: Total) -> String {
    if total.is_empty() {
        return "none".to_owned();
    }
    let Total { covered, statements } = total;
    format!("{} ({covered} of {statements})", percent(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_character_that_means_something() {
        assert_eq!(
            address("a b/%\"<é.files/1"),
            "a%20b/%25%22%3C%C3%A9.files/1"
        );
    }
}
