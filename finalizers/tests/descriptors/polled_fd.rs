//! Pipes and sockets, shared by threads, closed by one of them.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use finalizers::descriptors::open_count;

use finalizers::fd_mutex::Closed;
use finalizers::polled_fd::PolledFd;

use crate::child::in_child;
use support::watchdog::watch;

fn is_closed<T>(result: &io::Result<T>) -> bool {
    let inner = result.as_ref().err().and_then(|error| error.get_ref());
    inner.is_some_and(|inner| inner.is::<Closed>())
}

fn pipe() -> (PolledFd, PolledFd) {
    let (reader, writer) = io::pipe().unwrap();
    let polled = |fd| PolledFd::new(fd).unwrap();
    (polled(reader.into()), polled(writer.into()))
}

#[test]
fn what_does_not_block_already_stays_so() {
    in_child(|| {
        let (reader, _writer) = io::pipe().unwrap();
        let shares = [(); 2].map(|()| reader.try_clone().unwrap());
        let _polled = shares.map(|fd| PolledFd::new(fd.into()).unwrap());
        // SAFETY: asks for the flags of a descriptor that is open.
        let flags = unsafe { libc::fcntl(reader.as_raw_fd(), libc::F_GETFL) };
        assert_ne!(flags & libc::O_NONBLOCK, 0);
    });
}

#[test]
fn what_is_written_is_read() {
    let _watched = watch();
    in_child(|| {
        let (reader, writer) = pipe();
        thread::scope(|scope| {
            let read = scope.spawn(|| {
                let mut buffer = [0; 8];
                let count = reader.read(&mut buffer).unwrap();
                buffer[..count].to_vec()
            });
            assert_eq!(writer.write(b"letter").unwrap(), 6);
            assert_eq!(read.join().unwrap(), b"letter");
        });
        writer.close().unwrap();
        assert_eq!(reader.read(&mut [0; 8]).unwrap(), 0, "end of file");
        reader.close().unwrap();
    });
}

#[test]
// ANCHOR: wakes
fn closing_wakes_every_reader() {
    in_child(|| {
        for _ in 0..1_000 {
            let (reader, _writer) = pipe();
            thread::scope(|scope| {
                let read = || reader.read(&mut [0; 8]);
                let readers = [(); 2].map(|()| scope.spawn(read));
                reader.close().unwrap();
                for reader in readers {
                    assert!(is_closed(&reader.join().unwrap()));
                }
            });
        }
    });
}
// ANCHOR_END: wakes

#[test]
fn closing_wakes_a_writer_without_room() {
    let _watched = watch();
    in_child(|| {
        let (_reader, writer) = pipe();
        thread::scope(|scope| {
            let fill = scope.spawn(|| -> io::Result<()> {
                loop {
                    writer.write(&[0; 4096])?;
                }
            });
            writer.close().unwrap();
            assert!(is_closed(&fill.join().unwrap()));
        });
    });
}

#[test]
fn a_second_close_is_refused_and_so_is_every_call() {
    in_child(|| {
        let (reader, writer) = pipe();
        reader.close().unwrap();
        assert!(is_closed(&reader.close()));
        assert!(is_closed(&reader.read(&mut [0; 8])));
        assert!(is_closed(&reader.read_at(&mut [0; 8], 0)));
        assert_eq!(
            writer.write(b"x").unwrap_err().kind(),
            io::ErrorKind::BrokenPipe,
            "the other end is really closed"
        );
    });
}

#[test]
fn a_socket_reads_and_writes_at_once() {
    let _watched = watch();
    in_child(|| {
        let (here, mut there) = UnixStream::pair().unwrap();
        let here = PolledFd::new(here.into()).unwrap();
        thread::scope(|scope| {
            let answer = scope.spawn(|| {
                let mut buffer = [0; 8];
                let count = here.read(&mut buffer).unwrap();
                buffer[..count].to_vec()
            });
            here.write(b"question").unwrap();
            let mut question = [0; 8];
            there.read_exact(&mut question).unwrap();
            assert_eq!(&question, b"question");
            there.write_all(b"answer").unwrap();
            assert_eq!(answer.join().unwrap(), b"answer");
        });
    });
}

