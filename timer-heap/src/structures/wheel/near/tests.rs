//! What is near comes in order, and no call takes long.

use std::cell::Cell;
use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const COUNT: u32 = if cfg!(miri) { 1_600 } else { 100_000 };

/// Random steps of one program, at most.
const STEPS: usize = if cfg!(miri) { 30 } else { 1_000 };

/// A step looks at a run, or at what is in no run.
const STEP: usize = 2 * BLOCK;

/// Returns entries in an order that is far from sorted.
fn entries() -> impl Iterator<Item = Entry> {
    let scattered = |n: u32| i64::from(n.wrapping_mul(0x9E37_79B1) >> 8);
    (0..COUNT).map(move |n| (scattered(n), n))
}

fn filled() -> Near {
    let mut near = Near::default();
    let (alone, pieces): (Vec<_>, Vec<_>) =
        entries().partition(|entry| entry.1 % 2 == 0);
    alone.into_iter().for_each(|(when, index)| near.push(when, index));
    for piece in pieces.chunks(BLOCK - 1) {
        near.append(&mut piece.to_vec());
    }
    near
}

/// Takes out all that is alive, and returns it in that order.
fn drained(mut near: Near, is_alive: impl Fn(Entry) -> bool) -> Vec<Entry> {
    let mut all = Vec::new();
    loop {
        match near.first(&is_alive) {
            First::Nothing => return all,
            First::Unknown { when } => {
                assert!(all.iter().all(|entry: &Entry| entry.0 <= when));
            }
            First::Alive { when, index } => {
                near.pop((when, index));
                all.push((when, index));
            }
        }
    }
}

#[test]
fn entries_come_in_the_order_of_their_deadlines() {
    let all = drained(filled(), |_| true);
    assert_eq!(all.len(), COUNT as usize);
    assert!(all.is_sorted_by_key(|&(when, _)| when));
}

#[test]
fn no_stop_looks_at_more_than_a_step_of_a_sweep() {
    let mut near = filled();
    let (mut gone, looks) = (vec![false; COUNT as usize], Cell::new(0));
    let (mut most, mut all) = (0, 0);
    for index in (0..COUNT).filter(|index| index % 8 > 0) {
        gone[index as usize] = true;
        looks.set(0);
        near.forget_one(|(_, index)| {
            looks.set(looks.get() + 1);
            !gone[index as usize]
        });
        most = most.max(looks.get());
        all += looks.get();
    }
    assert!((1..=STEP).contains(&most), "{most} looks by one stop");
    assert!(all < 4 * COUNT as usize, "{all} looks by all");
    let alive = (COUNT / 8) as usize;
    assert!(near.len() < 3 * alive, "{} entries are left", near.len());
    let left = drained(near, |(_, index)| !gone[index as usize]);
    assert_eq!(left.len(), alive);
    assert!(left.is_sorted_by_key(|&(when, _)| when));
}

#[test]
fn what_is_in_no_run_is_swept_as_well() {
    let few = || (0..BLOCK as u32).map(|n| (i64::from(n), n));
    let (mut alone, mut together) = (Near::default(), Near::default());
    few().for_each(|(when, index)| alone.push(when, index));
    together.append(&mut few().collect());
    for mut near in [alone, together] {
        assert_eq!((near.len(), near.runs.len()), (BLOCK, 0));
        for index in 0..BLOCK as u32 - 1 {
            near.forget_one(|entry| entry.1 > index);
        }
        assert!(near.len() <= 2 * MANY, "{} entries are left", near.len());
    }
}

#[test]
fn runs_that_were_taken_out_leave_their_places_to_others() {
    let mut runs = Runs::default();
    for _ in 0..100 {
        runs.push(vec![(2, 0), (1, 0)]);
        runs.push(vec![(3, 0)]);
        for when in 1..4 {
            assert_eq!(runs.peek(), Some((when, 0)));
            runs.pop();
        }
        assert_eq!((runs.peek(), runs.len()), (None, 0));
    }
    assert_eq!(runs.places(), 2);
}

