//! Pointers between objects in a row, drawn as lines with heads.

type Point = [i32; 2];
/// From one point to another.
type Segment = [i32; 4];

/// Half of a box with one letter, sideways and upwards.
const HALF: Point = [10, 11];

/// How far the two directions between neighbours are apart from the middle.
const APART: i32 = 5;

/// How far below the row a pointer goes that passes by a neighbour.
const BELOW: i32 = 26;

/// Returns the lines of a pointer as a path of SVG.
pub(super) fn path(lines: &[Segment]) -> String {
    let line = |[x1, y1, x2, y2]: &Segment| format!("M{x1} {y1}L{x2} {y2}");
    lines.iter().map(line).collect()
}

/// Returns the lines of a pointer between neighbours.
pub(super) fn beside([x1, y]: Point, [x2, _]: Point) -> Vec<Segment> {
    let right = (x2 - x1).signum();
    let y = y - right * APART;
    let end = x2 - right * HALF[0];
    let back = end - right * 6;
    vec![
        [x1 + right * HALF[0], y, end, y],
        [back, y - 4, end, y],
        [back, y + 4, end, y],
    ]
}

/// Returns the lines of a pointer that goes round below what stands between.
pub(super) fn below([x1, y]: Point, [x2, _]: Point) -> Vec<Segment> {
    let (end, low) = (y + HALF[1], y + BELOW);
    vec![
        [x1, end, x1, low],
        [x1, low, x2, low],
        [x2, low, x2, end],
        [x2 - 4, end + 6, x2, end],
        [x2 + 4, end + 6, x2, end],
    ]
}
