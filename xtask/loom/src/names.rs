//! Which name is meant.

/// Returns a name as names are compared: `Wake-Up` is `wake_up`.
pub(crate) fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// Returns a name of a step with the endings of its words left out, so that
/// `clear_note` is `CLEARS_NOTE`.
pub(crate) fn stem(name: &str) -> String {
    let name = plain(name);
    let words =
        name.split('_').map(|word| word.strip_suffix('s').unwrap_or(word));
    words.collect::<Vec<_>>().join("_")
}

/// Returns an error that says what there is no `what` of, and which known
/// names come near.
pub(crate) fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    list: &str,
) -> anyhow::Error {
    let near = near(name, known);
    let near = if near.is_empty() {
        String::new()
    } else {
        format!("; near it: {}", near.join(", "))
    };
    anyhow::anyhow!("there is no {what} \"{name}\"{near} (all: {list})")
}

/// Returns up to three names that come near, the nearest first.
fn near<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let name = plain(name);
    let mut all: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (likeness(&name, &plain(known)), known))
        .filter(|&(likeness, _)| likeness > 0.72)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    all.dedup_by_key(|it| it.1);
    all.truncate(3);
    all.into_iter().map(|(_, known)| known).collect()
}

/// Compares with the whole name and with each of its parts, of which one is
/// what people remember.
fn likeness(name: &str, known: &str) -> f64 {
    let parts = known.split("::").chain([known]);
    let parts = parts.map(|part| strsim::jaro_winkler(name, part));
    parts.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_told_its_neighbours() {
        let known = ["flag_after_check", "wake_before_push", "stop_undone"];
        let error = unknown("bug", "flag-after-chek", known, "cargo loom");
        assert_eq!(
            error.to_string(),
            "there is no bug \"flag-after-chek\"; near it: flag_after_check \
             (all: cargo loom)"
        );
        let error = unknown("bug", "xyz", known, "cargo loom").to_string();
        assert!(!error.contains("near it"), "{error}");
    }

    #[test]
    fn one_remembers_a_part_of_a_long_name() {
        let known = ["wake_up::one_wait_is_rung_once", "locks::spin::trying"];
        assert_eq!(near("wakeup", known), [known[0]]);
        assert_eq!(near("one_wait_rung_once", known), [known[0]]);
    }

    #[test]
    fn a_step_is_found_by_its_verb_in_any_form() {
        assert_eq!(stem("clear-note"), stem("CLEARS_NOTE"));
        assert_eq!(stem("WAKES"), stem("wake"));
        assert_ne!(stem("wakes"), stem("wakes_waiters"));
    }
}
