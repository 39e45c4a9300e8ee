//! A descriptor that several threads share, and any of them may close.
//!
//! `close(2)` with another thread inside `read(2)` on the same descriptor is
//! the `get_fd` bug with two threads: the number can be given away before
//! the reader has used it. [`PolledFd`] closes when the last call is over,
//! and closing makes waiting calls return at once. Go 1.27,
//! `internal/poll/fd_unix.go`, with a thread's own ppoll(2) in the
//! place of Go's network poller.
//!
//! | thread | calls | under |
//! |---|---|---|
//! | a reader, a writer | `read`, `write`: the call itself, and ppoll(2) while it would block | the lock of its side |
//! | who reads elsewhere in the file | `read_at` | a reference |
//! | the closer | `close`: marks the word, wakes who waits, waits for the result | a reference, until it waits |
//! | whoever gives back the last reference | `finish`: calls close(2), tells the closer | nothing |

use std::io;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::PoisonError;
use std::time::Instant;

use support::sync::{Condvar, Mutex, MutexGuard};

use crate::fd_mutex::{Closed, FdMutex, Release, Side};
use crate::owner::{self, Tag};
use crate::waiters::Waiters;

/// A descriptor guarded by an [`FdMutex`].
///
/// ```
/// use finalizers::polled_fd::PolledFd;
///
/// let (reader, writer) = std::io::pipe()?;
/// let (reader, writer) =
///     (PolledFd::new(reader.into())?, PolledFd::new(writer.into())?);
/// std::thread::scope(|scope| {
///     let waiting = scope.spawn(|| reader.read(&mut [0; 8]));
///     // Wakes the reader, wherever it is.
///     reader.close().expect("closed once");
///     assert!(waiting.join().unwrap().is_err());
/// });
/// writer.close()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct PolledFd {
    mutex: FdMutex,
    /// Used by who has a reference, closed by who gives back the last one.
    fd: RawFd,
    tag: Tag,
    waiters: Waiters,
    /// What close(2) returned, for the closer, which waits for it.
    closed: Mutex<Option<io::Result<()>>>,
    is_closed: Condvar,
}

impl PolledFd {
    /// Takes over the descriptor and makes it non-blocking.
    ///
    /// Takes no other descriptor, now or later: waiting threads are
    /// woken by a signal, `SIGURG`.
    ///
    /// # Errors
    ///
    /// Whatever fcntl(2) reports.
    pub fn new(fd: OwnedFd) -> io::Result<Self> {
        set_nonblocking(&fd)?;
        let fd = fd.into_raw_fd();
        let tag = Tag::new();
        owner::claim(fd, tag);
        Ok(Self {
            mutex: FdMutex::new(),
            fd,
            tag,
            waiters: Waiters::default(),
            closed: Mutex::new(None),
            is_closed: Condvar::new(),
        })
    }

