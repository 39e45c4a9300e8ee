//! Names in the order in which people expect them.

use std::cmp::Ordering;

/// Compares names with their numbers as numbers: `a/9` before `a/10`.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let same = common(a, b);
    parts(&a[same..]).cmp(parts(&b[same..])).then_with(|| a.cmp(b))
}

/// Returns how much both begin with, without a number that goes on: most
/// names of a suite begin alike.
fn common(a: &str, b: &str) -> usize {
    let pairs = a.bytes().zip(b.bytes());
    let same = pairs.take_while(|(a, b)| a == b).count();
    let goes_on = |&end: &usize| {
        !a.is_char_boundary(end)
            || !b.is_char_boundary(end)
            || a[..end].ends_with(|c: char| c.is_ascii_digit())
    };
    (0..=same).rev().find(|end| !goes_on(end)).unwrap_or(0)
}

/// Splits into text and numbers by turns; a number sorts before a letter.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_other = |c: char| c.is_ascii_digit() != first.is_ascii_digit();
        let end = rest.find(is_other).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        let digits = part.trim_start_matches('0');
        if first.is_ascii_digit() {
            // Of two numbers the one with more digits is larger.
            Some((digits.len(), digits))
        } else {
            Some((usize::MAX, part))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_sort_as_numbers() {
        let mut names = ["put/10/a", "put/9/b", "put/9/a", "get/100", "put"];
        names.sort_by(|a, b| compare(a, b));
        let right = ["get/100", "put", "put/9/a", "put/9/b", "put/10/a"];
        assert_eq!(names, right);
    }

    proptest! {
        #[test]
        fn any_names_have_one_order(a in "[a\u{e9}\u{ea}/0-9]{0,9}", b in "[a\u{e9}\u{ea}/0-9]{0,9}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            let plain = parts(&a).cmp(parts(&b)).then_with(|| a.cmp(&b));
            prop_assert_eq!(compare(&a, &b), plain);
        }
    }
}
