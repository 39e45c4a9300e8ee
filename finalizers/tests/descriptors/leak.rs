//! Files that are dropped without having been closed.

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
    assert!(text.contains("descriptors::leak::open"), "{text}");
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
