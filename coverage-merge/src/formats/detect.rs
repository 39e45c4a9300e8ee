//! One input of any kind, told apart by its content.

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use std::fs;
use std::io::{self, Chain, Cursor, Read};
use std::path::Path;

use crate::error::Error;
use crate::formats::{
    clover, cobertura, covdata, foreign, go_text, istanbul, jacoco, lcov,
    llvm_json,
};
use crate::profile::Profile;

/// How much of an input is looked at to know what it is.
const HEAD: usize = 4096;

/// What an input can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Empty,
    GoText,
    GoBinary,
    Lcov,
    Cobertura,
    Clover,
    Jacoco,
    Istanbul,
    LlvmJson,
    /// A profile in UTF-16, as a shell of Windows writes it.
    Wide,
    Gzip,
    Zstd,
    /// Something that this tool knows and does not read; with what to do.
    Foreign(&'static str),
    Unknown,
}

/// Returns what an input is that begins like this.
pub(crate) fn kind(head: &[u8]) -> Content {
    match head {
        [0x1F, 0x8B, ..] => return Content::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => return Content::Zstd,
        _ => {}
    }
    if head.starts_with(&covdata::meta::MAGIC)
        || head.starts_with(&covdata::counters::MAGIC)
    {
        return Content::GoBinary;
    }
    if let Some(what) = foreign::binary(head) {
        return Content::Foreign(what);
    }
    let content = text_kind(&foreign::as_utf8(head));
    let is_wide = matches!(head, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    match content {
        // XML and JSON are read in any encoding.
        Content::GoText | Content::Lcov if is_wide => Content::Wide,
        content => content,
    }
}

fn text_kind(text: &str) -> Content {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.as_bytes() {
        [] => Content::Empty,
        [b'<', ..] => xml_kind(text),
        [b'{' | b'[', ..] => json_kind(text),
        bytes if bytes.starts_with(b"mode:") => Content::GoText,
        bytes if is_lcov(bytes) => Content::Lcov,
        // A profile behind a line of some log: its reader says what is wrong.
        _ if has_line(text, &["mode: set", "mode: count", "mode: atomic"]) => {
            Content::GoText
        }
        _ if has_line(text, &["SF:"]) => Content::Lcov,
        _ => Content::Unknown,
    }
}

fn xml_kind(text: &str) -> Content {
    match foreign::xml(text) {
        foreign::Xml::Cobertura => Content::Cobertura,
        foreign::Xml::Clover => Content::Clover,
        foreign::Xml::Jacoco => Content::Jacoco,
        foreign::Xml::Other(what) => Content::Foreign(what),
    }
}

fn json_kind(text: &str) -> Content {
    if llvm_json::read::begins(text) {
        return Content::LlvmJson;
    }
    if istanbul::read::begins(text) {
        return Content::Istanbul;
    }
    Content::Foreign(foreign::json(text))
}

fn has_line(text: &str, starts: &[&str]) -> bool {
    let starts = |line: &str| starts.iter().any(|it| line.starts_with(it));
    text.lines().any(starts)
}

fn is_lcov(text: &[u8]) -> bool {
    // Comments may come first.
    let mut lines = text.split(|byte| *byte == b'\n');
    lines.find(|line| !line.starts_with(b"#")).is_some_and(|line| {
        line.starts_with(b"TN:") || line.starts_with(b"SF:")
    })
}

/// An input whose first bytes have been read, and will be again.
type Again<R> = Chain<Cursor<Vec<u8>>, R>;

fn peek<R: Read>(mut input: R) -> io::Result<(Content, Again<R>)> {
    let mut head = Vec::with_capacity(HEAD);
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    Ok((kind(&head), Cursor::new(head).chain(input)))
}

/// Reads an input of any kind, which may be compressed once.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let io = |error| Error::io(name, error);
    let (kind, input) = peek(input).map_err(io)?;
    match kind {
        Content::Gzip => {
            let unpacked = MultiGzDecoder::new(input);
            let (kind, input) = peek(unpacked).map_err(io)?;
            plain(profile, kind, input, name)
        }
        Content::Zstd => {
            let unpacked = zstd::Decoder::new(input).map_err(io)?;
            let (kind, input) = peek(unpacked).map_err(io)?;
            plain(profile, kind, input, name)
        }
        kind => plain(profile, kind, input, name),
    }
}

