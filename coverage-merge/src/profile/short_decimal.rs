//! A short decimal number out of text, eight bytes at once (SWAR: one
//! register as eight lanes).

/// Returns the number at the start of `text`, and its length with the byte
/// `then` after it; `None` for what is not so simple: more than seven
/// digits, none, or another byte after them.
///
/// There is no loop, because nobody can predict how many digits a count has.
/// A `text` of fewer than eight bytes is `None` too.
#[inline]
// ANCHOR: parse
pub(crate) fn parse(text: &[u8], then: u8) -> Option<(u64, usize)> {
    let word = u64::from_le_bytes(*text.first_chunk()?);
    // A digit's byte becomes its value; every other has its top bit set in
    // `others`.
    let values = word ^ repeat(b'0');
    let others = (values.wrapping_add(repeat(0x76)) | values) & repeat(0x80);
    let end = others.trailing_zeros() & !7;
    if others == 0 || end == 0 || (word >> end) as u8 != then {
        return None;
    }
    Some((decimal(values << (64 - end)), end as usize / 8 + 1))
}
// ANCHOR_END: parse

const fn repeat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Returns the number whose eight digits are the bytes of `values`, the first
/// lowest: pairs become numbers below 100, then fours, then all eight.
#[inline]
// ANCHOR: decimal
fn decimal(values: u64) -> u64 {
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8)
        & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16)
        & 0x0000_FFFF_0000_FFFF;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF
}
// ANCHOR_END: decimal

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_without_a_loop() {
        for number in [0, 1, 9, 10, 99, 12_345, 123_456, 9_999_999] {
            let text = format!("{number}\nnext line");
            let length = number.to_string().len() + 1;
            let expected = Some((number, length));
            assert_eq!(parse(text.as_bytes(), b'\n'), expected);
        }
    }

    #[test]
    fn what_is_not_simple_is_left_to_the_parser() {
        let texts = ["12345678\n", "\n3456789", "1 345678", "-1\n45678"];
        for text in texts {
            assert_eq!(parse(text.as_bytes(), b'\n'), None, "{text:?}");
        }
        for other in (0..=u8::MAX).filter(|b| !b.is_ascii_digit()) {
            let text = [b'1', other, b'\n', 0, 0, 0, 0, 0, 0];
            let simple = (other == b'\n').then_some((1, 2));
            assert_eq!(parse(&text, b'\n'), simple, "byte {other}");
        }
    }
}
