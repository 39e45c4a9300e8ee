//! A request, built attribute by attribute.

use crate::net::rtnetlink::parse::{ALIGNMENT, HEADER};

/// `NLM_F_REQUEST`: to the kernel.
pub const REQUEST: u16 = 0x1;
/// `NLM_F_ACK`: answer success too.
pub const ACK: u16 = 0x4;
/// `NLM_F_DUMP`: answer with the whole list.
pub const DUMP: u16 = 0x300;
/// `NLM_F_EXCL`: fail if it exists.
pub const EXCLUSIVE: u16 = 0x200;
/// `NLM_F_CREATE`: make it.
pub const CREATE: u16 = 0x400;

/// A request under construction.
///
/// ```
/// use containers::net::rtnetlink::message::{Message, REQUEST};
///
/// let mut message = Message::new(18, REQUEST, &[0; 16]); // RTM_GETLINK
/// message.text(3, "lo"); // IFLA_IFNAME
/// let bytes = message.finish(7);
/// assert_eq!(bytes.len(), 16 + 16 + 8);
/// assert_eq!(bytes[..4], 40_u32.to_ne_bytes());
/// ```
#[derive(Clone, Debug)]
pub struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// Returns a request of type `kind` whose fixed structure is `fixed`.
    pub fn new(kind: u16, flags: u16, fixed: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
        bytes.extend_from_slice(fixed);
        Self { bytes }
    }

    /// Adds an attribute.
    ///
    /// # Panics
    ///
    /// When the value is longer than the 65,531 bytes that its length field
    /// can tell.
    pub fn attribute(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        self.nest(kind, |it| it.bytes.extend_from_slice(value))
    }

    /// Adds an attribute of text, which the kernel wants to end with a zero.
    ///
    /// # Panics
    ///
    /// Like [`attribute`](Self::attribute).
    pub fn text(&mut self, kind: u16, value: &str) -> &mut Self {
        self.nest(kind, |it| {
            it.bytes.extend_from_slice(value.as_bytes());
            it.bytes.push(0);
        })
    }

    /// Adds an attribute of 32 bits.
    pub fn number(&mut self, kind: u16, value: u32) -> &mut Self {
        self.attribute(kind, &value.to_ne_bytes())
    }

    /// Adds an attribute whose value is what `fill` adds.
    ///
    /// # Panics
    ///
    /// Like [`attribute`](Self::attribute).
    pub fn nest(
        &mut self,
        kind: u16,
        fill: impl FnOnce(&mut Self),
    ) -> &mut Self {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        fill(self);
        let length = u16::try_from(self.bytes.len() - start);
        let length = length.expect("an attribute is shorter than 64 KiB");
        self.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        // Counted by whatever it is in, as other programs do.
        let end = self.bytes.len().next_multiple_of(ALIGNMENT);
        self.bytes.resize(end, 0);
        self
    }

    /// Adds a structure that stands before the attributes of a nest.
    pub fn fixed(&mut self, structure: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(structure);
        self
    }

    /// Returns the bytes to send, with the number `sequence` that the answer
    /// repeats.
    ///
    /// # Panics
    ///
    /// When the request has 4 GiB or more.
    pub fn finish(mut self, sequence: u32) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len());
        let length = length.expect("a request is shorter than 4 GiB");
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        self.bytes
    }
}
