//! How late the kernel may wake a sleeping thread.

/// Asks the kernel to wake this thread as soon after a deadline as it can.
///
/// Linux lets ordinary threads oversleep by 50 us, to wake several at once;
/// see `PR_SET_TIMERSLACK` in prctl(2). Elsewhere nothing is done.
// ANCHOR: slack
pub(crate) fn finest() {
    #[cfg(all(target_os = "linux", not(loom)))]
    {
        let nanoseconds: libc::c_ulong = 1;
        // SAFETY: this option takes a number and touches this thread only.
        unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, nanoseconds) };
    }
}
// ANCHOR_END: slack
