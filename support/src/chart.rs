//! A schedule as columns: a lane a thread, a row a step.
//!
//! The book draws a chart as a picture, and `cargo loom` as text; which step
//! stands where, and what is said of it, is decided here for both.

use crate::paragraph::folded;
use crate::schedules::Step;

/// The steps of a schedule, a lane for each thread.
#[derive(Debug)]
pub struct Chart<'a> {
    /// The threads, in the order of their lanes: mostly that in which they
    /// first ran.
    pub threads: Vec<&'a str>,
    /// The steps, in the order in which they ran.
    pub rows: Vec<Row>,
}

/// One step in its lane.
#[derive(Debug)]
pub struct Row {
    /// The lane, counted from 0.
    pub lane: usize,
    /// What the thread did, and what it read, wrote or got.
    pub text: String,
    /// Which store a load read, as a sentence.
    pub origin: Option<String>,
    /// A newer store was there to be read.
    pub is_stale: bool,
}

impl<'a> Chart<'a> {
    /// Lays out the steps of a schedule.
    pub fn of(steps: &'a [Step]) -> Self {
        Self::among(Vec::new(), steps)
    }

    /// Lays out the steps of a schedule, these threads in the first lanes.
    pub fn among(threads: Vec<&'a str>, steps: &'a [Step]) -> Self {
        let mut threads = threads;
        let mut rows = Vec::new();
        for step in steps {
            let known = threads.iter().position(|&it| it == step.thread);
            let lane = known.unwrap_or_else(|| {
                threads.push(&step.thread);
                threads.len() - 1
            });
            rows.push(Row {
                lane,
                text: text(step),
                origin: origin(step),
                is_stale: step.read.is_some_and(|read| read.is_stale()),
            });
        }
        Self { threads, rows }
    }

    /// Returns the chart as lines of at most `width` columns, as long as a
    /// lane has room for twelve.
    ///
    /// ```
    /// use support::chart::Chart;
    /// use support::schedules::Step;
    ///
    /// let step = |thread: &str, operation: &str| Step {
    ///     thread: thread.into(),
    ///     operation: operation.into(),
    ///     value: String::new(),
    ///     read: None,
    /// };
    /// let steps = [step("sleeper", "look"), step("starter", "push")];
    /// let text = Chart::of(&steps).text(40);
    /// assert_eq!(
    ///     text,
    ///     "    sleeper           starter\n\
    ///      \u{20}1  look              |\n\
    ///      \u{20}2  |                 push\n"
    /// );
    /// ```
    pub fn text(&self, width: usize) -> String {
        let lanes = self.threads.len().max(1);
        let lane = (width.saturating_sub(NUMBER) / lanes).max(12);
        let mut text = line("", &self.threads, lane);
        for (number, row) in (1..).zip(&self.rows) {
            let number = format!("{number:>2}");
            for (at, part) in self.parts(row, lane - 2).iter().enumerate() {
                let mut cells = vec!["|"; lanes];
                cells[row.lane] = part;
                let number = if at == 0 { number.as_str() } else { "" };
                text += &line(number, &cells, lane);
            }
        }
        text
    }

    /// Returns what stands in the lane of a row, folded to `width`.
    fn parts(&self, row: &Row, width: usize) -> Vec<String> {
        let mut parts = folded(&row.text, width);
        // Who reads the newest value reads what the rows above show.
        if let Some(origin) = row.origin.as_ref().filter(|_| row.is_stale) {
            parts.extend(folded(&format!("STALE: {origin}"), width));
        }
        parts
    }
}

/// The columns of a row's number, and of the gap after it.
const NUMBER: usize = 4;

fn line(number: &str, cells: &[&str], lane: usize) -> String {
    let cells: String =
        cells.iter().map(|cell| format!("{cell:<lane$}")).collect();
    format!("{number:<NUMBER$}{cells}").trim_end().to_owned() + "\n"
}

fn text(step: &Step) -> String {
    format!("{} {}", step.operation, step.value).trim_end().to_owned()
}

/// Returns in words which store a load read; steps are counted from 1.
fn origin(step: &Step) -> Option<String> {
    let read = step.read?;
    let store = read.store + 1;
    Some(if read.is_stale() {
        format!(
            "That is the value of step {store}; step {} has stored a newer \
             one, which this thread need not see yet.",
            read.newest + 1
        )
    } else {
        format!("That is the value of step {store}.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedules::ReadsFrom;

    fn step(thread: &str, operation: &str, read: Option<ReadsFrom>) -> Step {
        Step {
            thread: thread.to_owned(),
            operation: operation.to_owned(),
            value: "0".to_owned(),
            read,
        }
    }

    #[test]
    fn a_stale_read_says_in_its_lane_which_store_it_saw() {
        let stale = Some(ReadsFrom { store: 0, newest: 1 });
        let steps = [
            step("writer", "store data", None),
            step("writer", "store data", None),
            step("reader", "load data", stale),
        ];
        let chart = Chart::of(&steps);
        assert_eq!(chart.threads, ["writer", "reader"]);
        let text = chart.text(60);
        assert!(text.contains("\n 3  |"), "{text}");
        assert!(text.contains("load data 0"), "{text}");
        assert!(text.contains("STALE: That is the value"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 60), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_whatever_the_lanes_hold() {
        let long = "compare and exchange of a very long name";
        let steps = ["a", "b", "c", "d"].map(|it| step(it, long, None));
        for width in [52, 80, 132] {
            let text = Chart::of(&steps).text(width);
            assert!(text.lines().all(|it| it.len() <= width), "{text}");
        }
    }
}
