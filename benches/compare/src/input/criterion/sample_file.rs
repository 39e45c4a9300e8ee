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
    let mut json = serde_json::Deserializer::from_slice(text);
    File(samples)
        .deserialize(&mut json)
        .and_then(|()| json.end())
        .map_err(|error| Error::json(place, &error))
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
