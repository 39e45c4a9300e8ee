//! Which step is meant.

use support::near::plain;

/// Returns a name of a step with the endings of its words left out, so that
/// `clear_note` is `CLEARS_NOTE`.
pub(crate) fn stem(name: &str) -> String {
    let name = plain(name);
    let words =
        name.split('_').map(|word| word.strip_suffix('s').unwrap_or(word));
    words.collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_found_by_its_verb_in_any_form() {
        assert_eq!(stem("clear-note"), stem("CLEARS_NOTE"));
        assert_eq!(stem("WAKES"), stem("wake"));
        assert_ne!(stem("wakes"), stem("wakes_waiters"));
    }
}
