//! Which store a load reads from: the relation *reads-from* of memory models.
//!
//! Loom lets a load read an older store where the memory model does. The
//! order of the steps does not show it, but the value does.

use serde::{Deserialize, Serialize};

use crate::lanes::Event;

/// The store that a load reads from. Steps are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadsFrom {
    /// The step that stored the value.
    pub store: usize,
    /// The last step before the load that stored to the variable. The read is
    /// stale if this is another step than `store`.
    pub newest: usize,
}

impl ReadsFrom {
    /// Returns whether a newer value was there to be read.
    pub fn is_stale(&self) -> bool {
        self.store != self.newest
    }
}

/// Returns the store that step `load` reads from, or `None` if the step is no
/// load.
///
/// # Errors
///
/// When no step before stored that value, or when several did.
pub(crate) fn reads_from(
    events: &[Event],
    load: usize,
) -> Result<Option<ReadsFrom>, String> {
    let read = &events[load];
    let Some(variable) = read.loaded() else { return Ok(None) };
    let before = events[..load].iter().enumerate();
    let stores: Vec<(usize, &Event)> =
        before.filter(|(_, event)| event.stored() == Some(variable)).collect();
    let mut same = stores.iter().filter(|(_, e)| e.value == read.value);
    let (Some((store, _)), None) = (same.next(), same.next()) else {
        return Err(format!(
            "step {load} loads {} from {variable}: note each store to it, the \
             first value too, and store no value twice",
            read.value
        ));
    };
    let (newest, _) = stores.last().expect("there is one at least");
    Ok(Some(ReadsFrom { store: *store, newest: *newest }))
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
        let stale = ReadsFrom { store: 0, newest: 2 };
        assert_eq!(reads_from(&events, 3), Ok(Some(stale)));
        let fresh = ReadsFrom { store: 2, newest: 2 };
        assert_eq!(reads_from(&events, 4), Ok(Some(fresh)));
        assert_eq!(reads_from(&events, 2), Ok(None));
    }

    #[test]
    fn two_stores_of_one_value_tell_nothing() {
        let twice = event("store data", 0);
        let events = [twice.clone(), twice, event("load data", 0)];
        let error = reads_from(&events, 2).unwrap_err();
        assert!(error.starts_with("step 2 loads 0 from data"), "{error}");
    }

    #[test]
    fn a_value_from_nowhere_is_an_error() {
        let events = [event("store data", 1), event("load data", 0)];
        let error = reads_from(&events, 1).unwrap_err();
        assert!(error.contains("note each store"), "{error}");
    }
}
