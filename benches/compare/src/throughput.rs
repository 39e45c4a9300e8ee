//! What an iteration processes, and how fast.

use serde::{Deserialize, Serialize};

/// What one iteration of a benchmark processes.
///
/// The kinds of criterion (0.8.2, `src/lib.rs`); 0.5 has the first three but
/// [`Bits`](Throughput::Bits).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Throughput {
    /// Bits.
    Bits(u64),
    /// Bytes, shown in powers of 1024.
    Bytes(u64),
    /// Bytes, shown in powers of 1000.
    BytesDecimal(u64),
    /// Elements.
    Elements(u64),
    /// Elements that are bytes long together.
    ElementsAndBytes {
        /// How many elements.
        elements: u64,
        /// How many bytes.
        bytes: u64,
    },
}

impl Throughput {
    /// Returns how much is processed, in the kind's first unit.
    pub fn amount(&self) -> f64 {
        match *self {
            Self::Bits(amount)
            | Self::Bytes(amount)
            | Self::BytesDecimal(amount)
            | Self::Elements(amount)
            | Self::ElementsAndBytes { elements: amount, .. } => amount as f64,
        }
    }

    /// Returns how many bytes are processed, where it is about bytes at all.
    pub fn bytes(&self) -> Option<f64> {
        match *self {
            Self::Bytes(bytes)
            | Self::BytesDecimal(bytes)
            | Self::ElementsAndBytes { bytes, .. } => Some(bytes as f64),
            Self::Bits(bits) => Some(bits as f64 / 8.0),
            Self::Elements(_) => None,
        }
    }

    /// Returns a rate of so many units a second, as a person reads it.
    ///
    /// ```
    /// use bench_compare::Throughput;
    ///
    /// assert_eq!(Throughput::Elements(1).rate(2.5e6), "2.50 Melem/s");
    /// assert_eq!(Throughput::Bytes(1).rate(2048.0), "2.00 KiB/s");
    /// assert_eq!(Throughput::BytesDecimal(1).rate(2048.0), "2.05 kB/s");
    /// assert_eq!(Throughput::Bits(1).rate(8e9), "8.00 Gb/s");
    /// ```
    pub fn rate(&self, rate: f64) -> String {
        let (step, prefixes, unit) = match self {
            Self::Bits(_) => (1000.0, ["", "k", "M", "G", "T"], "b"),
            Self::Bytes(_) => (1024.0, ["", "Ki", "Mi", "Gi", "Ti"], "B"),
            Self::BytesDecimal(_) => (1000.0, ["", "k", "M", "G", "T"], "B"),
            Self::Elements(_) | Self::ElementsAndBytes { .. } => {
                (1000.0, ["", "k", "M", "G", "T"], "elem")
            }
        };
        let mut value = rate;
        let mut prefixes = prefixes.iter();
        let mut prefix = "";
        while let Some(next) = prefixes.next() {
            prefix = next;
            if value < step * 0.9995 || prefixes.len() == 0 {
                break;
            }
            value /= step;
        }
        format!("{} {prefix}{unit}/s", crate::units::three_digits(value))
    }
}
