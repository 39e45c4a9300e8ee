//! Numbers and texts out of Go's binary coverage files.

use crate::error::Error;

/// A file that is read from front to back, and where the reading is.
pub(crate) struct Bytes<'a> {
    data: &'a [u8],
    at: usize,
    name: &'a str,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(data: &'a [u8], name: &'a str) -> Self {
        Self { data, at: 0, name }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn left(&self) -> usize {
        self.data.len() - self.at
    }

    /// Goes to a byte of the file, which may be its end.
    pub(crate) fn seek(&mut self, to: u64, what: &str) -> Result<(), Error> {
        match usize::try_from(to) {
            Ok(to) if to <= self.data.len() => {
                self.at = to;
                Ok(())
            }
            _ => Err(self.wrong(&format!("{what} is said to be at {to}"))),
        }
    }

    pub(crate) fn take(
        &mut self,
        many: usize,
        what: &str,
    ) -> Result<&'a [u8], Error> {
        let part = self.at.checked_add(many);
        let part = part.and_then(|end| self.data.get(self.at..end));
        let part = part.ok_or_else(|| {
            self.wrong(&format!("the file ends in the middle of {what}"))
        })?;
        self.at += many;
        Ok(part)
    }

    pub(crate) fn u8(&mut self, what: &str) -> Result<u8, Error> {
        Ok(self.take(1, what)?[0])
    }

    pub(crate) fn u32(&mut self, what: &str) -> Result<u32, Error> {
        let bytes = self.take(4, what)?;
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }

    pub(crate) fn u64(&mut self, what: &str) -> Result<u64, Error> {
        let bytes = self.take(8, what)?;
        Ok(u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
    }

    /// Reads a number in groups of seven bits, the lowest first (ULEB128).
    #[inline]
    pub(crate) fn uleb(&mut self, what: &str) -> Result<u32, Error> {
        if let Some(&byte @ 0..0x80) = self.data.get(self.at) {
            self.at += 1;
            return Ok(u32::from(byte));
        }
        self.long_uleb(what)
    }

    fn long_uleb(&mut self, what: &str) -> Result<u32, Error> {
        let mut value: u64 = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.u8(what)?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value)
                    .map_err(|_| self.wrong(&format!("{what}: too large")));
            }
        }
        Err(self.wrong(&format!("{what}: a number of too many bytes")))
    }

    /// Returns what is wrong, with the byte at which it was noticed.
    pub(crate) fn wrong(&self, what: &str) -> Error {
        Error::malformed(self.name, format!("byte {}: {what}", self.at))
    }
}