    /// Reads, waiting until there is something.
    ///
    /// # Errors
    ///
    /// Whatever read(2) reports; [`Closed`] inside when the descriptor is
    /// closed, also while waiting; `TimedOut` when the deadline has passed.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let (start, length) = (buffer.as_mut_ptr(), buffer.len());
        self.locked(Side::Read, || {
            self.call(Side::Read, || {
                // SAFETY: the kernel writes at most `length` bytes to the
                // buffer, and the reference keeps the descriptor ours.
                unsafe { libc::read(self.fd, start.cast(), length) }
            })
        })
    }

    /// Writes all of it, waiting whenever there is no room. Returns its length.
    ///
    /// # Errors
    ///
    /// As [`PolledFd::write_from`], which also says how much was written.
    pub fn write(&self, buffer: &[u8]) -> io::Result<usize> {
        let mut rest = buffer;
        self.write_from(&mut rest)?;
        Ok(buffer.len())
    }

    /// Writes all of `rest`, waiting whenever there is no room, and takes off
    /// its front what was written. After an error the rest is what was not.
    ///
    /// Nobody else writes in between. Go 1.27, `internal/poll/fd_unix.go`,
    /// `Write`, which returns the count beside the error.
    ///
    /// # Errors
    ///
    /// Whatever write(2) reports; [`Closed`] inside when the descriptor is
    /// closed, also while waiting; `TimedOut` when the deadline has passed.
    ///
    /// ```
    /// use finalizers::polled_fd::PolledFd;
    ///
    /// let (_reader, writer) = std::io::pipe()?;
    /// let writer = PolledFd::new(writer.into())?;
    /// let mut rest = &b"letter"[..];
    /// writer.write_from(&mut rest)?;
    /// assert!(rest.is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn write_from(&self, rest: &mut &[u8]) -> io::Result<()> {
        self.locked(Side::Write, || {
            loop {
                let count = self.call(Side::Write, || {
                    // SAFETY: the kernel reads at most `len` bytes from the
                    // rest, and the reference keeps the descriptor ours.
                    unsafe {
                        libc::write(self.fd, rest.as_ptr().cast(), rest.len())
                    }
                })?;
                *rest = &rest[count..];
                match (rest.is_empty(), count) {
                    (true, _) => return Ok(()),
                    (false, 0) => return Err(io::ErrorKind::WriteZero.into()),
                    (false, _) => {}
                }
            }
        })
    }

    /// Reads at an offset, under a reference but no lock, as pread(2) leaves
    /// the file's position alone.
    ///
    /// # Errors
    ///
    /// Whatever pread(2) reports; [`Closed`] inside when the descriptor is
    /// closed.
    #[inline]
    // ANCHOR: read-at
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.mutex.incref().map_err(io::Error::other)?;
        let at = libc::off_t::try_from(at).unwrap_or(libc::off_t::MAX);
        let (start, length) = (buffer.as_mut_ptr().cast(), buffer.len());
        // SAFETY: the kernel writes at most `len` bytes to the buffer, and
        // the reference keeps the descriptor ours.
        let count = unsafe { libc::pread(self.fd, start, length, at) };
        let result = to_result(count);
        self.finish(self.mutex.decref());
        result
    }
    // ANCHOR_END: read-at

    /// Ends calls that wait for data at `deadline`, those that wait already
    /// too, and lets later ones fail at once; `None` lets them wait for ever.
    ///
    /// Go 1.27, `os/file.go`, `SetReadDeadline`.
    ///
    /// ```
    /// use finalizers::polled_fd::PolledFd;
    /// use std::time::{Duration, Instant};
    ///
    /// let (reader, _writer) = std::io::pipe()?;
    /// let reader = PolledFd::new(reader.into())?;
    /// let soon = Instant::now() + Duration::from_millis(1);
    /// reader.set_read_deadline(Some(soon));
    /// let error = reader.read(&mut [0; 8]).unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn set_read_deadline(&self, deadline: Option<Instant>) {
        self.waiters.set_deadline(Side::Read, deadline);
    }

    /// As [`PolledFd::set_read_deadline`], for calls that wait for room.
    pub fn set_write_deadline(&self, deadline: Option<Instant>) {
        self.waiters.set_deadline(Side::Write, deadline);
    }

    /// Closes the descriptor once the calls that use it are over, and returns
    /// what close(2) returned.
    ///
    /// Calls that wait for data are woken and fail. A call inside the kernel is
    /// waited for, unless somebody who shares the file has made it blocking:
    /// such a call may last for ever, so this returns at once, and the
    /// descriptor is closed when the call returns. Go does the same.
    ///
    /// # Errors
    ///
    /// As [`File::close`](crate::file::File::close); [`Closed`] inside when
    /// somebody has closed it before.
    pub fn close(&self) -> io::Result<()> {
        self.mutex.close().map_err(io::Error::other)?;
        self.waiters.wake_all();
        // Closing has taken a reference, so the descriptor is still ours.
        let is_blocking = !is_nonblocking(self.fd);
        self.finish(self.mutex.decref());
        let mut closed = lock(&self.closed);
        loop {
            if let Some(result) = closed.take() {
                return result;
            }
            if is_blocking {
                return Ok(());
            }
            let woken = self.is_closed.wait(closed);
            closed = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes a call, again whenever it would have blocked.
    fn call(
        &self,
        side: Side,
        mut call: impl FnMut() -> isize,
    ) -> io::Result<usize> {
        loop {
            if self.mutex.is_closed() {
                return Err(io::Error::other(Closed));
            }
            match to_result(call()) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    let is_closed = || self.mutex.is_closed();
                    self.waiters.wait(self.fd, side, is_closed)?;
                }
                result => return result,
            }
        }
    }

    /// Runs `calls` under the lock of their side.
    fn locked<R>(
        &self,
        side: Side,
        calls: impl FnOnce() -> io::Result<R>,
    ) -> io::Result<R> {
        self.mutex.lock(side).map_err(io::Error::other)?;
        let result = self.waiters.check(side).and_then(|()| calls());
        self.finish(self.mutex.unlock(side));
        result
    }

    // ANCHOR: finish
    /// Closes the descriptor if this was the last reference.
    #[inline]
    fn finish(&self, release: Release) {
        if release == Release::Last {
            let result = self.close_descriptor();
            *lock(&self.closed) = Some(result);
            self.is_closed.notify_all();
        }
    }
    // ANCHOR_END: finish

    fn close_descriptor(&self) -> io::Result<()> {
        owner::exchange(self.fd, Some(self.tag), None)?;
        // SAFETY: the last reference is gone and the word stays closed, so
        // nobody uses the descriptor any more, and this runs only once; the
        // tag says that it is still ours.
        match unsafe { libc::close(self.fd) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

impl Drop for PolledFd {
    fn drop(&mut self) {
        if !self.mutex.is_closed() {
            // There is nobody to tell of an error.
            let _ = self.close();
        }
    }
}

/// Locks what is replaced whole, so that a panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn to_result(count: isize) -> io::Result<usize> {
    usize::try_from(count).map_err(|_| io::Error::last_os_error())
}

fn flags(fd: RawFd) -> io::Result<libc::c_int> {
    // SAFETY: asks for the flags of a descriptor that the caller keeps open.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    to_result(flags as isize).map(|flags| flags as libc::c_int)
}

fn is_nonblocking(fd: RawFd) -> bool {
    flags(fd).is_ok_and(|flags| flags & libc::O_NONBLOCK != 0)
}

fn set_nonblocking(fd: &OwnedFd) -> io::Result<()> {
    let fd = fd.as_raw_fd();
    let flags = flags(fd)? | libc::O_NONBLOCK;
    // SAFETY: sets the flags of a descriptor that is borrowed.
    let set = unsafe { libc::fcntl(fd, libc::F_SETFL, flags) };
    to_result(set as isize).map(|_| ())
}
