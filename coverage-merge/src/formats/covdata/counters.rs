//! `covcounters` files: how often the blocks ran.
//!
//! Follows Go 1.27, `internal/coverage/defs.go` and `decodecounter`.

use super::bytes::Bytes;
use super::program::Program;
use crate::error::Error;

/// The first four bytes of the file, and of its end.
pub(crate) const MAGIC: [u8; 4] = *b"\0cwm";

/// The newest version of the format that Go 1.27 writes.
const VERSION: u32 = 1;

/// How the numbers of a file are written.
#[derive(Clone, Copy, Debug)]
enum Flavour {
    /// Four bytes each.
    Raw { big_endian: bool },
    /// As [`Bytes::uleb`] reads them.
    Uleb,
}

impl Flavour {
    #[inline]
    fn number(self, bytes: &mut Bytes<'_>) -> Result<u32, Error> {
        match self {
            Self::Uleb => bytes.uleb("a counter"),
            Self::Raw { big_endian: false } => bytes.u32("a counter"),
            Self::Raw { big_endian: true } => {
                Ok(bytes.u32("a counter")?.swap_bytes())
            }
        }
    }
}

/// Returns the hash of the program that a counter file belongs to.
pub(crate) fn hash(data: &[u8], name: &str) -> Result<[u8; 16], Error> {
    let mut bytes = Bytes::new(data, name);
    if bytes.take(4, "the header")? != MAGIC {
        return Err(bytes.wrong("not a covcounters file"));
    }
    let version = bytes.u32("the header")?;
    if version > VERSION {
        let what = format!(
            "counters of version {version}; this program knows {VERSION}"
        );
        return Err(bytes.wrong(&what));
    }
    let hash = bytes.take(16, "the header")?;
    Ok(hash.try_into().expect("sixteen bytes"))
}

/// Adds all counters of a file to those of `program`.
pub(crate) fn add(
    program: &mut Program,
    data: &[u8],
    name: &str,
) -> Result<(), Error> {
    let mut bytes = Bytes::new(data, name);
    bytes.take(4 + 4 + 16, "the header")?;
    let flavour = bytes.u8("the header")?;
    let big_endian = bytes.u8("the header")? != 0;
    bytes.take(6, "the header")?;
    let flavour = match flavour {
        1 => Flavour::Raw { big_endian },
        2 => Flavour::Uleb,
        _ => return Err(bytes.wrong("an unknown flavour of counters")),
    };
    for _ in 0..segments(data, name)? {
        segment(program, &mut bytes, flavour)?;
        bytes.take(16, "the end of a segment")?;
    }
    Ok(())
}

/// Returns how many runs of the program are in a file, as its end says.
fn segments(data: &[u8], name: &str) -> Result<u32, Error> {
    let mut end = Bytes::new(data, name);
    let footer = data.len().saturating_sub(16) as u64;
    end.seek(footer, "the end of the file")?;
    if end.take(4, "the end of the file")? != MAGIC {
        return Err(end.wrong("the file is cut off: its end is missing"));
    }
    end.u32("the end of the file")?;
    end.u32("the end of the file")
}

fn segment(
    program: &mut Program,
    bytes: &mut Bytes<'_>,
    flavour: Flavour,
) -> Result<(), Error> {
    let what = "a segment's header";
    let functions = bytes.u64(what)?;
    let strings = bytes.u32(what)? as usize;
    let arguments = bytes.u32(what)? as usize;
    bytes.take(strings, "the table of strings")?;
    bytes.take(arguments, "the program's arguments")?;
    bytes.take(bytes.at().wrapping_neg() % 4, what)?;
    for _ in 0..functions {
        let many = flavour.number(bytes)?;
        let package = flavour.number(bytes)?;
        let function = flavour.number(bytes)?;
        let counters = program.counters(package, function);
        let Some(counters) = counters else {
            let what = format!(
                "counters of function {function} in package {package}, \
                 which the metadata does not have"
            );
            return Err(bytes.wrong(&what));
        };
        if counters.len() != many as usize {
            let (have, what) = (counters.len(), "the metadata says");
            let what = format!("{many} counters where {what} {have}");
            return Err(bytes.wrong(&what));
        }
        for counter in counters {
            *counter += u64::from(flavour.number(bytes)?);
        }
    }
    Ok(())
}
