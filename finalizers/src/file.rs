//! A file that is closed by hand, or by `Drop` as a fallback.

use std::backtrace::Backtrace;
use std::ffi::{CStr, CString};
use std::io::{self, Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{
    AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd,
};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::leak::{self, Policy};
use crate::owner::{self, Tag};

/// An open file that owns its descriptor.
///
/// [`File::close`] closes it and returns how that went. Dropping the file
/// closes it as well, but an error is lost, because `Drop` has no way to
/// return one. What else happens then is up to [`leak::set_policy`].
///
/// The descriptor bears the tag of this file. If somebody else has closed it,
/// even if the number was given away since, this file does not close it once
/// more. See [`owner`].
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
    tag: Tag,
    opening: Option<Box<Backtrace>>,
}

impl File {
    /// Opens the file at `path` for reading.
    ///
    /// # Errors
    ///
    /// Whatever open(2) reports; `InvalidInput` for a path with a zero byte.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        with_c_path(path.as_ref(), Self::open_c)
    }

    /// As [`File::open`], for a path that the kernel can take as it is.
    ///
    /// # Errors
    ///
    /// Whatever open(2) reports.
    ///
    /// ```
    /// use finalizers::file::File;
    ///
    /// File::open_c(c"/dev/null")?.close()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    pub fn open_c(path: &CStr) -> io::Result<Self> {
        let flags = libc::O_RDONLY | libc::O_CLOEXEC;
        loop {
            // SAFETY: the path ends with a zero byte.
            let fd = unsafe { libc::open(path.as_ptr(), flags) };
            if fd >= 0 {
                return Ok(Self::new(fd));
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }

    /// Puts a tag on a descriptor that is nobody else's.
    #[inline]
    fn new(fd: RawFd) -> Self {
        let tag = Tag::new();
        owner::claim(fd, tag);
        let opening = leak::opening();
        Self { fd, tag, opening }
    }

    /// Opens the file at `path` for writing, emptied, made if missing.
    ///
    /// # Errors
    ///
    /// As [`File::open`].
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        std::fs::File::create(path).map(Self::from)
    }

    /// Waits until what was written is on the disk, as fsync(2) does.
    ///
    /// # Errors
    ///
    /// Whatever fsync(2) reports, which includes the errors of earlier
    /// writes; `InvalidInput` for what is not on a disk.
    pub fn sync(&self) -> io::Result<()> {
        // SAFETY: takes no pointer, and the descriptor is this file's.
        match unsafe { libc::fsync(self.fd) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
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
    /// A [`WrongOwner`](owner::WrongOwner) if somebody else has closed it.
    ///
    /// [man]: https://man7.org/linux/man-pages/man2/close.2.html
    pub fn close(self) -> io::Result<()> {
        let mut file = ManuallyDrop::new(self); // no `Drop` after this
        drop(file.opening.take());
        file.close_descriptor()
    }
    // ANCHOR_END: close

    // ANCHOR: once
    /// Calls close(2) once. Never again after `EINTR`: Linux frees the number
    /// first, so a second call would close whatever has got it since.
    fn close_descriptor(&self) -> io::Result<()> {
        owner::exchange(self.fd, Some(self.tag), None)?;
        // SAFETY: the tag says that the descriptor is still this file's, and
        // both callers give the file up.
        match unsafe { libc::close(self.fd) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
    // ANCHOR_END: once
}

// ANCHOR: drop
impl Drop for File {
    fn drop(&mut self) {
        // There is nobody to tell of an error: that is what `close` is for.
        let _ = self.close_descriptor();
        // Last, so that nothing the report does can keep it open.
        if leak::policy() != Policy::Ignore {
            leak::report(self.fd, self.opening.as_deref());
        }
    }
}
// ANCHOR_END: drop

impl From<std::fs::File> for File {
    #[inline]
    fn from(file: std::fs::File) -> Self {
        OwnedFd::from(file).into()
    }
}

impl From<OwnedFd> for File {
    #[inline]
    fn from(fd: OwnedFd) -> Self {
        Self::new(fd.into_raw_fd())
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
    /// # Panics
    ///
    /// When somebody else has closed the descriptor.
    fn from(file: File) -> Self {
        let mut file = ManuallyDrop::new(file);
        drop(file.opening.take());
        if let Err(error) = owner::exchange(file.fd, Some(file.tag), None) {
            panic!("{error}");
        }
        // SAFETY: the tag says that the descriptor is the file's, and the
        // file was given up.
        unsafe { Self::from_raw_fd(file.fd) }
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

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }
}

impl Write for File {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        (&*self).write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self).flush()
    }
}

/// Calls `use_it` with the path as the kernel takes it, on the stack if there
/// is room for it there, as the standard library does.
#[inline]
fn with_c_path<R>(
    path: &Path,
    use_it: impl FnOnce(&CStr) -> io::Result<R>,
) -> io::Result<R> {
    let path = path.as_os_str().as_bytes();
    let mut room = [0; 128];
    if path.len() >= room.len() {
        return use_it(&CString::new(path)?);
    }
    room[..path.len()].copy_from_slice(path);
    // C's strlen(3) looks for the end a vector at a time.
    // SAFETY: the room is longer than the path, and was zeroed.
    let c_path = unsafe { CStr::from_ptr(room.as_ptr().cast()) };
    if c_path.count_bytes() < path.len() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    use_it(c_path)
}
