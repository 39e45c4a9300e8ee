//! Numbers and names as people read them.

/// Returns a time of so many nanoseconds, in the unit that suits it, in ASCII.
pub fn time(nanoseconds: f64) -> String {
    time_as(nanoseconds, false)
}

/// Like [`time`], with the micro sign where the reader can show it.
pub(crate) fn time_as(nanoseconds: f64, utf8: bool) -> String {
    let micro = if utf8 { "\u{b5}s" } else { "us" };
    let units = [("ps", 1e-3), ("ns", 1.0), (micro, 1e3), ("ms", 1e6)];
    let fits = |(_, size): &&(&str, f64)| nanoseconds < size * 999.5;
    let &(unit, size) = units.iter().find(fits).unwrap_or(&("s", 1e9));
    format!("{} {unit}", three_digits(nanoseconds / size))
}

/// From here on a number is written with its power of ten: nobody counts its
/// digits, and three hundred of them make every row as long.
const HUGE: f64 = 1e15;

/// Returns a count: whole where it is, with a fraction where it is a mean.
pub(crate) fn count(value: f64) -> String {
    if value >= HUGE {
        format!("{value:.2e}")
    } else if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

/// Returns any number: whole where it is, else with four significant digits,
/// however small it is.
pub(crate) fn quantity(value: f64) -> String {
    let size = value.abs();
    match value {
        _ if value.fract() == 0.0 && size < HUGE => format!("{value:.0}"),
        _ if !(1e-3..HUGE).contains(&size) => format!("{value:.3e}"),
        _ => {
            let before = size.log10().floor() as i32;
            let places = usize::try_from(3 - before).unwrap_or(0);
            format!("{value:.places$}")
        }
    }
}

/// Returns a share as a number of percent, without the digits that binary
/// fractions add.
pub(crate) fn percent(share: f64) -> f64 {
    (share * 1e6).round() / 1e4
}

/// Returns three significant digits, or more if more stand before the point.
pub fn three_digits(value: f64) -> String {
    match value {
        _ if value < 9.995 => format!("{value:.2}"),
        _ if value < 99.95 => format!("{value:.1}"),
        _ if value < HUGE => format!("{value:.0}"),
        _ => format!("{value:.2e}"),
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
        assert_eq!(time_as(1500.0, true), "1.50 \u{b5}s");
        assert_eq!((count(3.0), count(0.1)), ("3".into(), "0.10".into()));
        let huge = (time(1e300), count(1e300), three_digits(1e300));
        let right = ("1.00e291 s", "1.00e300", "1.00e300");
        assert_eq!((&*huge.0, &*huge.1, &*huge.2), right);
        assert_eq!(percent(0.07), 7.0); // 100.0 * 0.07 is a little more
        assert_eq!(percent(1.0 - 2.0 * 0.04), 92.0);
        let written = [7.0, 7.203, 0.012_345, 1234.56, 1e-9].map(quantity);
        assert_eq!(written, ["7", "7.203", "0.01235", "1235", "1.000e-9"]);
    }
}
