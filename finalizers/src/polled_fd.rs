//! A descriptor that several threads share, and any of them may close.
//!
//! `close(2)` with another thread inside `read(2)` on the same descriptor is
//! the `get_fd` bug with two threads: the number can be given away before
//! the reader has used it. [`PolledFd`] closes when the last call is over,
//! and closing makes waiting calls return at once. Go 1.27,
//! `internal/poll/fd_unix.go`, with a thread's own poll(2) in the place of
//! Go's network poller.
//!
//! | thread | calls | under |
//! |---|---|---|
//! | a reader, a writer | `read`, `write`: the call itself, and poll(2) while it would block | the lock of its side |
//! | who reads elsewhere in the file | `read_at` | a reference |
//! | the closer | `close`: marks the word, hangs up, waits for the result | a reference, until it waits |
//! | whoever gives back the last reference | `finish`: calls close(2), tells the closer | nothing |

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::PoisonError;

use support::sync::{Condvar, Mutex, MutexGuard};

use crate::fd_mutex::{Closed, FdMutex, Release, Side};

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
    /// The end of a pipe that hangs up when the descriptor is closed. Those who
    /// wait for the descriptor wait for it as well.
    hang_up: PipeReader,
    /// The other end, dropped by closing.
    alive: Mutex<Option<PipeWriter>>,
    /// What close(2) returned, for the closer, which waits for it.
    closed: Mutex<Option<io::Result<()>>>,
    is_closed: Condvar,
}

impl PolledFd {
    /// Takes over the descriptor and makes it non-blocking.
    ///
    /// Takes two more descriptors, a pipe, to wake waiting threads with.
    ///
    /// # Errors
    ///
    /// When there are no descriptors left for the pipe.
    pub fn new(fd: OwnedFd) -> io::Result<Self> {
        set_nonblocking(fd.as_fd())?;
        let (hang_up, alive) = io::pipe()?;
        Ok(Self {
            mutex: FdMutex::new(),
            fd: std::os::fd::IntoRawFd::into_raw_fd(fd),
            hang_up,
            alive: Mutex::new(Some(alive)),
            closed: Mutex::new(None),
            is_closed: Condvar::new(),
        })
    }

    /// Reads, waiting until there is something.
    ///
    /// # Errors
    ///
    /// Whatever read(2) reports; [`Closed`] inside when the descriptor is
    /// closed, also while waiting.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.locked(Side::Read, libc::POLLIN, || {
            // SAFETY: the kernel writes at most `len` bytes to the buffer,
            // and the reference keeps the descriptor ours.
            unsafe {
                libc::read(self.fd, buffer.as_mut_ptr().cast(), buffer.len())
            }
        })
    }

    /// Writes, waiting until there is room.
    ///
    /// # Errors
    ///
    /// Whatever write(2) reports; [`Closed`] inside when the descriptor is
    /// closed, also while waiting.
    pub fn write(&self, buffer: &[u8]) -> io::Result<usize> {
        self.locked(Side::Write, libc::POLLOUT, || {
            // SAFETY: the kernel reads at most `len` bytes from the buffer,
            // and the reference keeps the descriptor ours.
            unsafe {
                libc::write(self.fd, buffer.as_ptr().cast(), buffer.len())
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

    /// Closes the descriptor once the calls that use it are over, and returns
    /// what close(2) returned.
    ///
    /// Calls that wait for data are woken and fail. A call inside the kernel is
    /// waited for.
    ///
    /// # Errors
    ///
    /// As [`File::close`](crate::file::File::close); [`Closed`] inside when
    /// somebody has closed it before.
    pub fn close(&self) -> io::Result<()> {
        self.mutex.close().map_err(io::Error::other)?;
        drop(lock(&self.alive).take());
        self.finish(self.mutex.decref());
        let mut closed = lock(&self.closed);
        loop {
            if let Some(result) = closed.take() {
                return result;
            }
            let woken = self.is_closed.wait(closed);
            closed = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes a call under a lock, again whenever it would have blocked.
    fn locked(
        &self,
        side: Side,
        event: libc::c_short,
        mut call: impl FnMut() -> isize,
    ) -> io::Result<usize> {
        self.mutex.lock(side).map_err(io::Error::other)?;
        let result = loop {
            match to_result(call()) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    if let Err(error) = self.wait(event) {
                        break Err(error);
                    }
                }
                result => break result,
            }
        };
        self.finish(self.mutex.unlock(side));
        result
    }

    /// Waits until the descriptor is ready, or closed.
    // ANCHOR: wait
    fn wait(&self, events: libc::c_short) -> io::Result<()> {
        let entry = |fd, events| libc::pollfd { fd, events, revents: 0 };
        let hang_up = self.hang_up.as_raw_fd();
        let mut entries = [entry(self.fd, events), entry(hang_up, 0)];
        // SAFETY: the kernel writes the two entries and nothing else.
        let count = unsafe { libc::poll(entries.as_mut_ptr(), 2, -1) };
        if self.mutex.is_closed() {
            return Err(io::Error::other(Closed));
        }
        match to_result(count as isize) {
            Err(e) if e.kind() != io::ErrorKind::Interrupted => Err(e),
            _ => Ok(()),
        }
    }
    // ANCHOR_END: wait

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
        // SAFETY: the last reference is gone and the word stays closed, so
        // nobody uses the descriptor any more, and this runs only once.
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

fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    let fd = fd.as_raw_fd();
    // SAFETY: asks for the flags of a descriptor that is borrowed.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    let flags = to_result(flags as isize)? as libc::c_int;
    // SAFETY: sets the flags of a descriptor that is borrowed.
    let set =
        unsafe { libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK) };
    to_result(set as isize).map(|_| ())
}
