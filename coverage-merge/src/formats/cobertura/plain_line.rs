//! A line of which only the number and the hits are known, which is nearly
//! all of a report.
//!
//! The reader of XML takes a third of a microsecond for such an element, and
//! most of that for what it has not: escapes, namespaces, other attributes.

use crate::profile::short_decimal;

/// Returns the number, the hits and the length of
/// `<line number="7" hits="0"/>` with the white space before it; `None` for
/// what is not so simple, or is not whole.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<(u32, u64, usize)> {
    let rest = text.trim_ascii_start().strip_prefix(b"<line number=\"")?;
    let (number, length) = short_decimal::parse(rest, b'"')?;
    let rest = rest[length..].strip_prefix(b" hits=\"")?;
    let (hits, length) = short_decimal::parse(rest, b'"')?;
    let rest = &rest[length..];
    let branch = [&b" branch=\"false\""[..], b" branch=\"False\""];
    let no_branch = branch.iter().find_map(|it| rest.strip_prefix(*it));
    let rest = no_branch.unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").unwrap_or(rest).strip_prefix(b"/>")?;
    Some((number as u32, hits, text.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_is_known_by_its_bytes() {
        for (text, number, hits) in [
            ("<line number=\"7\" hits=\"0\"/>", 7, 0),
            ("\r\n\t  <line number=\"12\" hits=\"345\" />", 12, 345),
            ("<line number=\"1\" hits=\"2\" branch=\"false\"/>", 1, 2),
            ("<line number=\"1\" hits=\"2\" branch=\"False\" />", 1, 2),
        ] {
            let more = format!("{text}<line number=");
            let expected = Some((number, hits, text.len()));
            assert_eq!(parse(more.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn all_other_lines_are_left_to_the_reader() {
        for text in [
            "<line number=\"7\" hits=\"0\">",
            "<line number=\"7\" hits=\"-1\"/>",
            "<line number=\"7\" hits=\"1e3\"/>",
            "<line number=\"12345678\" hits=\"1\"/>",
            "<line number='7' hits='0'/>",
            "<line hits=\"0\" number=\"7\"/>",
            "<line number=\"7\" hits=\"0\" branch=\"true\"/>",
            "<line number=\"7\" hits=\"0\" branch=\"false\" x=\"y\"/>",
            "<!-- <line number=\"7\" hits=\"0\"/> -->",
            "text <line number=\"7\" hits=\"0\"/>",
            "<line number=\"7\" hits=\"0\"",
            "",
        ] {
            let more = format!("{text}                ");
            assert_eq!(parse(more.as_bytes()), None, "{text}");
        }
    }
}
