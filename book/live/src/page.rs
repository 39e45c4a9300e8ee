//! How a page calls this crate: text in, text out, in memory of its own.
//!
//! The page asks for room ([`live_input`]), writes UTF-8 there, calls
//! the language, such as [`live_timers`], and reads as many bytes as that says
//! from [`live_output`].

use std::cell::RefCell;

use crate::Language;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a program of `length` bytes; returns where it is.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn live_input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(length, 0);
        input.as_mut_ptr()
    })
}

/// Runs the program of timers that was written; returns how long the
/// output is.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn live_timers() -> usize {
    run(Language::Timers)
}

/// Runs the program of objects that was written; returns how long the
/// output is.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn live_objects() -> usize {
    run(Language::Objects)
}

/// Runs the program of functions that was written; returns how long the
/// output is.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn live_defers() -> usize {
    run(Language::Defers)
}

fn run(language: Language) -> usize {
    let answer = INPUT.with_borrow(|input| {
        crate::run(language, &String::from_utf8_lossy(input))
    });
    OUTPUT.with_borrow_mut(|output| {
        *output = answer.into_bytes();
        output.len()
    })
}

/// Returns where the output is, until the next program runs.
// SAFETY: no other function of this program has this name.
#[unsafe(no_mangle)]
pub extern "C" fn live_output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}
