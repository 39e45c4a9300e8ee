//! Many readers, or one writer.

use std::thread;

use queue_locks::rw_lock::RwLock;
use support::watchdog::watch;

#[test]
fn readers_are_inside_together() {
    let _watched = watch();
    let lock = <RwLock<_>>::new(1);
    let first = lock.read();
    thread::scope(|scope| {
        let second = scope.spawn(|| *lock.read());
        assert_eq!(second.join().expect("it does not wait"), 1);
    });
    drop(first);
}

#[test]
fn writes_are_not_lost() {
    const EACH: usize = if cfg!(miri) { 5 } else { 5_000 };
    let _watched = watch();
    let lock = <RwLock<(usize, usize)>>::new((0, 0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..EACH {
                    let mut both = lock.write();
                    both.0 += 1;
                    both.1 += 1;
                }
            });
            scope.spawn(|| {
                for _ in 0..EACH {
                    let both = lock.read();
                    assert_eq!(both.0, both.1);
                }
            });
        }
    });
    assert_eq!(lock.into_inner(), (2 * EACH, 2 * EACH));
}

/// Who waits sleeps, and is woken by whoever leaves last.
#[cfg(all(target_os = "linux", not(miri)))]
mod waiting {
    use super::*;
    use crate::sleeping::start;

    #[test]
    fn a_reader_waits_for_the_writer_and_sees_what_it_wrote() {
        let _watched = watch();
        let lock = &<RwLock<_>>::new(1);
        thread::scope(|scope| {
            let mut writer = lock.write();
            let readers = [(); 2].map(|()| start(scope, || *lock.read()));
            *writer = 2;
            drop(writer);
            assert_eq!(readers.map(|reader| reader.recv()), [Ok(2), Ok(2)]);
        });
    }

    #[test]
    fn a_writer_waits_for_the_writer() {
        let _watched = watch();
        let lock = &<RwLock<_>>::new(1);
        thread::scope(|scope| {
            let mut first = lock.write();
            let second =
                start(scope, || std::mem::replace(&mut *lock.write(), 3));
            *first = 2;
            drop(first);
            assert_eq!(second.recv(), Ok(2));
        });
        assert_eq!(*lock.read(), 3);
    }

    /// And nobody who comes later gets in before the writer.
    #[test]
    fn a_writer_waits_for_all_readers_and_a_new_reader_for_it() {
        let _watched = watch();
        let lock = &<RwLock<_>>::new(1);
        thread::scope(|scope| {
            let first = lock.read();
            let second = lock.read();
            let writer = start(scope, || *lock.write() += 1);
            drop(first);
            let third = start(scope, || *lock.read());
            assert!(writer.try_recv().is_err(), "a reader is inside");
            drop(second);
            assert_eq!(writer.recv(), Ok(()));
            assert!(third.recv().is_ok());
        });
        assert_eq!(*lock.read(), 2);
    }
}
