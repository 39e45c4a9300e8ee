//! `covmeta` files: which blocks an instrumented program has.
//!
//! Follows Go 1.27, `internal/coverage/defs.go` and `decodemeta`.

use super::bytes::Bytes;
use crate::error::Error;
use crate::profile::block::{Block, Position};
use crate::profile::mode::Mode;

/// The first four bytes of the file.
pub(crate) const MAGIC: [u8; 4] = *b"\0cvm";

/// The newest version of the format that Go 1.27 writes.
const VERSION: u32 = 1;

/// One counter for a whole function, rather than one a block.
const PER_FUNCTION: u8 = 2;

/// What one program's metadata says.
#[derive(Debug)]
pub(crate) struct Meta {
    /// Names the program; counter files have it too.
    pub(crate) hash: [u8; 16],
    pub(crate) mode: Mode,
    /// Each function has one counter for all of its blocks.
    pub(crate) per_function: bool,
    /// By package, then by function.
    pub(crate) packages: Vec<Vec<Function>>,
}

/// A function and its blocks, in the order of their counters.
#[derive(Debug)]
pub(crate) struct Function {
    /// The source file's path and a colon.
    pub(crate) key: String,
    pub(crate) blocks: Vec<Block>,
}

pub(crate) fn read(data: &[u8], name: &str) -> Result<Meta, Error> {
    let mut bytes = Bytes::new(data, name);
    if bytes.take(4, "the header")? != MAGIC {
        return Err(bytes.wrong("not a covmeta file"));
    }
    let version = bytes.u32("the header")?;
    if version > VERSION {
        let what = format!(
            "metadata of version {version}; this program knows {VERSION}"
        );
        return Err(bytes.wrong(&what));
    }
    let _length = bytes.u64("the header")?;
    let entries = bytes.u64("the header")?;
    let hash = bytes.take(16, "the header")?;
    let hash = hash.try_into().expect("sixteen bytes");
    bytes.take(8, "the header")?; // where the table of strings is
    let mode = mode(bytes.u8("the header")?)
        .ok_or_else(|| bytes.wrong("an unknown counter mode"))?;
    let per_function = bytes.u8("the header")? == PER_FUNCTION;
    bytes.take(6, "the header")?;
    Ok(Meta {
        hash,
        mode,
        per_function,
        packages: packages(&mut bytes, entries, data, name)?,
    })
}

fn mode(number: u8) -> Option<Mode> {
    match number {
        1 => Some(Mode::Set),
        2 => Some(Mode::Count),
        3 => Some(Mode::Atomic),
        _ => None,
    }
}

fn packages(
    bytes: &mut Bytes<'_>,
    entries: u64,
    data: &[u8],
    name: &str,
) -> Result<Vec<Vec<Function>>, Error> {
    let what = "the table of packages";
    // Two numbers of eight bytes a package.
    if entries > bytes.left() as u64 / 16 {
        return Err(bytes.wrong(&format!("the file ends in {what}")));
    }
    let mut numbers = || -> Result<Vec<u64>, Error> {
        (0..entries).map(|_| bytes.u64(what)).collect()
    };
    let (offsets, lengths) = (numbers()?, numbers()?);
    let mut packages = Vec::with_capacity(offsets.len());
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let mut whole = Bytes::new(data, name);
        whole.seek(offset, "a package")?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        packages.push(package(whole.take(length, "a package")?, name)?);
    }
    Ok(packages)
}

fn package(data: &[u8], name: &str) -> Result<Vec<Function>, Error> {
    let what = "a package's header";
    let mut bytes = Bytes::new(data, name);
    bytes.take(4 * 4 + 16 + 4, what)?;
    let _files = bytes.u32(what)?;
    let functions = bytes.u32(what)?;
    let table = bytes.at();
    let strings_at = table as u64 + 4 * u64::from(functions);
    bytes.seek(strings_at, "a table of strings")?;
    let strings = strings(&mut bytes)?;
    bytes.seek(table as u64, what)?;
    let offsets: Vec<u32> = (0..functions)
        .map(|_| bytes.u32("the table of functions"))
        .collect::<Result<_, _>>()?;
    let mut all = Vec::with_capacity(offsets.len());
    for offset in offsets {
        bytes.seek(offset.into(), "a function")?;
        all.push(function(&mut bytes, &strings)?);
    }
    Ok(all)
}

fn strings<'a>(bytes: &mut Bytes<'a>) -> Result<Vec<&'a str>, Error> {
    let what = "a table of strings";
    let many = bytes.uleb(what)?;
    let mut strings = Vec::new();
    for _ in 0..many {
        let length = bytes.uleb(what)? as usize;
        let text = std::str::from_utf8(bytes.take(length, what)?)
            .map_err(|_| bytes.wrong("a string is not UTF-8"))?;
        strings.push(text);
    }
    Ok(strings)
}

fn function(
    bytes: &mut Bytes<'_>,
    strings: &[&str],
) -> Result<Function, Error> {
    let what = "a function";
    let many = bytes.uleb(what)?;
    let _name = bytes.uleb(what)?;
    let file = bytes.uleb(what)? as usize;
    let path = strings
        .get(file)
        .filter(|path| !path.is_empty())
        .ok_or_else(|| bytes.wrong("a function of no file"))?;
    let mut blocks = Vec::new();
    for _ in 0..many {
        blocks.push(block(bytes)?);
    }
    Ok(Function { key: format!("{path}:"), blocks })
}

fn block(bytes: &mut Bytes<'_>) -> Result<Block, Error> {
    let mut number = || bytes.uleb("a block");
    let start = Position { line: number()?, column: number()? };
    let end = Position { line: number()?, column: number()? };
    let statements = number()?;
    Ok(Block { start, end, statements })
}
