//! After a burst every generation gives its memory back.
#![cfg(not(loom))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use timer_heap::{FakeTime, Generation, Timer, Timers};

const BURST: usize = 100_000;
const SECOND: Duration = Duration::from_secs(1);

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends may free after its locals are gone.
    let _ = LIVE.try_with(|live| live.set(live.get() + bytes));
}

/// The system's allocator, counting the bytes that are in use. On a fake
/// clock all is done by one thread, so the count is the thread's own.
struct Counting;

// SAFETY: all is left to the system's allocator; the count is beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller keeps the rules, which are the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How much of what a burst takes stays after `end` has ended its timers.
fn stays(generation: Generation, end: fn(&mut Vec<Timer>, &FakeTime)) {
    let (timers, time) = Timers::builder().generation(generation).build_fake();
    let mut handles = Vec::with_capacity(BURST);
    timers.after_func(SECOND, || ()).cancel();
    let before = LIVE.get();
    for number in 0..BURST {
        let d = SECOND + Duration::from_micros(number as u64 % 977);
        handles.push(timers.after_func(d, || ()));
    }
    let burst = LIVE.get() - before;
    assert!(burst > BURST as isize, "a burst takes memory: {burst}");
    end(&mut handles, &time);
    assert_eq!(timers.pending(), 0);
    let after = LIVE.get() - before;
    assert!(
        after < burst / 10,
        "{generation:?}: {after} of {burst} bytes stay"
    );
}

#[test]
fn a_burst_that_is_cancelled_returns_its_memory() {
    for generation in Generation::ALL {
        stays(generation, |handles, _| {
            for timer in handles.drain(..) {
                assert!(timer.cancel());
            }
        });
    }
}

#[test]
fn a_burst_that_fires_returns_its_memory() {
    for generation in Generation::ALL {
        stays(generation, |handles, time| {
            time.skip(2 * SECOND);
            handles.clear();
        });
    }
}

#[test]
fn a_burst_without_handles_returns_its_memory() {
    for generation in Generation::ALL {
        stays(generation, |handles, time| {
            handles.clear();
            time.skip(2 * SECOND);
        });
    }
}

/// A timer for each level of a wheel.
#[test]
fn a_wheel_of_all_levels_takes_so_much_memory_and_no_more() {
    let (timers, time) = Timers::builder().build_fake();
    let before = LIVE.get();
    for level in 0..8 {
        timers.after_func(Duration::from_nanos(1 << (17 + 6 * level)), || ());
    }
    time.advance(Duration::from_nanos(1));
    assert_eq!(timers.pending(), 8);
    let bytes = (LIVE.get() - before) as usize;
    assert!(bytes <= 60 * 1024, "{bytes}");
}

/// As if timers of all lengths had been started for a lifetime of the wheel.
#[test]
fn a_wheel_of_which_each_slot_was_full_takes_no_more() {
    let (timers, time) = Timers::builder().build_fake();
    let before = LIVE.get();
    let slots = (0..7)
        .flat_map(|level| (1..=64).map(move |digit| digit << (17 + 6 * level)));
    let all: Vec<_> = slots
        .flat_map(|start| (0..40).map(move |n| Duration::from_nanos(start + n)))
        .map(|d| timers.after_func(d, || ()))
        .collect();
    time.advance(Duration::from_nanos(1));
    assert_eq!(timers.pending(), all.len());
    all.into_iter().for_each(|timer| assert!(timer.cancel()));
    let bytes = (LIVE.get() - before) as usize;
    assert!(bytes <= 60 * 1024, "{bytes}");
}

/// What the front page says that a service takes.
#[test]
fn a_service_takes_so_much_memory_and_no_more() {
    let processors = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .next_power_of_two();
    for generation in Generation::ALL {
        let before = LIVE.get();
        let (timers, _time) =
            Timers::builder().generation(generation).build_fake();
        let bytes = (LIVE.get() - before) as usize;
        if generation == Generation::Best {
            let most = 2 * 1024 * processors;
            assert!(bytes <= most, "without a timer: {bytes}");
        }
        timers.after_func(SECOND, || ()).cancel();
        let bytes = (LIVE.get() - before) as usize;
        let most = match generation {
            Generation::Best => 40 * 1024 * processors,
            _ => 64 * 1024,
        };
        assert!(bytes <= most, "{generation}: {bytes}");
    }
}
