//! The text that a block had, kept to recognise it without parsing.
//!
//! Profiles of one program list the same blocks in the same order. So the
//! reader predicts the next line: the path it has just seen, then the text
//! of the block that came next last time. A comparison of 32 bytes takes the
//! place of five numbers parsed and a lookup.

use crate::profile::block::Block;
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
    /// Returns the text of `block`; `scratch` is overwritten.
    pub(crate) fn new(block: &Block, scratch: &mut Vec<u8>) -> Self {
        scratch.clear();
        block.write(scratch);
        let mut slot = [0; SLOT];
        if scratch.len() <= LONGEST {
            slot[..scratch.len()].copy_from_slice(scratch);
            slot[LONGEST] = scratch.len() as u8;
        }
        Self(slot)
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

/// The text `LINE,` of a record `DA`: seven bytes at most, the first lowest,
/// and in the highest byte their number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineText(u64);

impl LineText {
    /// Returns the text of `line`; one that is too long matches nothing.
    pub(crate) fn new(line: u32) -> Self {
        let text = format!("{line},");
        let mut bytes = [0; 8];
        if let Some(place) = bytes[..7].get_mut(..text.len()) {
            place.copy_from_slice(text.as_bytes());
            bytes[7] = text.len() as u8;
        }
        Self(u64::from_le_bytes(bytes))
    }

    /// Returns the count of this line and the length of its record.
    #[inline]
    pub(crate) fn count(self, data: &[u8]) -> Option<(u64, usize)> {
        // The name, the text and eight bytes of the count, checked once.
        let window: &[u8; WINDOW] = data.first_chunk()?;
        let rest = window.strip_prefix(b"DA:")?;
        let text = u64::from_le_bytes(*rest.first_chunk()?);
        let length = (self.0 >> 56) as usize & 7;
        // Shifts out the bytes that do not belong to the text.
        let different = (self.0 ^ text) << ((64 - 8 * length) & 63);
        if different != 0 || length == 0 {
            return None;
        }
        let (count, more) = short_decimal::parse(&rest[length..], b'\n')?;
        Some((count, 3 + length + more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::block::Position;

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
            let slot = BlockText::new(&block(line), &mut Vec::new());
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
    fn a_text_too_long_never_matches() {
        let mut long = block(u32::MAX);
        long.end.column = u32::MAX;
        let slot = BlockText::new(&long, &mut Vec::new());
        assert_eq!(slot.matches(&window(&format!("{long} "))), None);
        assert_eq!(slot.matches(&[0; WINDOW]), None);
    }
}
