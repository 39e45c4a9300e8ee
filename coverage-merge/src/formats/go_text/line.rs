//! One line of a Go text profile, taken apart.

use memchr::memrchr;

use crate::profile::block::{Block, MAX_COUNT, Position};

/// What is wrong with a line, and at which byte (from 1).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LineError {
    pub(crate) column: usize,
    pub(crate) what: &'static str,
}

/// Takes a line apart: the path with its colon, the block, the count.
///
/// The path ends at the last colon, so it may have colons and spaces.
pub(crate) fn parse(line: &[u8]) -> Result<(&str, Block, u64), LineError> {
    let wrong = |column, what| LineError { column, what };
    let colon = memrchr(b':', line)
        .ok_or(wrong(1, "expected PATH:LINE.COLUMN,LINE.COLUMN N COUNT"))?;
    if colon == 0 {
        return Err(wrong(1, "expected a path before the colon"));
    }
    let key = std::str::from_utf8(&line[..=colon])
        .map_err(|e| wrong(e.valid_up_to() + 1, "the path is not UTF-8"))?;
    let mut numbers = Numbers { line, at: colon + 1 };
    let start = Position {
        line: numbers.small("expected the start's line", b'.')?,
        column: numbers.small("expected the start's column", b',')?,
    };
    let end = Position {
        line: numbers.small("expected the end's line", b'.')?,
        column: numbers.small("expected the end's column", b' ')?,
    };
    let statements =
        numbers.small("expected the number of statements", b' ')?;
    let count = numbers.last("expected the count, as the line's last")?;
    let block = Block { start, end, statements };
    Ok((key, block, count))
}

/// The numbers of a line, one after the other.
struct Numbers<'a> {
    line: &'a [u8],
    at: usize,
}

impl Numbers<'_> {
    /// Reads a number of at most 32 bits, and the byte `then` after it.
    fn small(
        &mut self,
        what: &'static str,
        then: u8,
    ) -> Result<u32, LineError> {
        let column = self.at + 1;
        let number = self.number(what)?;
        if self.line.get(self.at) != Some(&then) {
            let column = self.at + 1;
            let what = match then {
                b'.' => "expected \".\" after the line",
                b',' => "expected \",\" after the start",
                _ => "expected a space",
            };
            return Err(LineError { column, what });
        }
        self.at += 1;
        let what = "the number is larger than 4294967295";
        u32::try_from(number).map_err(|_| LineError { column, what })
    }

    fn last(&mut self, what: &'static str) -> Result<u64, LineError> {
        let number = self.number(what)?;
        if self.at < self.line.len() {
            let column = self.at + 1;
            let what = "unexpected text after the count";
            return Err(LineError { column, what });
        }
        Ok(number.min(MAX_COUNT))
    }

    fn number(&mut self, what: &'static str) -> Result<u64, LineError> {
        let start = self.at;
        let mut number: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.line.get(self.at) {
            number = number.saturating_mul(10);
            number = number.saturating_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == start {
            let column = start + 1;
            return Err(LineError { column, what });
        }
        Ok(number)
    }
}