fn is_late<T>(result: &io::Result<T>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

/// More than a pipe has room for.
const LONG: usize = 1 << 20;

#[test]
fn a_long_write_waits_until_all_of_it_is_written() {
    let _watched = watch();
    in_child(|| {
        let (reader, writer) = pipe();
        thread::scope(|scope| {
            let write = scope.spawn(|| writer.write(&vec![7; LONG]));
            let (mut count, mut buffer) = (0, [0; 4096]);
            while count < LONG {
                count += reader.read(&mut buffer).unwrap();
            }
            assert_eq!(write.join().unwrap().unwrap(), LONG);
        });
    });
}

#[test]
fn a_write_that_is_closed_meanwhile_says_how_much_was_written() {
    let _watched = watch();
    in_child(|| {
        let (reader, writer) = pipe();
        thread::scope(|scope| {
            let write = scope.spawn(|| {
                let all = vec![7; LONG];
                let mut rest = &all[..];
                let result = writer.write_from(&mut rest);
                assert!(is_closed(&result));
                LONG - rest.len()
            });
            let mut count = reader.read(&mut [0; 1]).unwrap();
            writer.close().unwrap();
            let written = write.join().unwrap();
            let mut buffer = vec![0; LONG];
            loop {
                match reader.read(&mut buffer).unwrap() {
                    0 => break,
                    more => count += more,
                }
            }
            assert_eq!(count, written);
        });
    });
}

#[test]
fn a_deadline_ends_the_calls_before_it_and_after_it() {
    let _watched = watch();
    in_child(|| {
        let (reader, writer) = pipe();
        let past = Instant::now();
        reader.set_read_deadline(Some(past));
        assert!(is_late(&reader.read(&mut [0; 8])));
        reader.set_read_deadline(Some(past + Duration::from_millis(20)));
        assert!(is_late(&reader.read(&mut [0; 8])), "while it waits");
        assert!(past.elapsed() >= Duration::from_millis(20), "not before");
        writer.set_write_deadline(Some(past));
        assert!(is_late(&writer.write(b"x")));
        writer.set_write_deadline(None);
        writer.write(b"x").unwrap();
        assert!(is_late(&reader.read(&mut [0; 8])), "even if there is data");
        reader.set_read_deadline(None);
        assert_eq!(reader.read(&mut [0; 8]).unwrap(), 1);
        reader.close().unwrap();
        reader.set_read_deadline(Some(past));
        assert!(is_closed(&reader.read(&mut [0; 8])), "closed comes first");
    });
}

#[test]
fn a_deadline_set_meanwhile_wakes_who_waits() {
    let _watched = watch();
    in_child(|| {
        for _ in 0..200 {
            let (reader, _writer) = pipe();
            thread::scope(|scope| {
                let read = scope.spawn(|| reader.read(&mut [0; 8]));
                reader.set_read_deadline(Some(Instant::now()));
                assert!(is_late(&read.join().unwrap()));
            });
        }
    });
}

#[test]
fn a_file_costs_one_descriptor_and_none_once_it_is_closed() {
    let _watched = watch();
    in_child(|| {
        let before = open_count().unwrap();
        let (reader, writer) = pipe();
        assert_eq!(open_count().unwrap(), before + 2);
        thread::scope(|scope| {
            let read = scope.spawn(|| reader.read(&mut [0; 8]));
            reader.close().unwrap();
            // Its number is free when `close` returns, whoever read meanwhile.
            assert_eq!(open_count().unwrap(), before + 1);
            assert!(is_closed(&read.join().unwrap()));
        });
        writer.close().unwrap();
        assert_eq!(open_count().unwrap(), before);
    });
}

/// Closes a descriptor once a read on another thread has begun, and calls
/// `then`. Returns what the read returned.
fn close_beside_a_read(
    reader: &PolledFd,
    then: impl FnOnce(),
) -> io::Result<usize> {
    let (begun, has_begun) = mpsc::channel();
    thread::scope(|scope| {
        let read = scope.spawn(|| {
            begun.send(()).unwrap();
            reader.read(&mut [0; 8])
        });
        has_begun.recv().unwrap();
        reader.close().unwrap();
        then();
        read.join().unwrap()
    })
}

#[test]
fn the_number_is_free_when_close_returns_though_a_reader_was_waiting() {
    in_child(|| {
        for _ in 0..1_000 {
            let (reader, _writer) = io::pipe().unwrap();
            let number = reader.as_raw_fd();
            let reader = PolledFd::new(reader.into()).unwrap();
            let read = close_beside_a_read(&reader, || {
                // SAFETY: asks for the flags of a number, open or not.
                let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
                assert_eq!(flags, -1, "it is still open");
            });
            assert!(is_closed(&read));
        }
    });
}

#[test]
fn closing_beside_a_read_that_blocks_in_the_kernel_returns() {
    in_child(|| {
        let (reader, mut writer) = io::pipe().unwrap();
        let other = OwnedFd::from(reader.try_clone().unwrap());
        let reader = PolledFd::new(reader.into()).unwrap();
        // The flags belong to the file, which both descriptors share.
        // SAFETY: sets the flags of a descriptor that is open.
        unsafe { libc::fcntl(other.as_raw_fd(), libc::F_SETFL, 0) };
        let read = close_beside_a_read(&reader, || {
            writer.write_all(b"x").unwrap();
        });
        assert!(is_closed(&read) || read.unwrap() == 1);
    });
}

extern "C" fn do_nothing(_: libc::c_int) {}

#[test]
fn a_signal_does_not_end_a_read() {
    in_child(|| {
        let handler = do_nothing as extern "C" fn(libc::c_int) as usize;
        // SAFETY: the structure is numbers and a pointer that may be null.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = handler; // without SA_RESTART
        let signal = libc::SIGUSR1;
        // SAFETY: the handler does nothing.
        unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) };
        for is_blocking in [false, true] {
            read_under_signals(is_blocking);
        }
    });
}

