//! The text that a block had, kept to recognise it without parsing.
//!
//! Profiles of one program list the same blocks in the same order. So the
//! reader predicts the next line: the path it has just seen, then the text
//! of the block that came next last time. A comparison of 32 bytes takes the
//! place of five numbers parsed and a lookup.

use crate::profile::block::{Block, LONGEST_TEXT, Position};
use crate::profile::short_decimal;

/// How long a block's text may be to be kept; longer ones are parsed.
const LONGEST: usize = 31;

/// How many bytes a block takes on the tape.
const SLOT: usize = 32;

/// How many bytes after a line's path a reader must be able to look at: a
/// block's text, and the eight from which its count is read.
pub(crate) const WINDOW: usize = 48;

/// A block's text, `12.3,14.2 5 `, and in the last byte its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockText([u8; SLOT]);

impl BlockText {
    /// Returns the text of `block`.
    pub(crate) fn new(block: &Block) -> Self {
        let mut text = [0; LONGEST_TEXT];
        let length = block.text(&mut text);
        let mut slot = [0; SLOT];
        if length <= LONGEST {
            slot[..length].copy_from_slice(&text[..length]);
            slot[LONGEST] = length as u8;
        }
        Self(slot)
    }

    /// Writes the text at the start of `to`, if it was kept and there is room
    /// for a slot; returns the length.
    #[inline]
    pub(crate) fn write(&self, to: &mut [u8]) -> Option<usize> {
        let length = usize::from(self.0[LONGEST]);
        *to.first_chunk_mut()? = self.0;
        (length != 0).then_some(length)
    }

    // ANCHOR: matches
    /// Returns the length of the text, if `window` begins with it.
    #[inline]
    pub(crate) fn matches(&self, window: &[u8; WINDOW]) -> Option<usize> {
        let length = usize::from(self.0[LONGEST]) & LONGEST;
        let [low, high] = MASKS[length];
        let (text, _) = window.split_first_chunk()?;
        let (a, b) = (halves(&self.0), halves(text));
        let difference = ((a[0] ^ b[0]) & low) | ((a[1] ^ b[1]) & high);
        (difference == 0 && length != 0).then_some(length)
    }
    // ANCHOR_END: matches
}

/// Returns the block and the count at the start of `text`, and the length of
/// both with the newline; `None` for what is not so simple: see
/// [`short_decimal`].
#[inline]
pub(crate) fn parse(text: &[u8]) -> Option<(Block, u64, usize)> {
    let mut numbers = Numbers { window: text.first_chunk()?, at: 0 };
    let start = numbers.position(b',')?;
    let end = numbers.position(b' ')?;
    let statements = numbers.small(b' ')?;
    let count = numbers.next(b'\n')?;
    Some((Block { start, end, statements }, count, numbers.at))
}

/// The numbers of a line, one after the other.
struct Numbers<'a> {
    window: &'a [u8; WINDOW],
    at: usize,
}

impl Numbers<'_> {
    #[inline]
    fn next(&mut self, then: u8) -> Option<u64> {
        let rest = self.window.get(self.at..)?;
        let (number, length) = short_decimal::parse(rest, then)?;
        self.at += length;
        Some(number)
    }

    /// Seven digits are less than 32 bits.
    #[inline]
    fn small(&mut self, then: u8) -> Option<u32> {
        self.next(then).map(|number| number as u32)
    }

    #[inline]
    fn position(&mut self, then: u8) -> Option<Position> {
        Some(Position { line: self.small(b'.')?, column: self.small(then)? })
    }
}

#[inline]
fn halves(bytes: &[u8; SLOT]) -> [u128; 2] {
    let (low, high) = bytes.split_at(SLOT / 2);
    [low, high]
        .map(|half| u128::from_le_bytes(half.try_into().expect("half a slot")))
}

/// For each length, the bits of a slot that belong to the text.
static MASKS: [[u128; 2]; SLOT] = masks();

