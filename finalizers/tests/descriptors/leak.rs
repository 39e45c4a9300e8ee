//! Files that are dropped without having been closed.

#[cfg(target_os = "linux")]
use std::os::fd::AsRawFd;

#[cfg(target_os = "linux")]
use finalizers::descriptors::open_count;
use finalizers::file::File;
use finalizers::leak::{self, Policy};

use crate::child::{in_child, in_failing_child};

fn open() -> File {
    File::open("/dev/null").unwrap()
}

#[test]
fn only_what_is_dropped_counts_and_only_under_a_policy() {
    in_child(|| {
        drop(open());
        assert_eq!(leak::count(), 0, "ignored");
        assert_eq!(leak::set_policy(Policy::Count), Policy::Ignore);
        open().close().unwrap();
        assert_eq!(leak::count(), 0, "closed by hand");
        drop(open());
        drop(open());
        assert_eq!(leak::count(), 2);
        assert_eq!(leak::set_policy(Policy::Ignore), Policy::Count);
    });
}

#[test]
fn a_warning_names_the_place_of_the_opening() {
    let output = in_child(|| {
        leak::set_policy(Policy::Warn);
        open().close().unwrap();
        drop(open());
    });
    let Some(text) = output else { return };
    assert_eq!(text.matches("was dropped, not closed").count(), 1, "{text}");
    assert!(text.contains("tests/descriptors/leak.rs:"), "{text}");
}

#[test]
fn abort_aborts() {
    let output = in_failing_child(|| {
        leak::set_policy(Policy::Abort);
        drop(open());
        println!("still here");
    });
    let Some(text) = output else { return };
    assert!(text.contains("was dropped, not closed"), "{text}");
    assert!(!text.contains("still here"), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_warning_that_nobody_can_read_closes_all_the_same() {
    in_child(|| {
        leak::set_policy(Policy::Warn);
        let before = open_count().unwrap();
        let full = std::fs::File::create("/dev/full").unwrap();
        // SAFETY: both descriptors are open; only the standard error moves.
        assert_eq!(unsafe { libc::dup2(full.as_raw_fd(), 2) }, 2);
        drop(full);
        drop(open());
        let unwinding = std::panic::catch_unwind(|| {
            let _file = open();
            std::panic::resume_unwind(Box::new(()));
        });
        unwinding.unwrap_err();
        assert_eq!(leak::count(), 2);
        assert_eq!(open_count().unwrap(), before);
    });
}
