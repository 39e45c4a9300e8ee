//! The last expression borrows from a variable of the block.

use std::sync::Mutex;

// ANCHOR: tail-of-a-local
fn first() -> usize {
    let mutex = Mutex::new(vec![1]);
    mutex.lock().unwrap().len()
}
// ANCHOR_END: tail-of-a-local

fn main() {
    assert_eq!(first(), 1);
}
