//! What an export has of one file or function.

use serde::de::{self, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// A source file.
#[derive(Deserialize)]
pub(super) struct File {
    pub(super) filename: String,
    /// Nothing in an export of totals alone.
    pub(super) segments: Option<Vec<Segment>>,
    #[serde(default)]
    pub(super) branches: Vec<Branch>,
    #[serde(default)]
    pub(super) expansions: Vec<Expansion>,
}

/// A place where the count changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) line: u32,
    pub(super) count: u64,
    pub(super) has_count: bool,
    pub(super) is_entry: bool,
    pub(super) is_gap: bool,
}

/// A condition: where it stands, and how often it was true and false.
pub(super) struct Branch {
    /// First line and column, last line and column.
    pub(super) place: [u32; 4],
    pub(super) counts: [u64; 2],
    /// Which of the files of its function: 0, or that of a macro.
    file: u32,
}

impl Branch {
    pub(super) fn is_of_macro(&self) -> bool {
        self.file > 0
    }
}

/// A use of a macro, whose conditions count where it is used.
#[derive(Deserialize)]
pub(super) struct Expansion {
    pub(super) source_region: Region,
    #[serde(default)]
    pub(super) branches: Vec<Branch>,
}

/// The first line and column of a region.
#[derive(Clone, Copy)]
pub(super) struct Region(pub(super) u32, pub(super) u32);

/// A function, or one of its instances.
#[derive(Deserialize)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) count: u64,
    pub(super) filenames: Vec<String>,
    pub(super) regions: Vec<Region>,
}

/// What is read from a list whose length depends on the version.
trait FromSeq: Sized {
    const WHAT: &'static str;

    /// Takes what is known; whatever follows is passed over.
    fn from_seq<'de, S: SeqAccess<'de>>(seq: &mut S) -> Result<Self, S::Error>;
}

/// Returns the next item, which must be there.
fn next<'de, S: SeqAccess<'de>, T: Deserialize<'de>>(
    seq: &mut S,
) -> Result<T, S::Error> {
    let item = seq.next_element()?;
    item.ok_or_else(|| de::Error::custom("a list with too few numbers"))
}

impl FromSeq for Segment {
    const WHAT: &'static str = "a segment";

    fn from_seq<'de, S: SeqAccess<'de>>(seq: &mut S) -> Result<Self, S::Error> {
        let (line, _column): (u32, u32) = (next(seq)?, next(seq)?);
        Ok(Self {
            line,
            count: next(seq)?,
            has_count: next(seq)?,
            is_entry: next(seq)?,
            is_gap: seq.next_element()?.unwrap_or(false),
        })
    }
}

impl FromSeq for Branch {
    const WHAT: &'static str = "a branch";

    fn from_seq<'de, S: SeqAccess<'de>>(seq: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            place: [next(seq)?, next(seq)?, next(seq)?, next(seq)?],
            counts: [next(seq)?, next(seq)?],
            file: next(seq)?,
        })
    }
}

impl FromSeq for Region {
    const WHAT: &'static str = "a region";

    fn from_seq<'de, S: SeqAccess<'de>>(seq: &mut S) -> Result<Self, S::Error> {
        Ok(Self(next(seq)?, next(seq)?))
    }
}

struct Items<T>(std::marker::PhantomData<T>);

impl<'de, T: FromSeq> Visitor<'de> for Items<T> {
    type Value = T;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(T::WHAT)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<T, S::Error> {
        let item = T::from_seq(&mut seq)?;
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(item)
    }
}

macro_rules! from_list {
    ($($kind:ty),*) => {$(
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(
                from: D,
            ) -> Result<Self, D::Error> {
                from.deserialize_seq(Items::<Self>(std::marker::PhantomData))
            }
        }
    )*};
}

from_list!(Segment, Branch, Region);
