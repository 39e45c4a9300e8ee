//! Reads a report file by file: only one is in memory.

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use std::fmt;
use std::io::Read;

use super::file::FileCoverage;
use crate::error::Error;
use crate::formats::json_input;
use crate::profile::Profile;

/// Adds the files of a report to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    json_input::read(input, name, Files(profile))
}

/// Returns whether JSON that begins like this is Istanbul's.
pub(crate) fn begins(text: &str) -> bool {
    let fields = ["\"statementMap\"", "\"fnMap\"", "\"branchMap\""];
    fields.iter().any(|field| text.contains(field))
}

struct Files<'a>(&'a mut Profile);

impl<'de> DeserializeSeed<'de> for Files<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        from: D,
    ) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Files<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("the files of an Istanbul report, by path")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some((key, file)) =
            map.next_entry::<String, FileCoverage>()?
        {
            let path = file.path.clone().unwrap_or(key);
            let what = if file.source_map.is_some() {
                Err("the lines are not those of the source yet: let nyc \
                     report --reporter=json make the report"
                    .to_owned())
            } else {
                file.add_to(self.0, &path)
            };
            what.map_err(|what| M::Error::custom(format!("{path}: {what}")))?;
        }
        Ok(())
    }
}
