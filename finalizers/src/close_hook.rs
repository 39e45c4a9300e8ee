//! The `close` of the whole program, which tells the table of owners.
//!
//! It stands in front of whatever `close` the program had without it: that
//! of C, of a sanitizer, or of a library in `LD_PRELOAD`. So the others keep
//! what they know of descriptors, and a call stays a cancellation point.
//! Two *definitions* in one program do not link; the crate whose program has
//! one of its own leaves the feature `fdsan` out.

use std::ffi::c_int;
use std::mem;
// Not modelled: it is in a static.
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::owner;

/// "C-unwind", because glibc cancels a thread by unwinding it.
type Close = unsafe extern "C-unwind" fn(c_int) -> c_int;

/// The `close` after ours; null before it is looked for, and in a static
/// program, which has no other.
static NEXT: AtomicPtr<libc::c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Looks for the next `close` before `main`, because dlsym(3) may lock and
/// allocate, which a close in a signal handler must not.
#[cfg(not(target_feature = "crt-static"))]
extern "C" fn find_next() {
    // SAFETY: the name ends with a zero byte.
    let next = unsafe { libc::dlsym(libc::RTLD_NEXT, c"close".as_ptr()) };
    NEXT.store(next, Ordering::Relaxed);
}

#[cfg(not(target_feature = "crt-static"))]
#[used]
// SAFETY: the section holds functions of this signature, which the loader
// calls once each; ours needs nothing of Rust's runtime.
#[unsafe(link_section = ".init_array")]
static FIND_NEXT: extern "C" fn() = find_next;

// ANCHOR: hook
/// The `close` of the whole program, found by the linker before C's.
///
/// # Safety
///
/// As close(2): whoever calls it owns the descriptor.
// SAFETY: does what C's function of this name does, and has its signature.
#[unsafe(no_mangle)]
unsafe extern "C-unwind" fn close(fd: c_int) -> c_int {
    owner::forget(fd);
    let next = NEXT.load(Ordering::Relaxed);
    if next.is_null() {
        // SAFETY: the caller owns the descriptor.
        let result = unsafe { libc::syscall(libc::SYS_close, fd) };
        return result as c_int;
    }
    // SAFETY: dlsym found it by the name of a function of this type.
    let next = unsafe { mem::transmute::<*mut libc::c_void, Close>(next) };
    // SAFETY: the caller owns the descriptor.
    unsafe { next(fd) }
}
// ANCHOR_END: hook

#[cfg(test)]
#[cfg(not(target_feature = "crt-static"))]
mod tests {
    use super::*;

    #[test]
    fn the_close_that_was_there_before_is_known_when_main_begins() {
        assert!(!NEXT.load(Ordering::Relaxed).is_null());
    }
}
