//! Where objects and the pointers between them are drawn.

use crate::recording::Stage;

/// On an oval, so that no pointer crosses an object between its ends.
pub(super) const PLACES: [[i32; 2]; 8] = [
    [116, 28],
    [244, 28],
    [324, 72],
    [324, 128],
    [244, 172],
    [116, 172],
    [36, 128],
    [36, 72],
];

pub(super) fn stage() -> Stage {
    Stage {
        size: [360, 216],
        lines: Vec::new(),
        slots: PLACES.to_vec(),
        labels: vec![(
            180,
            208,
            "* a root keeps it, f finalizer, c cleanup, w weak".to_owned(),
        )],
    }
}

/// Returns a pointer from one place to another, beside the one in the other
/// direction.
pub(super) fn arrow(from: usize, to: usize) -> String {
    let [[x1, y1], [x2, y2]] = [PLACES[from], PLACES[to]];
    if from == to {
        return format!(
            "M{} {}c-14 -26 22 -26 8 0m3 -7l-3 7l-6 -4",
            x1 - 4,
            y1 - 12
        );
    }
    let (dx, dy) = (f64::from(x2 - x1), f64::from(y2 - y1));
    let length = (dx * dx + dy * dy).sqrt();
    let (ux, uy) = (dx / length, dy / length);
    // From here, so far along and so far aside.
    let at = |x: i32, y: i32, along: f64, aside: f64| {
        let x = f64::from(x) + along * ux - aside * uy;
        let y = f64::from(y) + along * uy + aside * ux;
        format!("{} {}", x.round() as i32, y.round() as i32)
    };
    // Boxes are wider than high: a flat arrow starts further out.
    let free = 14.0 + 12.0 * ux.abs();
    format!(
        "M{}L{}M{}L{}L{}",
        at(x1, y1, free, 4.0),
        at(x2, y2, -free, 4.0),
        at(x2, y2, -free - 6.0, 8.0),
        at(x2, y2, -free, 4.0),
        at(x2, y2, -free - 6.0, 0.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_directions_are_two_lines() {
        assert_eq!(arrow(0, 1), "M142 32L218 32M212 36L218 32L212 28");
        assert_eq!(arrow(1, 0), "M218 24L142 24M148 20L142 24L148 28");
    }
}
