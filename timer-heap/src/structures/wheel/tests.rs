//! Lists that are swept, and timers that stay where they were.

use super::*;
use crate::structures::timer_queue::{Expired, TimerQueue};

/// Most of a slot is stopped, in an order that no list likes; the rest
/// fires, and what was stopped is swept while more is added.
#[test]
#[cfg_attr(miri, ignore = "takes minutes there, and has no unsafe")]
fn a_slot_is_swept_while_timers_come_and_go() {
    let mut wheel = Wheel::default();
    let hour = 3_600_000_000_000;
    let mut ids: Vec<_> =
        (0..4_000).map(|n| wheel.insert(hour + n, n)).collect();
    for step in 0..3_600 {
        let id = ids.swap_remove(step * 7 % ids.len());
        assert!(wheel.remove(id).is_some());
        if step % 4 == 0 {
            ids.push(wheel.insert(hour + step as i64, 0));
        }
        if step % 10 == 0 {
            assert_eq!(wheel.verify(), Ok(()));
        }
    }
    wheel.settle();
    let (slot, _) = wheel.slots.first(0).expect("an hour is far");
    let list = wheel.slots.list(slot).expect("it is occupied");
    let (live, all) = (list.live(), list.len());
    assert_eq!(live, 1_300);
    assert!(all < 4 * live, "{all} entries for {live} timers");
    let mut fired = 0;
    loop {
        match wheel.expire(2 * hour) {
            Expired::Nothing => break,
            Expired::Busy => {}
            Expired::Due { .. } => fired += 1,
        }
    }
    assert_eq!(fired, live);
}

/// A timer put off stays in its slot, and must not hide a later slot's.
#[test]
fn a_timer_put_off_hides_no_other() {
    let mut wheel = Wheel::default();
    let off = wheel.insert(1 << 30, 'a');
    let first = wheel.insert(5 << 30, 'b');
    assert!(wheel.arm(off, 9 << 30));
    let mut now = 0;
    let due = loop {
        now = now.max(wheel.next().expect("two are armed"));
        match wheel.expire(now) {
            Expired::Due { id, when } => break (id, when),
            _ => assert_eq!(wheel.verify(), Ok(())),
        }
    };
    assert_eq!((due, now), ((first, 5 << 30), 5 << 30));
}

/// A timer brought forward stays too, if its slot cascades in time.
#[test]
fn a_timer_stays_unless_its_slot_is_opened_too_late() {
    let mut wheel = Wheel::default();
    let when = (5 << 30) + (1 << 20);
    let stays = wheel.insert(when, 'a');
    wheel.settle();
    let location = wheel.slab.hot(stays.index()).expect("in use").location;
    let Location::Parked(slot) = location else {
        panic!("{location:?}");
    };
    let start = Slots::ticks(slot, wheel.tick).0 << SHIFT;
    assert!(start < when);
    assert!(wheel.arm(stays, start));
    assert_eq!(
        wheel.slab.hot(stays.index()).expect("in use").location,
        location
    );
    assert_eq!(wheel.verify(), Ok(()));
    assert_eq!(wheel.next(), Some(start));
    assert!(wheel.arm(stays, start - 1), "a nanosecond before its slot");
    assert_ne!(
        wheel.slab.hot(stays.index()).expect("in use").location,
        location
    );
    assert_eq!(wheel.verify(), Ok(()));
    assert_eq!(wheel.next(), Some(start - 1));
    let due = wheel.expire(start - 1);
    let when = start - 1;
    assert_eq!(due, Expired::Due { id: stays, when });
}

/// The dead before the first one alive are passed in steps. Between two of them
/// the wheel must not seem empty.
#[test]
fn many_dead_before_a_living_one_hide_it_never() {
    let mut wheel = Wheel::default();
    let (dead, alive) = (4 * BLOCK as i64, 5 * BLOCK as i64);
    let ids: Vec<_> = (0..dead).map(|n| wheel.insert(n, n)).collect();
    (0..alive).for_each(|n| _ = wheel.insert(dead + n, n));
    assert_eq!(wheel.next(), Some(0));
    for id in ids {
        assert!(wheel.remove(id).is_some());
    }
    assert!(wheel.near.iter().count() as i64 == dead + alive, "none is swept");
    let next = wheel.next().expect("many are armed");
    assert!(next < dead, "it has passed {next} at once");
    let mut steps = 0;
    let first = loop {
        match wheel.expire(dead + alive) {
            Expired::Busy => steps += 1,
            other => break other,
        }
    };
    assert!(matches!(first, Expired::Due { when, .. } if when == dead));
    assert!(steps > 1, "{steps} steps");
    assert_eq!(wheel.verify(), Ok(()));
}
