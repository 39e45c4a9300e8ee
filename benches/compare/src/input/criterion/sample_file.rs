//! `sample.json`, read into samples that were used before: with thousands of
//! files, memory for each would cost more than reading the numbers.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess,
    SeqAccess, Visitor,
};

use crate::error::Error;
use crate::samples::Samples;

/// Replaces `samples` by those of the file.
pub(super) fn read(
    place: &Path,
    baseline: &str,
    text: &[u8],
    samples: &mut Samples,
) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::emptied(place, baseline));
    }
    if quick(text, samples).is_some() {
        return Ok(());
    }
    let mut json = serde_json::Deserializer::from_slice(text);
    File(samples)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| Error::json(place, &error))
}

/// Powers of ten, which are exact.
const POWERS: [f64; 16] = [
    1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
    1e14, 1e15,
];

/// Reads a file that looks exactly as criterion writes it; whatever looks
/// otherwise is left to a reader of any JSON, with its messages.
fn quick(text: &[u8], samples: &mut Samples) -> Option<()> {
    let rest = text.strip_prefix(b"{\"sampling_mode\":")?;
    let modes: [&[u8]; 2] = [b"\"Linear\"", b"\"Flat\""];
    let rest = modes.iter().find_map(|mode| rest.strip_prefix(*mode))?;
    let rest = rest.strip_prefix(b",\"iters\":[")?;
    let rest = numbers(rest, &mut samples.iterations)?;
    let rest = rest.strip_prefix(b",\"times\":[")?;
    let rest = numbers(rest, &mut samples.times)?;
    rest.strip_prefix(b"}")?.trim_ascii().is_empty().then_some(())
}

/// Reads numbers up to the end of their list, and returns what follows it.
fn numbers<'a>(mut text: &'a [u8], list: &mut Vec<f64>) -> Option<&'a [u8]> {
    list.clear();
    loop {
        let (number, length) = number(text)?;
        list.push(number);
        match text.get(length)? {
            b',' => text = &text[length + 1..],
            b']' => return Some(&text[length + 1..]),
            _ => return None,
        }
    }
}

/// Returns a number such as `1234.5`, and how many bytes it has. With up to
/// fifteen digits both parts of the quotient are exact, so it is rounded once
/// (W. D. Clinger, "How to read floating point numbers accurately", 1990);
/// the library reads longer ones.
fn number(text: &[u8]) -> Option<(f64, usize)> {
    let whole = digits(text);
    let point = text.get(whole) == Some(&b'.');
    let fraction = if point { digits(text.get(whole + 1..)?) } else { 0 };
    let length = whole + usize::from(point) + fraction;
    let is_zero_first = whole > 1 && text[0] == b'0';
    if whole == 0 || is_zero_first || (point && fraction == 0) {
        return None;
    }
    if whole + fraction > 15 {
        let text = std::str::from_utf8(&text[..length]).ok()?;
        return Some((text.parse().ok()?, length));
    }
    let add = |sum: u64, digit: &u8| 10 * sum + u64::from(digit - b'0');
    let sum = text[..whole].iter().fold(0, add);
    if fraction == 0 {
        return Some((sum as f64, length));
    }
    let sum = text[whole + 1..length].iter().fold(sum, add);
    Some((sum as f64 / POWERS[fraction], length))
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

struct File<'a>(&'a mut Samples);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Iters,
    Times,
    #[serde(other)]
    Other,
}

struct Numbers<'a>(&'a mut Vec<f64>);

impl<'de> DeserializeSeed<'de> for File<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        json: D,
    ) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for File<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the samples of a benchmark")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = [false; 2];
        while let Some(key) = map.next_key()? {
            match key {
                Key::Iters => {
                    seen[0] = true;
                    map.next_value_seed(Numbers(&mut self.0.iterations))?;
                }
                Key::Times => {
                    seen[1] = true;
                    map.next_value_seed(Numbers(&mut self.0.times))?;
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match seen {
            [true, true] => Ok(()),
            [false, _] => Err(A::Error::missing_field("iters")),
            _ => Err(A::Error::missing_field("times")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Numbers<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        json: D,
    ) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Numbers<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.clear();
        while let Some(number) = list.next_element()? {
            self.0.push(number);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_library(text: &[u8]) -> Option<Samples> {
        let mut samples = Samples::default();
        let mut json = serde_json::Deserializer::from_slice(text);
        File(&mut samples).deserialize(&mut json).ok()?;
        json.end().ok()?;
        Some(samples)
    }

    proptest! {
        /// Both readers read the same numbers; the quick one, rightly rounded.
        #[test]
        fn what_is_read_quickly_is_what_any_reader_reads(
            iterations in proptest::collection::vec(1_u32..1_000_000, 1..20),
            whole in 0_u64..10_000_000_000,
            part in 0_u32..100_000,
        ) {
            let times: Vec<f64> = iterations
                .iter()
                .map(|&it| whole as f64 + f64::from(part ^ it) / 1e5)
                .collect();
            let iters: Vec<f64> =
                iterations.iter().copied().map(f64::from).collect();
            let text = format!(
                r#"{{"sampling_mode":"Flat","iters":{iters:?},"times":{times:?}}}"#
            ).replace(' ', "");
            let mut samples = Samples::default();
            prop_assert!(quick(text.as_bytes(), &mut samples).is_some());
            prop_assert_eq!(samples, Samples { iterations: iters, times });
        }

        #[test]
        fn no_damage_is_read_quickly_that_is_refused_otherwise(
            at in 0_usize..80, byte in "[0-9.,\\]\\[}e\" -]",
        ) {
            let mut text = br#"{"sampling_mode":"Flat","iters":[10.0,20.0],"times":[1.5,30.0]}"#.to_vec();
            let at = at % text.len();
            text[at] = byte.as_bytes()[0];
            let mut samples = Samples::default();
            if quick(&text, &mut samples).is_some() {
                prop_assert_eq!(Some(samples), by_library(&text));
            }
            text.truncate(at);
            prop_assert!(quick(&text, &mut Samples::default()).is_none());
        }
    }
}
