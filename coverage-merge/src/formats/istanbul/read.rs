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
    json_input::read(input, name, "Istanbul", Files { profile, name })
}

/// Returns whether JSON that begins like this is Istanbul's.
pub(crate) fn begins(text: &str) -> bool {
    let fields = ["\"statementMap\"", "\"fnMap\"", "\"branchMap\""];
    let packed: String = text.split_whitespace().collect();
    fields.iter().any(|field| text.contains(field))
        || packed.contains("\"path\":") && packed.contains("\"s\":{")
}

struct Files<'a> {
    profile: &'a mut Profile,
    /// What errors call the input.
    name: &'a str,
}

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
            if file.source_map.is_some() {
                let what = "the lines are not those of the source yet: let \
                            nyc report --reporter=json make the report";
                return Err(M::Error::custom(format!("{path}: {what}")));
            }
            for what in file.add_to(self.profile, &path) {
                let what = format!("{path}: {what}");
                let warning = Error::malformed(self.name, what.as_str());
                let taken = self.profile.warn(warning);
                taken.map_err(|_| M::Error::custom(what))?;
            }
        }
        Ok(())
    }
}
