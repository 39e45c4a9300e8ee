//! What loom itself does not see, so that nobody takes a pass for more than
//! it is. A newer loom that sees it fails here.

use support::schedules::Bug;
use support::sync::atomic::{AtomicUsize, Ordering};
use support::sync::{Arc, thread};
use support::{lanes, model};

/// One thread reads a number, the other sets it to 1, and with `looks` reads
/// it before. In some order the first one reads 1.
fn reader_and_writer(looks: bool) {
    model(move || {
        let number = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&number);
        let writer = thread::spawn(move || {
            if looks {
                shared.load(Ordering::Relaxed);
            }
            shared.store(1, Ordering::Relaxed);
            lanes::note("writer", "write", 1);
        });
        let read = number.load(Ordering::Relaxed);
        lanes::note("reader", "read", read);
        writer.join().expect("nothing panics");
        assert_eq!(read, 0, "the write came first");
    });
}

/// Loom keeps the last access to an atomic, and not the last of each thread:
/// the writer's own look hides that the reader has read before.
#[test]
fn a_look_before_the_write_hides_an_order() {
    reader_and_writer(true);
}

#[test]
#[ignore = "planted bug, run by without_the_look_the_order_is_caught"]
fn write_without_a_look() {
    reader_and_writer(false);
}

#[test]
fn without_the_look_the_order_is_caught() {
    crate::check(&Bug {
        name: "write_without_a_look",
        test: "limits::write_without_a_look",
        of: "limits::a_look_before_the_write_hides_an_order",
        step: "",
        message: "the write came first",
        left_out: "no look of the writer before its write",
        model: "one thread reads a number while another sets it",
        why: "The assertion is wrong: the write may come first. Loom finds \
              that here, and overlooks it when the writer reads the number \
              before it writes.",
    });
}
