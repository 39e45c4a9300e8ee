//! A close that is interrupted: reported, and not tried again.

use std::os::fd::{AsRawFd, RawFd};
#[cfg(target_arch = "x86_64")]
use std::sync::atomic::{AtomicU32, Ordering};

use finalizers::file::File;

use crate::child::in_child;

/// How often the close was tried.
#[cfg(target_arch = "x86_64")]
static TRIED: AtomicU32 = AtomicU32::new(0);

/// Answers a call that the filter has stopped, in place of the kernel.
#[cfg(target_arch = "x86_64")]
extern "C" fn answer(
    _: libc::c_int,
    _: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    TRIED.fetch_add(1, Ordering::Relaxed);
    let context = context.cast::<libc::ucontext_t>();
    // SAFETY: the kernel gives a handler with SA_SIGINFO its context.
    let context = unsafe { &mut *context };
    let result = libc::REG_RAX as usize;
    context.uc_mcontext.gregs[result] = -i64::from(libc::EINTR);
}

/// Lets the filter call [`answer`]. Returns what the filter answers with.
#[cfg(target_arch = "x86_64")]
fn counted() -> u32 {
    type Handler =
        extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);
    let handler = answer as Handler as usize;
    // SAFETY: the structure is numbers and a pointer that may be null.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = libc::SA_SIGINFO;
    let old = std::ptr::null_mut();
    // SAFETY: the handler has the signature that SA_SIGINFO asks for.
    assert_eq!(unsafe { libc::sigaction(libc::SIGSYS, &action, old) }, 0);
    libc::SECCOMP_RET_TRAP
}

#[cfg(not(target_arch = "x86_64"))]
fn counted() -> u32 {
    libc::SECCOMP_RET_ERRNO | libc::EINTR as u32
}

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
    let interrupted = counted();
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
        #[cfg(target_arch = "x86_64")]
        assert_eq!(TRIED.load(Ordering::Relaxed), 1);
        // The filter has kept the kernel from closing it: by another call.
        let number = number as libc::c_uint;
        // SAFETY: the descriptor is the one that was just given up.
        assert_eq!(unsafe { libc::close_range(number, number, 0) }, 0);
    });
}
// ANCHOR_END: interrupted
