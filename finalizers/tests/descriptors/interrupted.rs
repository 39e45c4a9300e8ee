//! A close that is interrupted: reported, and not tried again.

use std::os::fd::{AsRawFd, RawFd};

use finalizers::file::File;

use crate::child::in_child;

/// Lets close(2) of this descriptor end with `EINTR`, always, from now on.
///
/// A filter of system calls (seccomp(2)) answers in place of the kernel.
fn interrupt_close_of(fd: RawFd) {
    let number = std::mem::offset_of!(libc::seccomp_data, nr) as u32;
    let argument = std::mem::offset_of!(libc::seccomp_data, args) as u32;
    let load = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    let is_equal = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    let answer = (libc::BPF_RET | libc::BPF_K) as u16;
    let step = |code, k, jf| libc::sock_filter { code, jt: 0, jf, k };
    let interrupted = libc::SECCOMP_RET_ERRNO | libc::EINTR as u32;
    let mut steps = [
        step(load, number, 0),
        step(is_equal, libc::SYS_close as u32, 3),
        step(load, argument, 0), // the lower half comes first
        step(is_equal, fd as u32, 1),
        step(answer, interrupted, 0),
        step(answer, libc::SECCOMP_RET_ALLOW, 0),
    ];
    let program = libc::sock_fprog {
        len: steps.len() as u16,
        filter: steps.as_mut_ptr(),
    };
    // SAFETY: takes no pointer.
    let locked = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(locked, 0);
    let filter = libc::SECCOMP_MODE_FILTER;
    // SAFETY: the program is of the length given and outlives the call.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, filter, &program) };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}

#[test]
// ANCHOR: interrupted
fn an_interrupted_close_is_reported_and_not_tried_again() {
    in_child(|| {
        let file = File::open("/dev/null").unwrap();
        let number = file.as_raw_fd();
        interrupt_close_of(number);
        // A loop around close(2) would never end here.
        let error = file.close().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EINTR));
        // The filter has kept the kernel from closing it: by another call.
        let number = number as libc::c_uint;
        // SAFETY: the descriptor is the one that was just given up.
        assert_eq!(unsafe { libc::close_range(number, number, 0) }, 0);
    });
}
// ANCHOR_END: interrupted
