//! Files that are objects of the collected heap own their descriptors.

use std::os::fd::AsRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use finalizers::collected_file;
use finalizers::descriptors::open_count;
use finalizers::gc::{Heap, Layout, Pointer};
use finalizers::leak::{self, Policy};

use crate::child::in_child;

fn open(heap: &mut Heap) -> Pointer {
    collected_file::open(heap, Path::new("/dev/null")).unwrap()
}

#[test]
fn an_object_that_is_no_file_is_not_closed() {
    in_child(|| {
        let innocent = std::fs::File::open("/dev/null").unwrap();
        let mut heap = Heap::new();
        let object = heap.alloc(Layout::new(0, 64));
        heap.set_word(object, 0, innocent.as_raw_fd() as u64);
        heap.set_finalizer(object, |_, _| ());
        let close = || collected_file::close(&mut heap, object);
        catch_unwind(AssertUnwindSafe(close)).unwrap_err();
        innocent.metadata().expect("it is still open");
        assert!(heap.clear_finalizer(object), "its finalizer stays");
    });
}

#[test]
fn the_words_of_a_file_are_no_descriptor() {
    in_child(|| {
        let innocent = std::fs::File::open("/dev/null").unwrap();
        let mut heap = Heap::new();
        let file = open(&mut heap);
        let before = open_count().unwrap();
        heap.set_word(file, 0, innocent.as_raw_fd() as u64);
        heap.collect();
        heap.run_finalizers(1);
        innocent.metadata().expect("it is still open");
        assert_eq!(open_count().unwrap(), before - 1, "the file is closed");
    });
}

#[test]
fn a_file_closed_by_hand_has_no_finalizer_any_more() {
    in_child(|| {
        let mut heap = Heap::new();
        let file = open(&mut heap);
        let root = heap.root(file);
        collected_file::close(&mut heap, file).unwrap();
        let again = || collected_file::close(&mut heap, file);
        catch_unwind(AssertUnwindSafe(again)).unwrap_err();
        heap.unroot(root);
        heap.collect();
        assert_eq!(heap.run_finalizers(1), 0);
    });
}

#[test]
fn a_finalizer_closes_its_file_and_does_not_just_drop_it() {
    in_child(|| {
        leak::set_policy(Policy::Count);
        let mut heap = Heap::new();
        open(&mut heap);
        heap.collect();
        assert_eq!(heap.run_finalizers(1), 1);
        assert_eq!(leak::count(), 0);
    });
}

#[test]
fn a_heap_that_ends_closes_its_files() {
    in_child(|| {
        let mut heap = Heap::new();
        open(&mut heap);
        drop(heap);
    });
}
