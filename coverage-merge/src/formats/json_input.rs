//! JSON whatever its encoding, with the place of what is wrong.

use encoding_rs_io::DecodeReaderBytesBuilder;
use serde::de::DeserializeSeed;
use serde_json::Deserializer;
use serde_json::error::Category;
use std::io::{self, BufReader, Read};

use crate::error::Error;

/// Reads one value, which is all of `input`, piece by piece; errors say that it
/// is JSON of this `tool`.
pub(super) fn read<'de, S: DeserializeSeed<'de>>(
    input: impl Read,
    name: &str,
    tool: &str,
    seed: S,
) -> Result<S::Value, Error> {
    // A shell of Windows writes UTF-16.
    let text = DecodeReaderBytesBuilder::new()
        .bom_sniffing(true)
        .strip_bom(true)
        .build(input);
    let mut json = Deserializer::from_reader(BufReader::new(text));
    let value = seed.deserialize(&mut json).and_then(|value| {
        json.end()?;
        Ok(value)
    });
    value.map_err(|error| wrong(name, tool, error))
}

fn wrong(name: &str, tool: &str, error: serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Io => Error::io(name, io::Error::from(error)),
        Category::Eof => Error::malformed(name, "the JSON ends too early").at(
            line as u64,
            column,
            b"",
        ),
        _ => {
            let text = error.to_string();
            // The place is told as that of all other formats.
            let end = text.rfind(" at line ").unwrap_or(text.len());
            let what = format!("JSON of {tool}: {}", &text[..end]);
            Error::malformed(name, what).at(line as u64, column, b"")
        }
    }
}
