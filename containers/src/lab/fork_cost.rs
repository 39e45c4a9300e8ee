//! Fork a process that has a large heap.

use std::fs;
use std::hint::black_box;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use super::apart::{LIMIT, fork_alone};
use super::wrong_way::{Seen, Settings, WrongWay};
use crate::trial::child::{Child, Ending, fork};

pub(super) const WAY: WrongWay = WrongWay {
    name: "fork-cost",
    title: "fork a process that has a large heap",
    why: "A fork does not copy memory, but it copies the tables that say where \
          the memory is: 8 bytes for each page of 4 KiB, 2 MiB of tables for \
          a heap of 1 GiB, and each page is marked so that the next write to \
          it is trapped and copied. The runtime pays by its own size for a \
          child that throws all of it away at exec.",
    instead: "clone3 with CLONE_VM and CLONE_VFORK: the child borrows the \
              memory, and the parent's thread sleeps until the child has \
              exec'd. The cost is the same for any heap. The child may then \
              not touch what is the parent's: it works on a stack and a plan \
              that were made for it.",
    run,
};

fn run(settings: &Settings) -> io::Result<Vec<Seen>> {
    let runs = settings.runs.unwrap_or(20).max(1);
    let mut heaps = Vec::new();
    for &size in &settings.heaps {
        heaps.push(measure(size, runs)?);
    }
    let mut seen: Vec<_> = heaps.iter().map(Cost::seen).collect();
    seen.insert(
        0,
        Seen::Figure {
            what: "heap of the caller".into(),
            figures: format!(
                "{:>12}{:>14}{:>8}{:>16}",
                "fork, us", "VM|VFORK, us", "ratio", "tables, KiB"
            ),
        },
    );
    Ok(seen)
}

/// What it costs to start a child, of a process with one heap.
struct Cost {
    /// In MiB.
    heap: usize,
    /// The median of runs that took turns.
    fork: Duration,
    vfork: Duration,
    /// The page tables of a child of fork, in KiB.
    tables: u64,
}

impl Cost {
    fn seen(&self) -> Seen {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let (fork, vfork) = (micros(self.fork), micros(self.vfork));
        let ratio = fork / vfork;
        Seen::Figure {
            what: format!("{} MiB", self.heap),
            figures: format!(
                "{fork:>12.0}{vfork:>14.0}{ratio:>8.1}{:>16}",
                self.tables
            ),
        }
    }
}

/// Starts children by both ways, in turns, with a heap of this size.
fn measure(mib: usize, runs: u32) -> io::Result<Cost> {
    let heap = touched(mib << 20)?;
    let mut times = [Vec::new(), Vec::new()];
    for run in 0..runs {
        for turn in 0..2 {
            let side = (run as usize + turn) % 2;
            let start = Instant::now();
            match [by_fork, by_vfork][side]()?.end(LIMIT)? {
                Ending::Exited(0) => times[side].push(start.elapsed()),
                ending => return Err(io::Error::other(ending.to_string())),
            }
        }
    }
    let tables = tables_of_fork()?;
    black_box(heap);
    let [fork, vfork] = times.map(median);
    Ok(Cost { heap: mib, fork, vfork, tables })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Returns memory in small pages, each of which is there.
fn touched(size: usize) -> io::Result<Vec<u8>> {
    const PAGE: usize = 4_096;
    let mut heap = Vec::<u8>::new();
    heap.try_reserve_exact(size).map_err(io::Error::other)?;
    let start = heap.as_ptr() as usize;
    let first = start.next_multiple_of(PAGE);
    let length = (start + size).saturating_sub(first) / PAGE * PAGE;
    // SAFETY: the pages are of the vector alone; it is a wish about how they
    // are kept, and may be refused.
    unsafe {
        libc::madvise(first as *mut libc::c_void, length, libc::MADV_NOHUGEPAGE)
    };
    heap.resize(size, 1);
    Ok(heap)
}

fn by_fork() -> io::Result<Child> {
    // SAFETY: the child only ends.
    unsafe { fork(|| 0) }
}

/// Returns when the child has ended, as after an exec.
fn by_vfork() -> io::Result<Child> {
    extern "C" fn end(_: *mut libc::c_void) -> libc::c_int {
        0
    }
    let mut stack = vec![0_u128; 1_024];
    let top = stack.as_mut_ptr_range().end;
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    // SAFETY: the child has a stack of its own, which lives until it has
    // ended, because CLONE_VFORK lets this thread sleep until then. It does
    // nothing but end.
    let pid =
        unsafe { libc::clone(end, top.cast(), flags, std::ptr::null_mut()) };
    drop(stack);
    match pid {
        -1 => Err(io::Error::last_os_error()),
        pid => Child::new(pid),
    }
}

/// Returns how large the page tables of a child of fork are, in KiB.
fn tables_of_fork() -> io::Result<u64> {
    let (mut reader, writer) = io::pipe()?;
    let child = fork_alone(|| {
        // It waits until it is killed.
        let _ = reader.read(&mut [0]);
        0
    })?;
    let path = format!("/proc/{}/status", child.pid().as_raw_pid());
    let status = fs::read_to_string(path)?;
    drop(child);
    drop(writer);
    let tables = status.lines().find_map(|line| {
        line.strip_prefix("VmPTE:")?.trim().strip_suffix(" kB")?.parse().ok()
    });
    tables.ok_or_else(|| io::Error::other("no VmPTE in /proc/PID/status"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heap_has_the_size_that_was_asked_for() {
        let heap = touched(3 << 20).unwrap();
        assert_eq!(heap.len(), 3 << 20);
        assert!(heap.iter().step_by(4_096).all(|&byte| byte == 1));
        assert!(touched(0).unwrap().is_empty());
    }

    #[test]
    fn a_child_by_vfork_ends() {
        let child = by_vfork().unwrap();
        assert_eq!(child.end(LIMIT).unwrap(), Ending::Exited(0));
    }
}
