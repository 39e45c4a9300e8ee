//! Which owner may close which descriptor.
//!
//! To the kernel any number is as good as any other: a close with a stale
//! one closes somebody else's file. Here each descriptor has the tag of its
//! owner in a table beside it, and closing checks it. The idea is that of
//! Android's `fdsan` (bionic, `docs/fdsan.md`).
//!
//! Code that closes without asking the table is not stopped, but noticed. On
//! Linux, with the feature `fdsan`, this crate defines the `close` that the
//! whole program calls, the standard library and C included: closing a number
//! that has a tag takes the tag off and counts a robbery, so that the robbed
//! owner finds the number to be no longer its own, whoever has got it since.
//!
//! What frees a number past that function (dup2(2), close_range(2), fclose(3),
//! which calls C's own close), and every close without the feature, is noticed
//! by the next owner with a tag only. Until then the robbed owner may close
//! the number of an innocent one that has no tag.
//!
//! Any thread may call any of it, and there is no lock: an entry is one atomic
//! word, and one step compares and changes it.

use std::cell::Cell;
use std::fmt;
use std::io;
use std::num::NonZeroU64;
use std::os::fd::RawFd;
// Not modelled: a cell of loom cannot be in a static.
use std::sync::OnceLock;

use support::sync::atomic::{AtomicU64, Ordering};

/// The mark of one owner, never used for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tag(NonZeroU64);

/// Tags that a thread takes at once, so that opening a file does not wait
/// for the other threads' tags.
const BATCH: u64 = 1 << 16;

thread_local! {
    /// The tag this thread gives next.
    static NEXT: Cell<u64> = const { Cell::new(0) };
}

impl Tag {
    /// Returns a tag that nobody else has.
    ///
    /// # Panics
    ///
    /// When 2^64 tags have been given out.
    #[expect(clippy::new_without_default, reason = "no two are equal")]
    #[inline]
    pub fn new() -> Self {
        let mut number = NEXT.get();
        if number.is_multiple_of(BATCH) {
            number = next_batch();
        }
        NEXT.set(number + 1);
        Self(NonZeroU64::new(number).expect("batches begin at 1"))
    }
}

/// Returns the first tag of a batch that no thread has.
#[cold]
fn next_batch() -> u64 {
    static BATCHES: AtomicU64 = AtomicU64::new(0);
    BATCHES.fetch_add(1, Ordering::Relaxed) * BATCH + 1
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "owner {}", self.0)
    }
}

/// A descriptor belongs to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongOwner {
    fd: RawFd,
    expected: Option<Tag>,
    found: Option<Tag>,
}

impl WrongOwner {
    /// Returns the descriptor in question.
    pub fn fd(&self) -> RawFd {
        self.fd
    }

    /// Returns the owner of the descriptor, or `None` if it was closed.
    pub fn owner(&self) -> Option<Tag> {
        self.found
    }
}

impl fmt::Display for WrongOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |tag: Option<Tag>| {
            tag.map_or("nobody".to_owned(), |tag| tag.to_string())
        };
        let Self { fd, .. } = self;
        let (found, expected) = (name(self.found), name(self.expected));
        write!(f, "descriptor {fd} belongs to {found}, not to {expected}")
    }
}

impl std::error::Error for WrongOwner {}

impl From<WrongOwner> for io::Error {
    fn from(error: WrongOwner) -> Self {
        Self::other(error)
    }
}

const CHUNK: usize = 1024;
const CHUNKS: usize = 1024;

/// The tags by number, 0 for nobody. A chunk is made when it is first needed.
/// Numbers from 2^20 on, which Linux does not give by default, go unchecked.
static TABLE: [OnceLock<Box<[AtomicU64; CHUNK]>>; CHUNKS] =
    [const { OnceLock::new() }; CHUNKS];

static ROBBED: AtomicU64 = AtomicU64::new(0);