fn plain(
    profile: &mut Profile,
    kind: Content,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let malformed = |what: &str| Err(Error::malformed(name, what));
    match kind {
        Content::Empty => Ok(()),
        Content::GoText | Content::Unknown => {
            go_text::read::read(profile, input, name)
        }
        Content::Lcov => lcov::read::read(profile, input, name),
        Content::Cobertura => cobertura::read::read(profile, input, name),
        Content::Clover => clover::read(profile, input, name),
        Content::Jacoco => jacoco::read(profile, input, name),
        Content::Istanbul => istanbul::read::read(profile, input, name),
        Content::LlvmJson => llvm_json::read::read(profile, input, name),
        Content::GoBinary => malformed(
            "a part of a binary profile: give the folder (GOCOVERDIR) that \
             has its covmeta and covcounters files",
        ),
        Content::Wide => {
            let text = DecodeReaderBytesBuilder::new().build(input);
            let (kind, text) =
                peek(text).map_err(|error| Error::io(name, error))?;
            // Without its byte order mark it is not wide again.
            let text: Box<dyn Read + '_> = Box::new(text);
            plain(profile, kind, text, name)
        }
        Content::Gzip | Content::Zstd => malformed("compressed more than once"),
        // The reader of Cobertura says where it ends without its element.
        Content::Foreign(what) if what.ends_with(foreign::NO_COVERAGE) => {
            cobertura::read::read(profile, input, name)
        }
        Content::Foreign(what) => malformed(what),
    }
}

/// Whether a file in a folder is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Profile,
    /// It is not, for this reason.
    Other(&'static str),
}

/// Returns whether a file begins like a profile. One that cannot be unpacked
/// could be one, and is an error when it is read.
pub(crate) fn verdict(path: &Path) -> Result<Verdict, Error> {
    let name = path.display().to_string();
    let io = |error| Error::io(&name, error);
    let (kind, input) = peek(fs::File::open(path).map_err(io)?).map_err(io)?;
    let kind = match kind {
        Content::Gzip => peek(MultiGzDecoder::new(input)).map(|peek| peek.0),
        Content::Zstd => zstd::Decoder::new(input)
            .and_then(|input| peek(input).map(|peek| peek.0)),
        kind => Ok(kind),
    };
    Ok(match kind {
        Ok(Content::Empty) => Verdict::Other("empty"),
        Ok(Content::GoBinary) => {
            Verdict::Other("a binary profile without its covmeta. name")
        }
        Ok(Content::Foreign(what)) => Verdict::Other(what),
        Ok(Content::Unknown) => Verdict::Other("no profile"),
        Ok(_) | Err(_) => Verdict::Profile,
    })
}

impl Profile {
    /// Reads a profile; `name` is what errors call it.
    ///
    /// Go's text format, LCOV tracefiles, the XML of Cobertura, Clover and
    /// JaCoCo, and the JSON of Istanbul and llvm-cov are told apart by their
    /// content; each may be compressed with gzip or zstd. An empty input is a
    /// profile of nothing.
    ///
    /// # Errors
    ///
    /// When `input` cannot be read or is no valid profile. The error names
    /// the line and column.
    pub fn parse(input: impl Read, name: &str) -> Result<Self, Error> {
        let mut profile = Self::new();
        profile.read(input, name)?;
        Ok(profile)
    }

    /// Reads another profile into this one: faster than [`merge`] of a
    /// parsed one, as lines that are already known are not parsed.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), and when the modes cannot be merged. This
    /// profile then has a part of the input: discard it.
    ///
    /// [`merge`]: Self::merge
    pub fn read(&mut self, input: impl Read, name: &str) -> Result<(), Error> {
        read(self, input, name)
    }
}
