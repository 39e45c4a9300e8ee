//! A short decimal number out of text, eight bytes at once (SWAR: one
//! register as eight lanes); and a number as text.

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
    // One to seven digits: the other two cases are 0 and 64.
    if end.wrapping_sub(8) > 48 || (word >> end) as u8 != then {
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

/// Writes the digits of `number` at the start of `to`, which has room for
/// them; returns how many.
#[inline]
pub(crate) fn write(mut number: u32, to: &mut [u8]) -> usize {
    if let Some(text) = SHORT.get(number as usize)
        && let Some(room) = to.first_chunk_mut()
    {
        let [digits @ .., length] = text;
        *room = [digits[0], digits[1], digits[2], 0];
        return usize::from(*length);
    }
    if number < 10_000
        && let Some(room) = to.first_chunk_mut()
    {
        // Two numbers below 100, then four below 10, all in one register.
        let pairs = (number / 100) | ((number % 100) << 16);
        let tens = ((pairs * 103) >> 10) & 0x000F_000F;
        let digits = tens | ((pairs - 10 * tens) << 8);
        let zeros = (digits.trailing_zeros() / 8).min(3);
        let text = (digits | 0x3030_3030) >> (8 * zeros);
        *room = text.to_le_bytes();
        return 4 - zeros as usize;
    }
    let length = number.checked_ilog10().unwrap_or(0) as usize + 1;
    for place in to[..length].iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
    length
}

/// The digits of the numbers below 1,000, and in the last byte how many.
static SHORT: [[u8; 4]; 1_000] = short();

const fn short() -> [[u8; 4]; 1_000] {
    let mut texts = [[0; 4]; 1_000];
    let mut number = 0;
    while number < texts.len() {
        let digits = [number / 100, number / 10 % 10, number % 10];
        let zeros = match number {
            0..10 => 2,
            10..100 => 1,
            _ => 0,
        };
        let mut place = 0;
        while place < 3 - zeros {
            texts[number][place] = b'0' + digits[zeros + place] as u8;
            place += 1;
        }
        texts[number][3] = place as u8;
        number += 1;
    }
    texts
}

/// As [`write`], of any number.
#[inline]
pub(crate) fn write_long(number: u64, to: &mut [u8]) -> usize {
    match u32::try_from(number) {
        Ok(number) => write(number, to),
        Err(_) => {
            let mut digits = itoa::Buffer::new();
            let digits = digits.format(number).as_bytes();
            to[..digits.len()].copy_from_slice(digits);
            digits.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_the_standard_library_does() {
        let near = |power| [power - 1, power, power + 1];
        let powers = (0..10).map(|power| 10_u32.pow(power));
        let short = 0..20_000;
        for number in short.chain(powers.flat_map(near)).chain([u32::MAX]) {
            let mut text = [0; 10];
            let length = write(number, &mut text);
            assert_eq!(&text[..length], number.to_string().as_bytes());
        }
        let long = u64::from(u32::MAX) + 1;
        let mut text = [0; 20];
        assert_eq!(write_long(long, &mut text), 10);
        assert_eq!(&text[..10], b"4294967296");
    }

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
