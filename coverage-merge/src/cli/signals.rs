//! What happens when somebody ends the command.

/// Removes unfinished files when the command is ended by a signal, and then
/// ends as it would have.
#[cfg(unix)]
pub(crate) fn clean_up_on_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return;
    };
    // Not modelled: it waits for the kernel.
    std::thread::spawn(move || {
        for signal in signals.forever() {
            support::atomic_file::remove_unfinished();
            let _ = emulate_default_handler(signal);
        }
    });
}

#[cfg(not(unix))]
pub(crate) fn clean_up_on_signals() {}
