//! The last expression borrows from a variable of the block.

use std::sync::Mutex;

fn first() -> usize {
    let mutex = Mutex::new(vec![1]);
    mutex.lock().unwrap().len()
}

fn main() {
    assert_eq!(first(), 1);
}
