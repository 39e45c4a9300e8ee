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

/// Is called while its argument's temporaries live.
fn look(_count: usize) {
    say("argument, in the function");
}

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

    // ANCHOR: argument
    look(JOBS.lock().unwrap().len());
    // ANCHOR_END: argument

    // ANCHOR: borrowed
    {
        let jobs = &*JOBS.lock().unwrap();
        say("let of a borrow");
        let _count = jobs.len();
    }
    // ANCHOR_END: borrowed

    if JOBS.lock().unwrap().is_empty() {
        say("if, in the body");
    }

    // ANCHOR: lazy
    let _ = JOBS.lock().unwrap().is_empty() && {
        say("and, in the second operand");
        true
    };
    // ANCHOR_END: lazy

    // ANCHOR: let-else
    let Some(_) = JOBS.lock().unwrap().pop() else {
        say("let else, else");
        return others();
    };
    // ANCHOR_END: let-else
    unreachable!("there was no job");
}

/// What follows the early return.
fn others() {
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

    // ANCHOR: block
    match { JOBS.lock().unwrap().pop() } {
        Some(_) => unreachable!(),
        None => say("match on a block, in an arm"),
    }
    // ANCHOR_END: block

    tail();
}
