//! Text in chunks of whole lines.

use memchr::memrchr;
use std::cell::Cell;
use std::io::{self, ErrorKind, Read};

use crate::error::Error;
use crate::profile::block_text::WINDOW;

/// How much is read at once: larger chunks leave the processor's cache.
const CHUNK: usize = 128 * 1024;

/// How many bytes after a chunk's end may be looked at.
pub(crate) const SLACK: usize = WINDOW;

/// The longest line taken: a path of 4,096 bytes leaves ample room.
const LONGEST_LINE: usize = 1024 * 1024;

/// Takes in the lines of one input.
pub(crate) trait LineSink {
    /// Takes the lines of `data[..end]`, which ends with a newline and has
    /// [`SLACK`] meaningless bytes after it.
    fn lines(&mut self, data: &[u8], end: usize) -> Result<(), Error>;

    /// Returns the number of the last line taken.
    fn line_number(&self) -> u64;
}

thread_local! {
    /// The memory of the input before: zeros for each input would cost a
    /// hundredth of the time.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads all of `input`.
pub(crate) fn read(
    mut input: impl Read,
    name: &str,
    into: &mut impl LineSink,
) -> Result<(), Error> {
    let mut buffer = BUFFER.take();
    buffer.resize(CHUNK + SLACK, 0);
    let mut filled = 0;
    loop {
        if filled == buffer.len() - SLACK {
            // A chunk without a newline is a part of one line.
            double(&mut buffer, name, into.line_number() + 1)?;
        }
        let room = buffer.len() - SLACK;
        let got = read_some(&mut input, &mut buffer[filled..room]);
        let got = got.map_err(|error| Error::io(name, error))?;
        if got == 0 {
            break;
        }
        let fresh = filled;
        filled += got;
        // ANCHOR: chunk
        if let Some(last) = memrchr(b'\n', &buffer[fresh..filled]) {
            let end = fresh + last + 1;
            into.lines(&buffer, end)?;
            buffer.copy_within(end..filled, 0);
            filled -= end;
        }
        // ANCHOR_END: chunk
    }
    if filled > 0 {
        // The last line may lack its newline.
        buffer[filled] = b'\n';
        into.lines(&buffer, filled + 1)?;
    }
    BUFFER.set(buffer);
    Ok(())
}

/// Returns how much was read into `room`; 0 at the end of the input.
fn read_some(input: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(room) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            got => return got,
        }
    }
}

/// Doubles the room for a line that fills it, up to [`LONGEST_LINE`].
fn double(buffer: &mut Vec<u8>, name: &str, line: u64) -> Result<(), Error> {
    let room = buffer.len() - SLACK;
    if room >= LONGEST_LINE {
        let what = format!("a line longer than {LONGEST_LINE} bytes");
        let error = Error::malformed(name, what);
        return Err(error.at(line, LONGEST_LINE, buffer));
    }
    buffer.resize(2 * room + SLACK, 0);
    Ok(())
}

/// Returns a line without its end and without a byte order mark, which stands
/// inside of files that were put together.
pub(crate) fn trim(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii_end()
}
