//! Says for each statement whether the guard still holds the lock inside.

// rustc knows this one, and refuses it unless told not to.
#![allow(let_underscore_lock)]

use std::sync::Mutex;

static JOBS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn say(place: &str) {
    let state = match JOBS.try_lock() {
        Ok(_) => "free",
        Err(_) => "locked",
    };
    println!("{place}: {state}");
}

/// Says the state of the lock when it is dropped.
struct SaysAtDrop;

impl Drop for SaysAtDrop {
    fn drop(&mut self) {
        say("tail, at the drop");
    }
}

// ANCHOR: tail
fn tail() -> usize {
    let _says = SaysAtDrop;
    JOBS.lock().unwrap().len()
}
// ANCHOR_END: tail

fn fill() {
    JOBS.lock().unwrap().push(1);
}

fn main() {
    let named = JOBS.lock().unwrap();
    say("let with a name");
    drop(named);

    // ANCHOR: unnamed
    let _ = JOBS.lock().unwrap();
    say("let without a name");
    // ANCHOR_END: unnamed

    fill();
    match JOBS.lock().unwrap().pop() {
        Some(_) => say("match, in an arm"),
        None => unreachable!(),
    }

    fill();
    let job = JOBS.lock().unwrap().pop();
    match job {
        Some(_) => say("match on a copy, in an arm"),
        None => unreachable!(),
    }

    fill();
    // ANCHOR: if-let
    if let Some(_) = JOBS.lock().unwrap().pop() {
        say("if let, then");
    }
    // ANCHOR_END: if-let

    fill();
    // ANCHOR: while-let
    while let Some(_) = JOBS.lock().unwrap().pop() {
        say("while let, in the body");
    }
    // ANCHOR_END: while-let

    fill();
    for _ in JOBS.lock().unwrap().iter() {
        say("for, in the body");
    }
    JOBS.lock().unwrap().clear();

    if let Some(_) = JOBS.lock().unwrap().pop() {
        unreachable!();
    } else {
        say("if let, else");
    }

    tail();
}
