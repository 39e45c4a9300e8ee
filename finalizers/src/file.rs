//! A file that is closed by hand, or by `Drop` as a fallback.

use std::ffi::CString;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// An open file that owns its descriptor.
///
/// [`File::close`] closes it and says how that went. Whoever just drops the
/// file closes it as well, but cannot be told of an error: `Drop` has no way
/// to return one.
///
/// ```
/// use finalizers::file::File;
///
/// let file = File::open("/dev/null")?;
/// file.close()?; // the file is gone: using it again does not compile
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct File {
    fd: RawFd,
}

impl File {
    /// Opens the file at `path` for reading.
    ///
    /// # Errors
    ///
    /// Whatever open(2) reports; `InvalidInput` for a path with a zero byte.
    pub fn open(path: impl AsRef<Path>) -> io::Result<File> {
        Self::open_with(path.as_ref(), libc::O_RDONLY)
    }

    /// Opens the file at `path` for writing, emptied, made if missing.
    ///
    /// # Errors
    ///
    /// As [`File::open`].
    pub fn create(path: impl AsRef<Path>) -> io::Result<File> {
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_TRUNC;
        Self::open_with(path.as_ref(), flags)
    }

    fn open_with(path: &Path, flags: libc::c_int) -> io::Result<File> {
        let path = CString::new(path.as_os_str().as_bytes())?;
        let flags = flags | libc::O_CLOEXEC;
        let permissions: libc::c_uint = 0o666;
        // SAFETY: the path ends with a zero byte and outlives the call.
        let open = || unsafe { libc::open(path.as_ptr(), flags, permissions) };
        Ok(File { fd: retry(open)? })
    }

    // ANCHOR: close
    /// Closes the file and reports what close(2) says.
    ///
    /// # Errors
    ///
    /// An error is the last word of the kernel about data written earlier
    /// (`EIO`, `ENOSPC`, `EDQUOT`). The descriptor is gone even then, after
    /// `EINTR` too: see [close(2)][man], "Dealing with error returns".
    ///
    /// [man]: https://man7.org/linux/man-pages/man2/close.2.html
    pub fn close(self) -> io::Result<()> {
        let fd = self.fd;
        std::mem::forget(self); // or `Drop` would close a second time
        close_once(fd)
    }
    // ANCHOR_END: close
}

// ANCHOR: drop
impl Drop for File {
    fn drop(&mut self) {
        // There is nobody to tell: that is what `close` is for.
        let _ = close_once(self.fd);
    }
}
// ANCHOR_END: drop

/// Calls close(2) once. Never again after `EINTR`: Linux frees the number
/// first, so a second call would close whatever has got it since.
fn close_once(fd: RawFd) -> io::Result<()> {
    // SAFETY: both callers give up the only owner of the descriptor.
    match unsafe { libc::close(fd) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Repeats a system call that was interrupted before it did anything.
fn retry(mut call: impl FnMut() -> libc::c_int) -> io::Result<libc::c_int> {
    loop {
        match call() {
            -1 => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
            value => return Ok(value),
        }
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the descriptor stays open as long as `self` is borrowed.
        unsafe { BorrowedFd::borrow_raw(self.fd) }
    }
}

impl AsRawFd for File {
    fn as_raw_fd(&self) -> RawFd {
        self.fd
    }
}

impl From<File> for OwnedFd {
    fn from(file: File) -> OwnedFd {
        let fd = file.fd;
        std::mem::forget(file);
        // SAFETY: the file gave up the descriptor the line before.
        unsafe { OwnedFd::from_raw_fd(fd) }
    }
}

impl Read for &File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the kernel writes at most `len` bytes to the buffer.
        let read = unsafe {
            libc::read(self.fd, buffer.as_mut_ptr().cast(), buffer.len())
        };
        usize::try_from(read).map_err(|_| io::Error::last_os_error())
    }
}

impl Write for &File {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        // SAFETY: the kernel reads at most `len` bytes from the buffer.
        let written = unsafe {
            libc::write(self.fd, buffer.as_ptr().cast(), buffer.len())
        };
        usize::try_from(written).map_err(|_| io::Error::last_os_error())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(()) // nothing is kept back in this process
    }
}
