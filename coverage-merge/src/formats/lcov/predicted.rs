//! Records that come as they came last time, recognised without parsing.
//!
//! Tracefiles of one program list the same files, and in each the same
//! lines, functions and branches in the same order. So the reader predicts
//! the next record and compares; only its count is news. A wrong prediction
//! costs the comparison, and the record is parsed as any other.
//!
//! All functions here look at `data`, which begins with a record, ends with
//! a newline and has readable bytes after that. What matches ends with the
//! first newline, so it never reaches those bytes; only [`file`] looks at
//! several lines, and must be given no more.

use crate::profile::line_file::{Branch, Function};
use crate::profile::short_decimal;

/// Returns the length of a record of a total, such as `LF:12`.
#[inline]
pub(super) fn total(data: &[u8]) -> Option<usize> {
    let name = match data {
        [b'L', b'F' | b'H', ..] => 2,
        [b'F', b'N', b'F' | b'H', ..] => 3,
        [b'B', b'R', b'F' | b'H', ..] => 3,
        _ => return None,
    };
    let number = data[name..].strip_prefix(b":")?;
    let (_, length) = short_decimal::parse(number, b'\n')?;
    Some(name + 1 + length)
}

/// Returns the length of the lines between the records of two files, if the
/// second has this `path`, and whether a line `TN:` is among them.
#[inline]
pub(super) fn file(path: &str, data: &[u8]) -> Option<(usize, bool)> {
    let rest = data.strip_prefix(b"end_of_record\n")?;
    let (rest, has_test) = match rest.strip_prefix(b"TN:\n") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let path = rest.strip_prefix(b"SF:")?.strip_prefix(path.as_bytes())?;
    let rest = path.strip_prefix(b"\n")?;
    Some((data.len() - rest.len(), has_test))
}

/// Returns the length of a record `FN` of this function.
#[inline]
pub(super) fn function(
    expected: &Function,
    end: u32,
    data: &[u8],
) -> Option<usize> {
    let rest = data.strip_prefix(b"FN:")?;
    let (line, mut at) = short_decimal::parse(rest, b',')?;
    if end != 0 {
        let (found, more) = short_decimal::parse(rest.get(at..)?, b',')?;
        at += more;
        if found != u64::from(end) {
            return None;
        }
    }
    let name = name(&expected.name, b'\n', rest.get(at..)?)?;
    (line == u64::from(expected.line)).then_some(3 + at + name)
}

/// Returns the count in a record `FNDA` of this function, and the record's
/// length.
#[inline]
pub(super) fn call(expected: &Function, data: &[u8]) -> Option<(u64, usize)> {
    let rest = data.strip_prefix(b"FNDA:")?;
    let (count, at) = short_decimal::parse(rest, b',')?;
    let name = name(&expected.name, b'\n', rest.get(at..)?)?;
    Some((count, 5 + at + name))
}

/// Returns the count in a record `BRDA` of this branch, and the record's
/// length.
#[inline]
pub(super) fn branch(
    expected: &Branch,
    reached: bool,
    data: &[u8],
) -> Option<(u64, usize)> {
    let rest = data.strip_prefix(b"BRDA:")?;
    let (line, at) = short_decimal::parse(rest, b',')?;
    let at = at + name(&expected.name, b',', rest.get(at..)?)?;
    let taken = rest.get(at..)?;
    let (count, more) = if reached {
        short_decimal::parse(taken, b'\n')?
    } else if taken.starts_with(b"-\n") {
        (0, 2)
    } else {
        return None;
    };
    (line == u64::from(expected.line)).then_some((count, 5 + at + more))
}

/// Returns the length of `expected` with the byte `then` after it, if `data`
/// begins so.
#[inline]
fn name(expected: &str, then: u8, data: &[u8]) -> Option<usize> {
    let (begin, rest) = data.split_at_checked(expected.len())?;
    let same = begin == expected.as_bytes() && rest.first() == Some(&then);
    same.then_some(expected.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::line_chunks::SLACK;
    use crate::profile::block_text::LineText;

    fn padded(text: &str) -> Vec<u8> {
        [text.as_bytes(), &[b'7'; SLACK]].concat()
    }

    #[test]
    fn a_line_matches_its_own_text_and_no_other() {
        for line in [1, 9, 10, 999, 9_999] {
            let record = format!("DA:{line},42\n");
            let text = LineText::new(line);
            let found = text.count(&padded(&record));
            assert_eq!(found, Some((42, record.len())), "{line}");
            let other = format!("DA:{},42\n", line + 1);
            assert_eq!(text.count(&padded(&other)), None, "{line}");
            let longer = format!("DA:{line}0,42\n");
            assert_eq!(text.count(&padded(&longer)), None, "{line}");
        }
        let long = LineText::new(10_000);
        assert_eq!(long.count(&padded("DA:10000,42\n")), None);
    }

    #[test]
    fn a_total_is_passed_over() {
        let length = |text: &str| total(&padded(text));
        for text in ["LF:12\n", "LH:0\n", "FNF:3\n", "BRH:1234\n"] {
            assert_eq!(length(text), Some(text.len()), "{text}");
        }
        for other in ["LX:1\n", "FN:1,f\n", "LF1\n", "LF:\n", "LF:1 \n"] {
            assert_eq!(length(other), None, "{other}");
        }
    }

    #[test]
    fn the_next_file_matches_with_its_whole_path() {
        let between = |text: &str| file("a/b.c", text.as_bytes());
        let plain = "end_of_record\nSF:a/b.c\n";
        assert_eq!(between(plain), Some((plain.len(), false)));
        let named = "end_of_record\nTN:\nSF:a/b.c\nDA:1,2\n";
        assert_eq!(between(named), Some((named.len() - 7, true)));
        for other in [
            "end_of_record\nSF:a/b.cc\n",
            "end_of_record\nTN:x\nSF:a/b.c\n",
            "end_of_record\nSF:a/b.c",
            "end_of_record\n",
        ] {
            assert_eq!(between(other), None, "{other}");
        }
    }

    #[test]
    fn a_function_matches_its_own_records() {
        let (line, name) = (3, "f,g".into());
        let expected = Function { line, name };
        let length = |text: &str| function(&expected, 9, &padded(text));
        assert_eq!(length("FN:3,9,f,g\n"), Some(11));
        for other in ["FN:3,f,g\n", "FN:4,9,f,g\n", "FN:3,9,f,gh\n"] {
            assert_eq!(length(other), None, "{other}");
        }
        let called = |text: &str| call(&expected, &padded(text));
        assert_eq!(called("FNDA:12,f,g\n"), Some((12, 12)));
        assert_eq!(called("FNDA:12,f\n"), None);
        assert_eq!(called("FNDA:x,f,g\n"), None);
    }

    #[test]
    fn a_branch_matches_when_it_was_reached_as_before() {
        let expected = Branch { line: 7, name: "0,1".into() };
        let count = |reached: bool, text: &str| {
            branch(&expected, reached, &padded(text))
        };
        assert_eq!(count(true, "BRDA:7,0,1,5\n"), Some((5, 13)));
        assert_eq!(count(true, "BRDA:7,0,1,-\n"), None);
        assert_eq!(count(true, "BRDA:7,0,2,5\n"), None);
        assert_eq!(count(false, "BRDA:7,0,1,-\n"), Some((0, 13)));
        assert_eq!(count(false, "BRDA:8,0,1,-\n"), None);
    }
}
