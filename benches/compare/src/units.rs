//! Numbers as people read them.

/// A time of so many nanoseconds, in the unit that suits it.
pub fn time(nanoseconds: f64) -> String {
    let units = [("ps", 1e-3), ("ns", 1.0), ("us", 1e3), ("ms", 1e6)];
    let fits = |(_, size): &&(&str, f64)| nanoseconds < size * 999.5;
    let &(unit, size) = units.iter().find(fits).unwrap_or(&("s", 1e9));
    format!("{} {unit}", three_digits(nanoseconds / size))
}

/// Three significant digits, where there are not more before the point.
pub fn three_digits(value: f64) -> String {
    match value {
        _ if value < 9.995 => format!("{value:.2}"),
        _ if value < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_and_a_unit() {
        assert_eq!(time(0.24), "240 ps");
        assert_eq!(time(1.0), "1.00 ns");
        assert_eq!(time(99.96), "100 ns");
        assert_eq!(time(999.6), "1.00 us");
        assert_eq!(time(4.5e10), "45.0 s");
    }
}
