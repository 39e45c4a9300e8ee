//! Clone past the C library while other threads allocate.

use std::hint::black_box;
use std::io;

use super::apart::apart;
use super::hammer::stuck_children;
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::child::{Child, clone3, fork};

pub(super) const WAY: WrongWay = WrongWay {
    name: "clone-malloc",
    title: "allocate in the child of a raw clone3",
    why: "malloc has locks. fork(3) of the C library takes them before the \
          copy and gives them back on both sides, so that the child can \
          allocate; a raw clone3 knows nothing of them. With glibc's habit of \
          an arena for each thread the forking thread's own is rarely locked \
          by another, so that all goes well on the developer's machine. With \
          one arena (MALLOC_ARENA_MAX=1, as in containers with little memory, \
          or with musl, which has but one lock) the same program hangs.",
    instead: "Allocate before the clone, never after it: every path, argument \
              and message is made ready by the parent. `unc` prepares a plan \
              in the parent; the child only carries it out until its exec.",
    run,
};

fn run(settings: &Settings) -> io::Result<Vec<Seen>> {
    let runs = settings.runs.unwrap_or(300);
    let rate = |what, one_arena, start: fn() -> io::Result<Child>| {
        let count = apart(|| {
            if one_arena {
                allow_one_arena();
            }
            stuck_children(runs, allocate, start)
        })?;
        io::Result::Ok(Seen::Rate { what, wrong: "children hung", count, runs })
    };
    Ok(vec![
        rate("3 threads allocate, clone3, the child allocates", false, raw)?,
        rate("... with one arena for all threads", true, raw)?,
        rate("... with one arena, by fork of the C library", true, forked)?,
    ])
}

fn raw() -> io::Result<Child> {
    // SAFETY: it breaks the promise not to allocate, which is the subject:
    // what was half done to the arena is the parent's thread's own, and the
    // child waits for its lock, or finds all whole.
    unsafe { clone3(child) }
}

fn forked() -> io::Result<Child> {
    // SAFETY: the C library lets the child of its fork allocate.
    unsafe { fork(child) }
}

fn child() -> u8 {
    (0..50).for_each(|_| allocate());
    0
}

/// Allocates more than a thread keeps for itself, so that a lock is taken.
fn allocate() {
    for size in [5_000, 20_000, 60_000] {
        drop(black_box(Vec::<u8>::with_capacity(size)));
    }
}

/// Does what `MALLOC_ARENA_MAX=1` does.
#[cfg(target_env = "gnu")]
fn allow_one_arena() {
    // SAFETY: it sets a number, and no other thread allocates yet.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// Other C libraries have one lock anyway.
#[cfg(not(target_env = "gnu"))]
fn allow_one_arena() {}
