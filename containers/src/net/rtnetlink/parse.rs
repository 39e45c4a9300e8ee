//! An answer, taken apart; any bytes are read or refused.

use std::fmt;

/// Bytes of a message's header.
pub const HEADER: usize = 16;
/// Bytes of an attribute's header.
const ATTRIBUTE_HEADER: usize = 4;
/// Where messages and attributes start: at multiples of this.
pub const ALIGNMENT: usize = 4;
/// The upper two bits of an attribute's type are marks (`NLA_F_NESTED`,
/// `NLA_F_NET_BYTEORDER`), which the kernel may set or not.
const TYPE: u16 = 0x3fff;

/// `NLMSG_ERROR`: an error, or, with the number 0, the acknowledgement.
pub const ERROR: u16 = 2;
/// `NLMSG_DONE`: the end of a list.
pub const DONE: u16 = 3;
/// `NLM_F_DUMP_INTR`: the list changed while it was read.
pub const INTERRUPTED: u16 = 0x10;
/// `NLM_F_CAPPED`: the error does not repeat the request.
const CAPPED: u16 = 0x100;
/// `NLM_F_ACK_TLVS`: attributes follow the error.
const EXTENDED: u16 = 0x200;
/// `NLMSGERR_ATTR_MSG`: the kernel's explanation.
const EXPLANATION: u16 = 1;

/// Bytes that are not in the format, and what is wrong with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the kernel's answer is malformed: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// One message of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    /// The type of message.
    pub kind: u16,
    /// The flags of the header.
    pub flags: u16,
    /// The number of the request that this answers.
    pub sequence: u32,
    /// What follows the header.
    pub payload: &'a [u8],
}

/// The messages in some bytes; ends after the first that is malformed.
///
/// ```
/// use containers::net::rtnetlink::parse::{Malformed, Messages};
///
/// let cut_off = [16, 0, 0, 0, 3];
/// let mut messages = Messages::new(&cut_off);
/// assert!(messages.next().is_some_and(|message| message.is_err()));
/// assert_eq!(messages.next(), None);
/// ```
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl<'a> Messages<'a> {
    /// Returns the messages in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Received<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let message = first_message(self.rest);
        self.rest = match message {
            Ok(message) => after(self.rest, HEADER + message.payload.len()),
            Err(_) => &[],
        };
        Some(message)
    }
}

fn first_message(bytes: &[u8]) -> Result<Received<'_>, Malformed> {
    let cut_off = Malformed("a message's header is cut off");
    let length = u32_at(bytes, 0).ok_or(cut_off)?;
    let sequence = u32_at(bytes, 8).ok_or(cut_off)?;
    let is_whole = bytes.len() >= HEADER;
    let length = usize::try_from(length).ok().filter(|_| is_whole);
    Ok(Received {
        kind: u16_at(bytes, 4).ok_or(cut_off)?,
        flags: u16_at(bytes, 6).ok_or(cut_off)?,
        sequence,
        payload: bytes
            .get(HEADER..length.ok_or(cut_off)?)
            .ok_or(Malformed("a message is longer or shorter than it says"))?,
    })
}

/// The attributes in some bytes; ends after the first that is malformed.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a [u8],
}

impl<'a> Attributes<'a> {
    /// Returns the attributes in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Returns the attributes that follow a structure of `fixed` bytes.
    ///
    /// # Errors
    ///
    /// When the structure is cut off.
    pub fn behind(bytes: &'a [u8], fixed: usize) -> Result<Self, Malformed> {
        let rest = bytes.get(fixed..).ok_or(Malformed("it is cut off"))?;
        Ok(Self { rest })
    }
}

impl<'a> Iterator for Attributes<'a> {
    /// The type and the value.
    type Item = Result<(u16, &'a [u8]), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let attribute = first_attribute(self.rest);
        self.rest = match attribute {
            Ok((_, value)) => after(self.rest, ATTRIBUTE_HEADER + value.len()),
            Err(_) => &[],
        };
        Some(attribute)
    }
}

fn first_attribute(bytes: &[u8]) -> Result<(u16, &[u8]), Malformed> {
    let cut_off = Malformed("an attribute's header is cut off");
    let length = u16_at(bytes, 0).ok_or(cut_off)?;
    let kind = u16_at(bytes, 2).ok_or(cut_off)?;
    let value = bytes
        .get(ATTRIBUTE_HEADER..usize::from(length))
        .ok_or(Malformed("an attribute is longer or shorter than it says"))?;
    Ok((kind & TYPE, value))
}

/// Returns what follows `length` bytes and their padding, which the last
/// piece may lack.
fn after(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or(&[])
}

/// What an error or an acknowledgement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The number of the error, not negated; 0 is success.
    pub errno: i32,
    /// The kernel's explanation, if it gives one.
    pub explanation: Option<String>,
}

impl Verdict {
    /// Reads the payload of a message [`ERROR`] or [`DONE`].
    ///
    /// # Errors
    ///
    /// When it is cut off, or the number is none of an error.
    pub fn read(message: &Received<'_>) -> Result<Self, Malformed> {
        let number = match (message.kind, u32_at(message.payload, 0)) {
            (_, Some(number)) => number.cast_signed(),
            // Old kernels end a list without a number.
            (DONE, None) => 0,
            _ => return Err(Malformed("an error is cut off")),
        };
        // Errors are the numbers -4095 to -1.
        if !(-4095..=0).contains(&number) {
            return Err(Malformed("an error has a number that is none"));
        }
        Ok(Self { errno: -number, explanation: explanation(message)? })
    }
}

/// Returns the explanation among the attributes behind an error, if any.
fn explanation(message: &Received<'_>) -> Result<Option<String>, Malformed> {
    if message.flags & EXTENDED == 0 {
        return Ok(None);
    }
    for attribute in Attributes::behind(message.payload, repeated(message)?)? {
        if let (EXPLANATION, text) = attribute? {
            return Ok(Some(text_of(text)));
        }
    }
    Ok(None)
}

/// Returns how many bytes stand before the attributes of an error: its
/// number, and the header or all of the request.
fn repeated(message: &Received<'_>) -> Result<usize, Malformed> {
    const NUMBER: usize = 4;
    if message.kind == DONE {
        return Ok(NUMBER);
    }
    if message.flags & CAPPED != 0 {
        return Ok(NUMBER + HEADER);
    }
    let length = u32_at(message.payload, NUMBER).map(usize::try_from);
    let Some(Ok(length)) = length else {
        return Err(Malformed("an error is cut off"));
    };
    let end = length.max(HEADER).checked_next_multiple_of(ALIGNMENT);
    end.and_then(|end| end.checked_add(NUMBER))
        .ok_or(Malformed("an error repeats a request without end"))
}

/// Returns a text that ends at its first zero, or at its end.
pub(super) fn text_of(value: &[u8]) -> String {
    let text = value.split(|byte| *byte == 0).next().unwrap_or(&[]);
    String::from_utf8_lossy(text).into_owned()
}

/// Returns the two bytes at `at` as a number.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_ne_bytes(*bytes))
}

/// Returns the four bytes at `at` as a number.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*bytes))
}
