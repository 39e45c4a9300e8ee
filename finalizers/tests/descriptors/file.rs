//! Closing by hand, and by `Drop`.

use std::io::{Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use finalizers::descriptors::open_count;
use finalizers::file::File;

use crate::child::in_child;

#[test]
fn close_and_drop_both_close() {
    in_child(|| {
        let before = open_count().unwrap();
        let by_hand = File::open("/dev/null").unwrap();
        let by_drop = File::open("/dev/null").unwrap();
        assert_eq!(open_count().unwrap(), before + 2);
        by_hand.close().unwrap();
        assert_eq!(open_count().unwrap(), before + 1);
        drop(by_drop);
        assert_eq!(open_count().unwrap(), before);
    });
}

#[test]
fn a_file_of_ones_own_reads_as_a_shared_one_does() {
    in_child(|| {
        let mut file = File::open("/dev/zero").unwrap();
        let mut buffer = [7; 3];
        assert_eq!(<File as Read>::read(&mut file, &mut buffer).unwrap(), 3);
        assert_eq!(buffer, [0; 3]);
        file.close().unwrap();
    });
}

/// A child process would keep it open otherwise.
#[test]
fn a_program_that_is_started_does_not_get_it() {
    in_child(|| {
        let flags = |file: &File| {
            // SAFETY: asks for the flags of a descriptor that is open.
            unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETFD) }
        };
        let opened = [
            File::open("/dev/null").unwrap(),
            File::open_c(c"/dev/null").unwrap(),
            File::create("/dev/null").unwrap(),
        ];
        assert_eq!(opened.each_ref().map(flags), [libc::FD_CLOEXEC; 3]);
        opened.into_iter().for_each(|file| file.close().unwrap());
    });
}

#[test]
// ANCHOR: early-return
fn an_early_return_closes() {
    in_child(|| {
        let before = open_count().unwrap();
        let failing = || -> std::io::Result<()> {
            let _file = File::open("/dev/null")?;
            File::open("/there/is/no/such/file")?;
            Ok(())
        };
        failing().unwrap_err();
        assert_eq!(open_count().unwrap(), before);
    });
}
// ANCHOR_END: early-return

#[test]
fn a_file_given_away_stays_open() {
    in_child(|| {
        let file = File::open("/dev/null").unwrap();
        let number = file.as_raw_fd();
        let owned = OwnedFd::from(file);
        assert_eq!(owned.as_raw_fd(), number);
        // SAFETY: only asks for the flags of a descriptor.
        assert_ne!(unsafe { libc::fcntl(number, libc::F_GETFD) }, -1);
    });
}

#[test]
fn what_is_written_reads_back() {
    in_child(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter");
        let file = File::create(&path).unwrap();
        (&file).write_all(b"to the reader").unwrap();
        file.close().unwrap();
        let mut content = String::new();
        (&File::open(&path).unwrap()).read_to_string(&mut content).unwrap();
        assert_eq!(content, "to the reader");
    });
}

#[test]
#[cfg(target_os = "linux")]
fn the_error_of_close_is_reported() {
    in_child(|| {
        let file = File::open("/dev/null").unwrap();
        // SAFETY: closed behind the file's back, on purpose: nothing else
        // opens a file before it is closed again. Not through `close`, which
        // would tell the file.
        unsafe { libc::syscall(libc::SYS_close, file.as_raw_fd()) };
        let error = file.close().unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::EBADF));
    });
}

#[test]
fn a_path_with_a_zero_byte_is_refused() {
    let error = File::open("a\0b").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[test]
fn a_file_is_a_reader_and_a_writer() {
    fn takes(_: impl Read + Write) {}
    in_child(|| takes(File::open("/dev/null").unwrap()));
}

#[test]
fn paths_of_every_length_open() {
    in_child(|| {
        for slashes in 0..300 {
            let path = format!("{}/dev/null", "/".repeat(slashes));
            File::open(path).unwrap().close().unwrap();
        }
    });
}
