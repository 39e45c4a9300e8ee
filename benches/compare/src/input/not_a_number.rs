//! What JSON has no word for.

use std::borrow::Cow;

/// Returns JSON with `null` for numbers that JSON has no word for: Google
/// Benchmark writes `NaN` and `Infinity`.
pub(super) fn without_nan(text: &str) -> Cow<'_, str> {
    if !["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    // Every second part stands between quotes.
    let (mut quoted, mut rest) = (false, text);
    while !rest.is_empty() {
        let end = end_of_part(rest, quoted);
        let (part, after) = rest.split_at(end);
        if quoted {
            plain += part;
        } else {
            let part = part.replace("-Infinity", "null");
            plain += &part.replace("Infinity", "null").replace("NaN", "null");
        }
        (quoted, rest) = (!quoted, after);
    }
    plain.into()
}

/// Returns where the next quote ends this part; the quote belongs to it.
fn end_of_part(text: &str, quoted: bool) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}
