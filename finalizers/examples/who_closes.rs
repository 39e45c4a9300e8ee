//! One file closed by hand, one by `Drop`, one by a finalizer, and one by
//! somebody who does not own it: who closes when?
//!
//! ```text
//! cargo run -p finalizers --example who_closes
//! ```

#[cfg(unix)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    unix::main()
}

#[cfg(not(unix))]
fn main() {
    eprintln!("descriptors are Unix's: nothing can run here");
}

#[cfg(unix)]
mod unix {
    use std::error::Error;
    use std::os::fd::AsRawFd;

    use finalizers::descriptors::open_count;
    use finalizers::file::File;
    use finalizers::gc::{Heap, Layout};

    pub(super) fn main() -> Result<(), Box<dyn Error>> {
        let at_first = open_count()?;
        let tell = |what: &str| -> Result<(), Box<dyn Error>> {
            println!("{what:<42} {} more open", open_count()? - at_first);
            Ok(())
        };

        let by_hand = File::open("/dev/null")?;
        let by_drop = File::open("/dev/null")?;
        let mut heap = Heap::new();
        let object = heap.alloc(Layout::new(0, 64));
        let by_finalizer = File::open("/dev/null")?;
        heap.set_finalizer(object, move |_, _| drop(by_finalizer));
        tell("three files are opened:")?;

        by_hand.close()?;
        tell("one is closed by hand, which tells errors:")?;
        drop(by_drop);
        tell("one is dropped:")?;
        heap.collect();
        tell("the third is unreachable, and collected:")?;
        heap.run_finalizers(1);
        tell("its finalizer has run:")?;

        let robbed = File::open("/dev/null")?;
        // SAFETY: not sound at all, which is the point: the file owns it.
        unsafe { libc::close(robbed.as_raw_fd()) };
        let next = std::fs::File::open("/dev/zero")?;
        assert_eq!(robbed.as_raw_fd(), next.as_raw_fd());
        if let Err(error) = robbed.close() {
            println!("the owner of a number that was stolen: {error}");
        }
        next.metadata()?;
        println!("the next owner of that number keeps it");
        Ok(())
    }
}
