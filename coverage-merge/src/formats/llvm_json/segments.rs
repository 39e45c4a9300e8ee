//! The lines between the places where the count changes.

use super::records::Segment;
use crate::profile::file_lines::{LONG, MOST_IN_FILE, MOST_LINES};

/// Returns the lines that can run, with their counts, as LLVM's own reports
/// have them: a line has the largest count of the regions that start on it,
/// and of the one that goes on from the line before.
pub(super) fn lines(segments: &[Segment]) -> Vec<(u32, u64)> {
    let mut lines = Vec::new();
    // The region that goes on from the line before.
    let mut around: Option<&Segment> = None;
    let mut next_line = 0;
    for here in segments.chunk_by(|a, b| a.line == b.line) {
        let line = here[0].line;
        if let Some(around) = around.filter(|it| it.has_count) {
            between(&mut lines, next_line, line, around.count);
        }
        if let Some(count) = count(here, around) {
            lines.push((line, count));
        }
        around = here.last();
        next_line = line.saturating_add(1);
    }
    lines
}

/// Returns the count of a line with these segments; `None` if nothing on it
/// can run.
fn count(here: &[Segment], around: Option<&Segment>) -> Option<u64> {
    let first = here.first()?;
    let starts =
        || here.iter().filter(|it| it.is_entry && it.has_count && !it.is_gap);
    let is_skipped = first.is_entry && !first.has_count;
    let goes_on = around.is_some_and(|it| it.has_count);
    let enters = here.iter().any(|it| it.is_entry && it.has_count);
    if !(enters || !is_skipped && goes_on) {
        return None;
    }
    let before = around.map_or(0, |it| it.count);
    Some(starts().map(|it| it.count).fold(before, u64::max))
}

/// Adds the lines from `first` on, before `end`. Of more than a source has,
/// the first and the last stand for all.
fn between(lines: &mut Vec<(u32, u64)>, first: u32, end: u32, count: u64) {
    let most =
        if lines.len() as u64 > MOST_IN_FILE { LONG } else { MOST_LINES };
    let Some(last) = end.checked_sub(1).filter(|last| *last >= first) else {
        return;
    };
    if last - first < most {
        lines.extend((first..end).map(|line| (line, count)));
    } else {
        lines.extend([(first, count), (last, count)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(line: u32, count: u64, flags: [bool; 3]) -> Segment {
        let [has_count, is_entry, is_gap] = flags;
        Segment { line, count, has_count, is_entry, is_gap }
    }

    const ENTRY: [bool; 3] = [true, true, false];
    const BACK: [bool; 3] = [true, false, false];
    const END: [bool; 3] = [false, false, false];
    const SKIPPED: [bool; 3] = [false, true, false];

    #[test]
    fn a_line_has_the_most_of_what_starts_and_what_goes_on() {
        let segments = [
            segment(1, 4, ENTRY),
            segment(3, 0, ENTRY),
            segment(5, 4, BACK),
            segment(6, 0, END),
            segment(8, 0, SKIPPED),
        ];
        let expected = [(1, 4), (2, 4), (3, 4), (4, 0), (5, 0), (6, 4)];
        assert_eq!(lines(&segments), expected);
    }

    #[test]
    fn a_region_of_four_billion_lines_is_two() {
        let segments = [segment(1, 1, ENTRY), segment(u32::MAX, 0, END)];
        assert_eq!(lines(&segments).len(), 4);
    }
}
