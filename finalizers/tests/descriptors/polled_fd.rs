//! Pipes and sockets, shared by threads, closed by one of them.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use finalizers::fd_mutex::Closed;
use finalizers::polled_fd::PolledFd;

use crate::child::in_child;

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
fn what_is_written_is_read() {
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
