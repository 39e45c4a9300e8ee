//! Files as other programs write them: with a byte order mark, in UTF-16 as
//! PowerShell's `>` does, or in the colours that a terminal was shown.

/// Returns the text of a file, without a byte order mark and colours.
pub fn text(bytes: &[u8]) -> String {
    let text = marked(bytes);
    if text.contains(COLOUR) { without_colours(&text) } else { text }
}

/// How a sequence begins that sets a colour, or clears a line. JSON has none:
/// there the first letter is written as an escape.
const COLOUR: &str = "\u{1b}[";

fn without_colours(text: &str) -> String {
    let mut parts = text.split(COLOUR);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // Parameters are digits and signs; a letter ends them.
        let rest = part.trim_start_matches(|it| matches!(it, ' '..='?'));
        let mut letters = rest.chars();
        letters.next();
        plain += letters.as_str();
    }
    plain
}

fn marked(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => lossy(rest),
        // ASCII in UTF-16, without the mark.
        [first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes),
        [0, first, ..] if *first != 0 => utf16(bytes, u16::from_be_bytes),
        _ => lossy(bytes),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks(2).map(|pair| match *pair {
        [a, b] => unit([a, b]),
        _ => 0xfffd, // cut in the middle of a letter
    });
    let letters = char::decode_utf16(units);
    letters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_read() {
        let le: Vec<u8> =
            "h\u{b5}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> =
            "h\u{b5}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&[&[0xff, 0xfe], &le[..]].concat()), "h\u{b5}");
        assert_eq!(text(&[&[0xfe, 0xff], &be[..]].concat()), "h\u{b5}");
        assert_eq!(text(&le), "h\u{b5}");
        assert_eq!(text("\u{feff}h\u{b5}".as_bytes()), "h\u{b5}");
        assert_eq!(text(&[0xff, 0xfe, b'h', 0, b'x']), "h\u{fffd}");
        assert_eq!(text(b"h"), "h");
    }

    #[test]
    fn colours_are_no_part_of_the_text() {
        for (given, plain) in [
            ("\u{1b}[1;32mok\u{1b}[0m\n", "ok\n"),
            ("a\u{1b}[Kb", "ab"),
            ("a\u{1b}[38:5:1mb", "ab"),
            ("a\u{1b}[1", "a"),
            ("a\u{1b}[", "a"),
            ("a\u{1b}[\u{b5}", "a"),
            ("a\u{1b}b", "a\u{1b}b"),
        ] {
            assert_eq!(text(given.as_bytes()), plain, "{given:?}");
        }
    }
}
