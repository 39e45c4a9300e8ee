//! XML as UTF-8, whatever its encoding, with the place that was read last.

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use std::io::{self, BufRead, BufReader, Read};

/// The longest tag or text between tags: no report needs more, and one that
/// does must not fill the memory.
const LONGEST: u64 = 16 << 20;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// How much of a line is kept for a message.
const KEPT: usize = 200;

/// Text that counts its lines.
pub(crate) struct XmlInput<R> {
    input: R,
    /// The line, from 1.
    pub(crate) line: u64,
    /// How many bytes of the line are read.
    pub(crate) column: usize,
    /// The beginning of the line.
    pub(crate) text: Vec<u8>,
    /// How many bytes were read since the last event.
    since_event: u64,
}

/// Returns the text of `input`, in the encoding that it declares.
///
/// # Errors
///
/// When it cannot be read, or names an encoding that nobody knows.
pub(crate) fn open<'a>(
    mut input: impl Read + 'a,
) -> io::Result<XmlInput<impl BufRead + 'a>> {
    const HEAD: u64 = 256;
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    let encoding = encoding(&head).map_err(io::Error::other)?;
    let input = io::Cursor::new(head).chain(input);
    let input = DecodeReaderBytesBuilder::new()
        .encoding(encoding)
        .bom_sniffing(true)
        .strip_bom(true)
        .build(input);
    Ok(XmlInput {
        input: BufReader::with_capacity(CHUNK, input),
        line: 1,
        column: 0,
        text: Vec::new(),
        since_event: 0,
    })
}

/// Returns the encoding of a text that begins like this; `None` for UTF-8 and
/// for what a byte order mark will tell.
fn encoding(head: &[u8]) -> Result<Option<&'static Encoding>, String> {
    match head {
        [b'<', 0, ..] => return Ok(Some(encoding_rs::UTF_16LE)),
        [0, b'<', ..] => return Ok(Some(encoding_rs::UTF_16BE)),
        _ => {}
    }
    let text = String::from_utf8_lossy(head);
    let declaration = text.split("?>").next().unwrap_or_default();
    let Some((_, rest)) = declaration.split_once("encoding=") else {
        return Ok(None);
    };
    let quote = |c: char| c == '"' || c == '\'';
    let label = rest.trim_start_matches(quote).split(quote).next();
    let label = label.unwrap_or_default();
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding == encoding_rs::UTF_8 => Ok(None),
        // It says so in bytes, so it is not.
        Some(encoding) if encoding.name().starts_with("UTF-16") => Ok(None),
        Some(encoding) => Ok(Some(encoding)),
        None => Err(format!("the encoding {label:?} is unknown")),
    }
}

impl<R> XmlInput<R> {
    /// Begins a tag or text.
    pub(crate) fn begin_event(&mut self) {
        self.since_event = 0;
    }
}

impl<R: BufRead> Read for XmlInput<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.fill_buf()?.read(into)?;
        self.consume(got);
        Ok(got)
    }
}

impl<R: BufRead> BufRead for XmlInput<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since_event > LONGEST {
            let what = "a tag or text of more than 16 MiB: no report";
            return Err(io::Error::other(what));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, many: usize) {
        let bytes = self.input.fill_buf().unwrap_or_default();
        let bytes = &bytes[..many.min(bytes.len())];
        self.since_event += many as u64;
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        let rest = match memchr::memrchr(b'\n', bytes) {
            Some(at) => {
                self.text.clear();
                self.column = 0;
                &bytes[at + 1..]
            }
            None => bytes,
        };
        self.column += rest.len();
        let room = KEPT.saturating_sub(self.text.len()).min(rest.len());
        self.text.extend_from_slice(&rest[..room]);
        self.input.consume(many);
    }
}
