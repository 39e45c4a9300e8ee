//! Which store a load had its value from.
//!
//! Loom lets a load read an older store where the memory model does. The
//! order of steps does not show it, the value does.

use serde::{Deserialize, Serialize};

use crate::lanes::Event;

/// The store that a load read; steps are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The step whose value it got.
    pub store: usize,
    /// The last step before the load that stored to the variable. Another
    /// than `store`: the read was stale.
    pub newest: usize,
}

impl Origin {
    /// Whether a newer value was there to be read.
    pub fn is_stale(&self) -> bool {
        self.store != self.newest
    }
}

/// The origin of step `load`, if that is a load.
///
/// # Panics
///
/// When no step before stored that value, or several did.
pub(crate) fn origin(events: &[Event], load: usize) -> Option<Origin> {
    let read = &events[load];
    let variable = read.loaded()?;
    let before = events[..load].iter().enumerate();
    let stores: Vec<(usize, &Event)> =
        before.filter(|(_, event)| event.stored() == Some(variable)).collect();
    let mut same = stores.iter().filter(|(_, e)| e.value == read.value);
    let (Some((store, _)), None) = (same.next(), same.next()) else {
        panic!(
            "step {load} loads {} from {variable}: note each store to it, the \
             first value too, and store no value twice",
            read.value
        );
    };
    let (newest, _) = stores.last().expect("there is one at least");
    Some(Origin { store: *store, newest: *newest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(operation: &str, value: u32) -> Event {
        Event {
            thread: "main".to_owned(),
            operation: operation.to_owned(),
            value: value.to_string(),
        }
    }

    #[test]
    fn a_load_is_traced_to_the_store_of_its_value() {
        let events = [
            event("store data", 0),
            event("store flag", 0),
            event("store data", 1),
            event("load data", 0),
            event("load data", 1),
        ];
        let stale = Origin { store: 0, newest: 2 };
        assert_eq!(origin(&events, 3), Some(stale));
        let fresh = Origin { store: 2, newest: 2 };
        assert_eq!(origin(&events, 4), Some(fresh));
        assert_eq!(origin(&events, 2), None);
    }

    #[test]
    #[should_panic(expected = "step 2 loads 0 from data")]
    fn two_stores_of_one_value_tell_nothing() {
        let twice = event("store data", 0);
        origin(&[twice.clone(), twice, event("load data", 0)], 2);
    }

    #[test]
    #[should_panic(expected = "note each store")]
    fn a_value_from_nowhere_is_an_error() {
        origin(&[event("store data", 1), event("load data", 0)], 1);
    }
}