const fn masks() -> [[u128; 2]; SLOT] {
    let mut masks = [[0; 2]; SLOT];
    let mut length = 1;
    while length < SLOT {
        masks[length] = match length {
            0..16 => [u128::MAX >> (128 - 8 * length), 0],
            16 => [u128::MAX, 0],
            _ => [u128::MAX, u128::MAX >> (256 - 8 * length)],
        };
        length += 1;
    }
    masks
}

/// The text `DA:LINE,` of a record, if it is not longer than one register.
///
/// Nine bytes, so that many fit in the cache.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineText {
    text: [u8; 8],
    length: u8,
}

impl LineText {
    /// Returns the text of `line`; that of one above 9,999 matches nothing.
    pub(crate) fn new(line: u32) -> Self {
        let record = format!("DA:{line},");
        let mut text = [0; 8];
        let Some(place) = text.get_mut(..record.len()) else {
            return Self { text, length: 0 };
        };
        place.copy_from_slice(record.as_bytes());
        Self { text, length: record.len() as u8 }
    }

    /// Returns the count of this line and the length of its record.
    #[inline]
    pub(crate) fn count(self, data: &[u8]) -> Option<(u64, usize)> {
        // The text and eight bytes of the count, checked once.
        let window: &[u8; 3 * 8] = data.first_chunk()?;
        let (text, _) = window.split_first_chunk()?;
        // At most eight; the mask says so to the compiler.
        let length = usize::from(self.length & 15);
        // Shifts out the bytes that do not belong to the text. Without a
        // text, none is shifted, and no record begins with zeros.
        let different =
            u64::from_le_bytes(self.text) ^ u64::from_le_bytes(*text);
        if different << ((64 - 8 * length) & 63) != 0 {
            return None;
        }
        let (count, more) = short_decimal::parse(&window[length..], b'\n')?;
        Some((count, length + more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(line: u32) -> Block {
        Block {
            start: Position { line, column: 3 },
            end: Position { line, column: 40 },
            statements: 2,
        }
    }

    fn window(text: &str) -> [u8; WINDOW] {
        let mut window = [b'x'; WINDOW];
        let length = text.len().min(WINDOW);
        window[..length].copy_from_slice(&text.as_bytes()[..length]);
        window
    }

    #[test]
    fn a_slot_matches_its_text_and_no_other() {
        for line in [1, 10, 1_000, 1_000_000] {
            let slot = BlockText::new(&block(line));
            let text = format!("{} ", block(line));
            assert_eq!(slot.matches(&window(&text)), Some(text.len()));
            for changed in 0..text.len() {
                let mut window = window(&text);
                window[changed] ^= 1;
                assert_eq!(slot.matches(&window), None, "byte {changed}");
            }
        }
    }

    #[test]
    fn what_is_simple_is_parsed_as_it_was_written() {
        for (line, count) in [(1, 0), (42, 7), (9_999_999, 9_999_999)] {
            let text = format!("{} {count}\n", block(line));
            let parsed = parse(&window(&text));
            assert_eq!(parsed, Some((block(line), count, text.len())));
        }
        for other in [
            "12345678.1,2.3 4 5\n",
            "1.2,3.4 5 6\r\n",
            "1.2,3.4 5 6 \n",
            "1.2,3.4 5\n",
            "1.2,3.4 5 6",
            "1.2.3.4 5 6\n",
        ] {
            assert_eq!(parse(&window(other)), None, "{other:?}");
        }
        assert_eq!(parse(b"1.2,3.4 5 6\n"), None, "no window");
    }

    #[test]
    fn a_text_too_long_never_matches() {
        let mut long = block(u32::MAX);
        long.end.column = u32::MAX;
        let slot = BlockText::new(&long);
        assert_eq!(slot.matches(&window(&format!("{long} "))), None);
        assert_eq!(slot.matches(&[0; WINDOW]), None);
    }
}
