//! Closes by somebody who is not the owner.

use std::os::fd::{AsRawFd, OwnedFd};

use finalizers::file::File;
use finalizers::owner::{self, Tag, WrongOwner};

use crate::child::in_child;

fn open() -> File {
    File::open("/dev/null").unwrap()
}

/// Closes behind the back of the owner, as foreign code might.
fn close_behind(file: &File) {
    // SAFETY: not sound at all, which is the point: the owner's tag stays.
    assert_eq!(unsafe { libc::close(file.as_raw_fd()) }, 0);
}

#[test]
// ANCHOR: robbed
fn a_file_robbed_of_its_number_does_not_close_the_next_ones() {
    in_child(|| {
        let robbed = open();
        close_behind(&robbed);
        let next = open();
        assert_eq!(next.as_raw_fd(), robbed.as_raw_fd(), "it is reused");
        assert_eq!(owner::robbed(), 1);
        let error = robbed.close().unwrap_err();
        let wrong = error.get_ref().unwrap().downcast_ref::<WrongOwner>();
        assert_eq!(wrong.unwrap().fd(), next.as_raw_fd());
        next.close().unwrap();
    });
}
// ANCHOR_END: robbed

#[test]
fn a_refusal_names_the_descriptor_and_its_owner() {
    in_child(|| {
        let file = open();
        let mine = owner::owner_of(file.as_raw_fd()).unwrap();
        let other = Tag::new();
        let refused = owner::exchange(file.as_raw_fd(), Some(other), None);
        let refused = refused.unwrap_err();
        assert_eq!(refused.fd(), file.as_raw_fd());
        assert_eq!(refused.owner(), Some(mine));
        assert_eq!(owner::owner_of(file.as_raw_fd()), Some(mine));
        file.close().unwrap();
    });
}

#[test]
fn dropping_a_robbed_file_does_not_close_either() {
    in_child(|| {
        let robbed = open();
        close_behind(&robbed);
        let next = open();
        drop(robbed);
        next.close().unwrap();
    });
}

#[test]
fn a_close_by_hand_is_the_only_one() {
    in_child(|| {
        let file = open();
        let number = file.as_raw_fd();
        assert!(owner::owner_of(number).is_some());
        file.close().unwrap();
        assert_eq!(owner::owner_of(number), None);
        let next = open();
        assert_eq!(next.as_raw_fd(), number);
        assert_eq!(owner::robbed(), 0);
    });
}

#[test]
fn what_is_given_away_has_no_owner_here() {
    in_child(|| {
        let owned = OwnedFd::from(open());
        assert_eq!(owner::owner_of(owned.as_raw_fd()), None);
        let back = File::from(owned);
        assert!(owner::owner_of(back.as_raw_fd()).is_some());
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_robbed_for_an_owner_without_a_tag_does_not_close_it() {
    in_child(|| {
        for_an_owner_without_a_tag();
    });
}

/// Errors are the kernel's, also of numbers that the table cannot have.
#[test]
#[cfg(target_os = "linux")]
fn the_close_of_the_whole_program_reports_what_the_kernel_says() {
    for number in [-1, i32::MIN, i32::MAX, 1 << 19] {
        // SAFETY: takes no pointer, and none of these is open.
        assert_eq!(unsafe { libc::close(number) }, -1);
        let error = std::io::Error::last_os_error();
        assert_eq!(error.raw_os_error(), Some(libc::EBADF), "{number}");
    }
}

#[cfg(target_os = "linux")]
fn for_an_owner_without_a_tag() {
    for is_dropped in [false, true] {
        let robbed = open();
        let before = owner::robbed();
        close_behind(&robbed);
        let innocent = std::fs::File::open("/dev/zero").unwrap();
        assert_eq!(innocent.as_raw_fd(), robbed.as_raw_fd(), "it is reused");
        assert_eq!(owner::robbed(), before + 1);
        if is_dropped {
            drop(robbed);
        } else {
            let error = robbed.close().unwrap_err();
            let inner = error.get_ref().unwrap();
            let wrong = inner.downcast_ref::<WrongOwner>().unwrap();
            assert_eq!(wrong.owner(), None, "nobody with a tag");
        }
        innocent.metadata().expect("it is still open");
    }
}
