//! Ten thousand timers, and how many threads they take.
//!
//! `cargo run -p timer-heap --example ten_thousand`
//!
//! It starts ten thousand timers, counts the threads of the process before and
//! after, and shows the one that is more: its name and what it does, from
//! `/proc/self/task`, and its stack, which a last timer's callback captures. The
//! first two are shown on Linux only.

use std::backtrace::Backtrace;
use std::sync::mpsc::channel;
use std::time::Duration;

use timer_heap::Timers;

const TIMERS: usize = 10_000;
const HOUR: Duration = Duration::from_secs(3600);

fn main() {
    let before = threads();
    let timers = Timers::new();
    let handles: Vec<_> =
        (0..TIMERS).map(|_| timers.after_func(HOUR, || ())).collect();
    let (sender, receiver) = channel();
    timers.after_func_once(Duration::from_millis(10), move || {
        let stack = Backtrace::force_capture().to_string();
        sender.send(stack).expect("it is waited for");
    });
    let stack = receiver.recv().expect("the timer fires");
    println!("{} timers pending", timers.pending());
    match (before, threads()) {
        (Some(before), Some(after)) => print_new(&before, &after),
        _ => println!("threads are counted on Linux only"),
    }
    println!("its stack in a callback, the innermost first:");
    functions(&stack).for_each(|name| println!("  {name}"));
    let stopped = handles.into_iter().filter(|it| it.stop()).count();
    println!("{stopped} timers stopped");
}

/// Returns the numbers of this process's threads, or nothing where the system
/// does not list them.
fn threads() -> Option<Vec<String>> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    let number = |task: std::io::Result<std::fs::DirEntry>| {
        task.ok()?.file_name().into_string().ok()
    };
    Some(tasks.filter_map(number).collect())
}

fn print_new(before: &[String], after: &[String]) {
    let new: Vec<_> = after.iter().filter(|it| !before.contains(it)).collect();
    println!("{} more thread than before", new.len());
    for thread in new {
        let name = of_thread(thread, "comm", "");
        let state = of_thread(thread, "status", "State:");
        println!("its name: {name}; its state: {state}");
    }
}

/// Returns what the system says of a thread, in the line that begins so.
fn of_thread(thread: &str, file: &str, begin: &str) -> String {
    let path = format!("/proc/self/task/{thread}/{file}");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(begin));
    line.unwrap_or("unknown").trim().to_owned()
}

/// Returns the functions of a stack that are this crate's or its program's.
fn functions(stack: &str) -> impl Iterator<Item = &str> {
    let names = stack.lines().filter_map(|line| line.split_once(": "));
    let names = names.map(|(_, name)| name.trim());
    names.filter(|name| {
        name.contains("timer_heap") || name.contains("ten_thousand")
    })
}