#[inline]
fn entry(fd: RawFd) -> Option<&'static AtomicU64> {
    let fd = usize::try_from(fd).ok()?;
    let chunk = TABLE.get(fd / CHUNK)?;
    let chunk =
        chunk.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]));
    Some(&chunk[fd % CHUNK])
}

fn number(tag: Option<Tag>) -> u64 {
    tag.map_or(0, |tag| tag.0.get())
}

fn tag(number: u64) -> Option<Tag> {
    NonZeroU64::new(number).map(Tag)
}

/// Returns the owner of the descriptor, as far as the table knows.
pub fn owner_of(fd: RawFd) -> Option<Tag> {
    tag(entry(fd)?.load(Ordering::Relaxed))
}

/// Returns how many owners were robbed: their descriptor was closed without
/// asking the table.
pub fn robbed() -> u64 {
    ROBBED.load(Ordering::Relaxed)
}

/// Notes that the kernel has just given the descriptor to this owner.
///
/// If the table still has an earlier owner, that one was robbed.
#[inline]
// ANCHOR: claim
pub fn claim(fd: RawFd, owner: Tag) {
    if let Some(entry) = entry(fd) {
        // A load and a store, because the number is nobody else's now.
        if entry.load(Ordering::Relaxed) != 0 {
            ROBBED.fetch_add(1, Ordering::Relaxed);
        }
        entry.store(owner.0.get(), Ordering::Relaxed);
    }
}
// ANCHOR_END: claim

/// Gives the descriptor from one owner to another, or to nobody.
///
/// # Errors
///
/// When it is not `from`'s.
///
/// ```
/// use finalizers::owner::{self, Tag};
///
/// let (mine, yours) = (Tag::new(), Tag::new());
/// owner::claim(1_000, mine);
/// let error = owner::exchange(1_000, Some(yours), None).unwrap_err();
/// assert_eq!(error.owner(), Some(mine));
/// owner::exchange(1_000, Some(mine), None)?;
/// # Ok::<(), owner::WrongOwner>(())
/// ```
#[inline]
// ANCHOR: exchange
pub fn exchange(
    fd: RawFd,
    from: Option<Tag>,
    to: Option<Tag>,
) -> Result<(), WrongOwner> {
    let Some(entry) = entry(fd) else {
        return Ok(());
    };
    // One step, because a robber may take the tag off at any time.
    let (from_number, to_number) = (number(from), number(to));
    let order = Ordering::Relaxed;
    match entry.compare_exchange(from_number, to_number, order, order) {
        Ok(_) => Ok(()),
        Err(found) => Err(WrongOwner { fd, expected: from, found: tag(found) }),
    }
}
// ANCHOR_END: exchange

/// Takes the tag off a descriptor that is closed without asking.
///
/// Allocates nothing and locks nothing, as close(2) may be called in a signal
/// handler.
#[cfg(all(feature = "fdsan", target_os = "linux", not(any(loom, miri))))]
pub(crate) fn forget(fd: RawFd) {
    let Ok(fd) = usize::try_from(fd) else { return };
    let chunk = TABLE.get(fd / CHUNK).and_then(OnceLock::get);
    let Some(entry) = chunk.map(|chunk| &chunk[fd % CHUNK]) else {
        return; // no number of this chunk ever had an owner
    };
    let is_owned = entry.load(Ordering::Relaxed) != 0;
    if is_owned && entry.swap(0, Ordering::Relaxed) != 0 {
        ROBBED.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    #[cfg_attr(miri, ignore = "a batch is a million tags")]
    fn no_two_tags_are_equal_within_batches_across_them_and_on_threads() {
        let many = || (0..BATCH + 10).map(|_| Tag::new()).collect::<Vec<_>>();
        let other = std::thread::spawn(many);
        let mut tags = many();
        tags.extend(other.join().unwrap());
        let distinct: HashSet<_> = tags.iter().collect();
        assert_eq!(distinct.len(), tags.len());
    }
}
