//! What still happens when a program ends: run in a process of its own.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{self, Command, Stdio};

use super::limits;
use crate::gc::{Heap, Layout};

/// Said right before an end where nothing may happen any more: an empty output
/// would be that of a scenario which did nothing.
const READY: &str = "ready to end";

/// Runs a scenario in a child process; returns what it prints and how it
/// ended.
pub(super) fn in_child(program: &Path, name: &str) -> io::Result<String> {
    let output = Command::new(program)
        .args(["scenario", name])
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let end = match output.status.code() {
        Some(code) => format!("exit code {code}"),
        None => "aborted".to_owned(),
    };
    // Those that print each drop are asked how many there were.
    let said = match text.trim() {
        READY => "0",
        "" => "nothing",
        said => said,
    };
    Ok(format!("{said}, {end}"))
}

/// Runs a scenario in this process, which may end with it.
///
/// # Errors
///
/// When there is no scenario of this name, or it cannot open a file.
pub fn scenario(name: &str) -> io::Result<()> {
    match name {
        "exit-finalizers" => exit_with_finalizers(),
        "exit-drop" => exit_without_drop(),
        "panic-in-panic" => panic_in_panic(),
        "limit-bytes" => limits::by_bytes()?,
        "limit-descriptors" => limits::by_descriptors()?,
        _ => {
            let message = format!("there is no scenario {name}");
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
    }
    Ok(())
}

/// Ends with one finalizer that is due and one whose object is in use.
fn exit_with_finalizers() {
    let mut heap = Heap::new();
    for is_in_use in [false, true] {
        let object = heap.alloc(Layout::new(0, 64));
        heap.set_finalizer(object, |_, _| println!("finalized"));
        if is_in_use {
            let _root = heap.root(object);
        }
    }
    heap.collect();
    assert_eq!(heap.finalizers_due(), 1);
    println!("{READY}");
}

/// Says something when it is dropped.
struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn exit_without_drop() {
    let _loud = Loud("dropped");
    drop(Loud(READY));
    process::exit(0);
}

struct PanicsInDrop;

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        panic!("while panicking");
    }
}

fn panic_in_panic() {
    let _loud = Loud("dropped");
    let _panics = PanicsInDrop; // dropped first
    drop(Loud(READY));
    panic!("the first panic");
}
