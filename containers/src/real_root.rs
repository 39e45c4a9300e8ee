//! Whether number 0 is root of the host, as it is outside of all user
//! namespaces; inside of one, it may be anybody.

use std::fs;

/// Asks the maps of this process. What cannot be read is taken for the worst.
pub(crate) fn is_zero() -> bool {
    ["/proc/self/uid_map", "/proc/self/gid_map"]
        .iter()
        .any(|path| fs::read_to_string(path).map_or(true, |it| leads_to(&it)))
}

/// Returns whether a map leads to number 0 outside of it.
fn leads_to(map: &str) -> bool {
    let is_foreign = |line: &str| {
        let first = line.split_whitespace().nth(1);
        first.and_then(|it| it.parse::<u32>().ok()).is_some_and(|it| it > 0)
    };
    !map.lines().all(is_foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_root_where_nothing_is_mapped() {
        assert!(leads_to("         0          0 4294967295\n"));
        assert!(leads_to("0 0 1\n"));
        assert!(leads_to("0 1000 1\n1 0 7\n"));
        assert!(leads_to("what\n"));
        assert!(!leads_to("         0       1000          1\n"));
        assert!(!leads_to("0 1000 1\n1 100000 65536\n"));
    }
}
