//! `execveat`: executes an open file.

use std::ffi::CStr;
use std::os::fd::RawFd;

use rustix::io::Errno;

use super::result;

/// Words for the kernel: pointers to them, ended by a null pointer.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    pointers: Vec<*const libc::c_char>,
    _words: std::marker::PhantomData<&'a CStr>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(words: &[&'a CStr]) -> Self {
        let mut pointers: Vec<_> = words.iter().map(|it| it.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Self { pointers, _words: std::marker::PhantomData }
    }
}

/// Becomes the program in the file `program`. Returns only why not.
pub(crate) fn execute(
    program: RawFd,
    args: &Words<'_>,
    env: &Words<'_>,
) -> Errno {
    // SAFETY: both lists end with a null pointer, and the words that they
    // point to outlive them; a number that is no descriptor is refused.
    let returned = unsafe {
        libc::syscall(
            libc::SYS_execveat,
            program,
            c"".as_ptr(),
            args.pointers.as_ptr(),
            env.pointers.as_ptr(),
            libc::AT_EMPTY_PATH,
        )
    };
    match result(returned) {
        Err(errno) => errno,
        Ok(_) => Errno::INVAL,
    }
}