#[test]
fn what_goes_round_by_round_behind_one_that_stays_takes_no_room() {
    let (mut near, rounds) = (Near::default(), COUNT / 100);
    near.push(0, 0);
    for round in 1..=rounds {
        let entry = |index| (i64::from(round), index);
        near.append(&mut (1..=FEW as u32).map(entry).collect());
        for _ in 0..FEW {
            near.forget_one(|(_, index)| index == 0);
        }
    }
    assert!(near.len() <= 2 * MANY, "{} entries are left", near.len());
    let places = near.runs.places();
    assert!(places <= 2 * MANY / FEW, "{places} runs were there at once");
}

#[test]
fn a_run_gives_its_room_back_while_it_is_taken_out() {
    let mut runs = Runs::default();
    runs.push((0..BLOCK as u32).rev().map(|n| (i64::from(n), n)).collect());
    (1..BLOCK).for_each(|_| runs.pop());
    assert_eq!(runs.len(), 1);
    assert!(runs.room() <= FEW, "{} entries have room", runs.room());
}

#[test]
fn no_look_for_the_first_passes_all_the_dead() {
    let mut near = filled();
    let last = entries().max().expect("there are some");
    let looks = Cell::new(0);
    let is_alive = |entry| {
        looks.set(looks.get() + 1);
        entry == last
    };
    let mut calls = 0;
    loop {
        looks.set(0);
        let first = near.first(is_alive);
        assert!(looks.get() <= BLOCK, "{} looks at once", looks.get());
        calls += 1;
        if let First::Alive { when, index } = first {
            assert_eq!((when, index), last);
            break;
        }
        assert!(matches!(first, First::Unknown { .. }), "{first:?}");
    }
    assert!(calls > COUNT as usize / BLOCK, "{calls} calls");
}

/// What happens to near timers.
#[derive(Clone, Debug)]
enum Step {
    Start(i64),
    Open(Vec<i64>),
    /// One of those that are there, or none if there are none.
    Stop(usize),
    Fire,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..50_i64).prop_map(Step::Start),
        2 => vec(0..50_i64, 1..BLOCK).prop_map(Step::Open),
        60 => any::<usize>().prop_map(Step::Stop),
        20 => Just(Step::Fire),
    ]
}

/// Near timers, and a set of those that are alive.
#[derive(Default)]
struct Beside {
    near: Near,
    alive: BTreeSet<Entry>,
    next: u32,
}

impl Beside {
    fn new_entry(&mut self, when: i64) -> Entry {
        let entry = (when, self.next);
        self.next += 1;
        self.alive.insert(entry);
        entry
    }

    fn stop(&mut self, at: usize) {
        let at = at % self.alive.len().max(1);
        let Some(&entry) = self.alive.iter().nth(at) else {
            return;
        };
        self.alive.remove(&entry);
        self.near.forget_one(|entry| self.alive.contains(&entry));
    }

    /// Fires the first, and returns false if there is none.
    fn fire(&mut self) -> bool {
        let wanted = self.alive.first().map(|entry| entry.0);
        loop {
            match self.near.first(|entry| self.alive.contains(&entry)) {
                First::Unknown { when } => {
                    assert!(wanted.is_none_or(|wanted| when <= wanted));
                }
                First::Nothing => {
                    assert_eq!(wanted, None);
                    return false;
                }
                First::Alive { when, index } => {
                    assert_eq!(wanted, Some(when));
                    self.near.pop((when, index));
                    assert!(self.alive.remove(&(when, index)));
                    return true;
                }
            }
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Start(when) => {
                let (when, index) = self.new_entry(*when);
                self.near.push(when, index);
            }
            Step::Open(whens) => {
                let entry = |&when| self.new_entry(when);
                let mut piece = whens.iter().map(entry).collect();
                self.near.append(&mut piece);
            }
            Step::Stop(at) => self.stop(*at),
            Step::Fire => {
                self.fire();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: if cfg!(miri) { 1 } else { 32 },
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_steps_leave_what_a_set_has(steps in vec(step(), 1..STEPS)) {
        let mut beside = Beside::default();
        for step in &steps {
            beside.take(step);
        }
        assert_eq!(beside.near.len(), beside.near.iter().count());
        while beside.fire() {}
    }
}
