//! Names that come near one that is not known.

/// Returns a name as names are compared: `Wake-Up` is `wake_up`.
///
/// ```
/// assert_eq!(support::near::plain("Wake-Up"), "wake_up");
/// ```
pub fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// Says that there is no `what` of a name, which known names may have been
/// meant, and where all of them are.
///
/// ```
/// use support::near::unknown;
///
/// assert_eq!(
///     unknown("lab", "mutx", ["heap", "mutex"], "cargo lab list"),
///     "there is no lab \"mutx\": did you mean `mutex`? (all: cargo lab list)"
/// );
/// ```
pub fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    all: &str,
) -> String {
    let near: Vec<String> = near(name, known)
        .into_iter()
        .map(|known| format!("`{known}`"))
        .collect();
    let meant = match near.split_last() {
        None => String::new(),
        Some((one, [])) => format!(": did you mean {one}?"),
        Some((last, more)) => {
            format!(": did you mean {} or {last}?", more.join(", "))
        }
    };
    format!("there is no {what} {name:?}{meant} (all: {all})")
}

/// Returns up to three names that come near, the nearest first.
///
/// A part between `::` counts as much as the whole, for it is what people
/// remember.
///
/// ```
/// use support::near::near;
///
/// let known = ["wake_up::one_wait_is_rung_once", "locks::spin::trying"];
/// assert_eq!(near("one-wait-rung-once", known), [known[0]]);
/// assert!(near("xyz", known).is_empty());
/// ```
pub fn near<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    const ALIKE: f64 = 0.72;
    let name = plain(name);
    let mut all: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (likeness(&name, &plain(known)), known))
        .filter(|&(likeness, _)| likeness > ALIKE)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    all.dedup_by_key(|it| it.1);
    all.truncate(3);
    all.into_iter().map(|(_, known)| known).collect()
}

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
        let said = unknown("bug", "flag-after-chek", known, "cargo loom");
        assert_eq!(
            said,
            "there is no bug \"flag-after-chek\": did you mean \
             `flag_after_check`? (all: cargo loom)"
        );
        let said = unknown("bug", "xyz", known, "cargo loom");
        assert_eq!(said, "there is no bug \"xyz\" (all: cargo loom)");
    }

    #[test]
    fn one_remembers_a_part_of_a_long_name() {
        let known = ["wake_up::one_wait_is_rung_once", "locks::spin::trying"];
        assert_eq!(near("wakeup", known), [known[0]]);
        assert_eq!(near("one_wait_rung_once", known), [known[0]]);
    }

    #[test]
    fn of_several_the_nearest_comes_first() {
        let known = ["heap-trip", "mutex", "heap-hole"];
        assert_eq!(near("heap-hol", known), ["heap-hole", "heap-trip"]);
        let said = unknown("lab", "heap-hol", known, "cargo lab list");
        assert!(
            said.contains("did you mean `heap-hole` or `heap-trip`?"),
            "{said}"
        );
    }
}