/// Waits in ppoll(2), or in read(2) itself if somebody else who has the file
/// has made it blocking.
fn read_under_signals(is_blocking: bool) {
    let (reader, mut writer) = io::pipe().unwrap();
    let other = OwnedFd::from(reader.try_clone().unwrap());
    let reader = PolledFd::new(reader.into()).unwrap();
    if is_blocking {
        // SAFETY: sets the flags of a descriptor that is open.
        unsafe { libc::fcntl(other.as_raw_fd(), libc::F_SETFL, 0) };
    }
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let read = scope.spawn(|| {
            // SAFETY: asks who the caller is.
            sender.send(unsafe { libc::pthread_self() }).unwrap();
            reader.read(&mut [0; 8])
        });
        let thread = receiver.recv().unwrap();
        for _ in 0..1_000 {
            // SAFETY: the thread lives, as there is nothing to read yet.
            unsafe { libc::pthread_kill(thread, libc::SIGUSR1) };
            thread::yield_now();
        }
        writer.write_all(b"x").unwrap();
        assert_eq!(read.join().unwrap().unwrap(), 1);
    });
}

#[test]
fn a_robbed_descriptor_is_not_closed_once_more() {
    in_child(|| {
        let (reader, _writer) = io::pipe().unwrap();
        let number = reader.as_raw_fd();
        let reader = PolledFd::new(reader.into()).unwrap();
        // SAFETY: not sound at all, which is the point.
        unsafe { libc::close(number) };
        let innocent = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(innocent.as_raw_fd(), number, "it is reused");
        reader.close().unwrap_err();
        innocent.metadata().expect("it is still open");
    });
}
