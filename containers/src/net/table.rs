//! Which addresses are taken.

use std::ops::RangeInclusive;

/// The numbers for containers: 0 is the network, 1 the bridge, 255 all.
const NUMBERS: RangeInclusive<u8> = 2..=254;

/// The table of addresses, by their number in the network.
///
/// The lowest that is free is taken, so no two containers ever draw the same
/// one, and the first container always has the same.
#[derive(Clone, Debug)]
pub(super) struct Table {
    is_taken: [bool; 256],
}

impl Table {
    pub(super) fn new() -> Self {
        Self { is_taken: [false; 256] }
    }

    // ANCHOR: take
    /// Takes the lowest free number; returns nothing when all are taken.
    pub(super) fn take(&mut self) -> Option<u8> {
        let number = NUMBERS.into_iter().find(|it| !self.taken(*it))?;
        self.is_taken[usize::from(number)] = true;
        Some(number)
    }
    // ANCHOR_END: take

    /// Returns whether all numbers are taken.
    pub(super) fn is_full(&self) -> bool {
        NUMBERS.into_iter().all(|it| self.taken(it))
    }

    /// Gives a number back.
    pub(super) fn release(&mut self, number: u8) {
        self.is_taken[usize::from(number)] = false;
    }

    fn taken(&self, number: u8) -> bool {
        self.is_taken[usize::from(number)]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// What happens to the table: a container comes, or one of them goes.
    #[derive(Clone, Debug)]
    enum Event {
        Comes,
        Goes(prop::sample::Index),
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            2 => Just(Event::Comes),
            1 => any::<prop::sample::Index>().prop_map(Event::Goes),
        ];
        prop::collection::vec(event, 0..1200)
    }

    proptest! {
        #[test]
        fn the_lowest_free_number_is_taken_and_none_twice(events in events()) {
            let mut table = Table::new();
            let mut free: BTreeSet<u8> = NUMBERS.collect();
            let mut taken = Vec::new();
            for event in events {
                match event {
                    Event::Comes => {
                        let number = table.take();
                        prop_assert_eq!(number, free.pop_first());
                        taken.extend(number);
                    }
                    Event::Goes(which) if !taken.is_empty() => {
                        let number = taken.swap_remove(which.index(taken.len()));
                        table.release(number);
                        free.insert(number);
                    }
                    Event::Goes(_) => {}
                }
            }
        }
    }

    #[test]
    fn it_has_253_addresses_and_says_when_it_is_full() {
        let mut table = Table::new();
        let all: Vec<u8> = std::iter::from_fn(|| table.take()).collect();
        assert_eq!(all.len(), 253);
        assert_eq!((all[0], all[252]), (2, 254));
        table.release(77);
        assert_eq!((table.take(), table.take()), (Some(77), None));
    }
}
