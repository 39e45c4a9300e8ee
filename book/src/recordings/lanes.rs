//! The interleaving on which loom found a planted bug, a lane for each thread.
//!
//! A read that does not get the newest value has an arrow from the store that
//! it read: there the order of steps is not the order of memory.
//!
//! The crates' own tests keep these files: a stale one fails there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};
use support::chart::{Chart, Row};
use support::schedules::{ReadsFrom, Schedule, Step};

use super::shared::Strip;

const WIDTH: i32 = 384;
const TOP: i32 = 48;
const ROW: i32 = 28;

/// Returns the recording of `CRATE/BUG`.
///
/// # Errors
///
/// When the crate keeps no such schedule.
pub(crate) fn lanes(name: &str) -> Result<Recording> {
    Ok(drawn(&schedule(name)?))
}

/// Returns the schedule of `CRATE/BUG`.
///
/// # Errors
///
/// When the crate keeps no such schedule.
pub(super) fn schedule(name: &str) -> Result<Schedule> {
    let (package, bug) = place(name)?;
    let file = package.join(format!("tests/loom/lanes/{bug}.json"));
    Schedule::read(&file).with_context(|| format!("no schedule of \"{name}\""))
}

/// Returns the folder of the crate and the bug that `CRATE/BUG` names.
///
/// # Errors
///
/// When it names none.
pub(super) fn place(name: &str) -> Result<(PathBuf, &str)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (package, bug) = name.split_once('/').with_context(|| {
        format!("\"{name}\": write the crate and the bug, CRATE/BUG")
    })?;
    Ok((root.join(package), bug))
}

/// Returns the recording of a schedule.
pub(crate) fn drawn(schedule: &Schedule) -> Recording {
    among(&[&schedule.steps], schedule)
}

/// Returns the recording of a schedule, with room for other runs.
pub(super) fn among(runs: &[&[Step]], schedule: &Schedule) -> Recording {
    let drawing = Drawing::of(runs, &schedule.steps);
    let first = Frame {
        say: format!(
            "Execution {} of the model. Which thread goes first?",
            schedule.execution
        ),
        ..Frame::default()
    };
    let end = format!("Here loom stops: {}.", schedule.message);
    let mut frames = vec![first];
    frames.extend(drawing.film(end));
    Recording {
        title: format!("How {} fails", schedule.bug.replace('_', " ")),
        tracks: vec![Track {
            name: schedule.bug.clone(),
            code: Vec::new(),
            stage: drawing.stage(),
            frames,
        }],
    }
}

/// A run that is drawn, with room for what other runs do.
pub(super) struct Drawing<'a> {
    steps: &'a [Step],
    chart: Chart<'a>,
    strip: Strip<'a>,
    /// The steps of the longest run.
    longest: usize,
}

impl<'a> Drawing<'a> {
    pub(super) fn of(runs: &[&'a [Step]], steps: &'a [Step]) -> Self {
        let first = runs.first().copied().map(|run| Chart::of(run).threads);
        Self {
            steps,
            chart: Chart::among(first.unwrap_or_default(), steps),
            strip: Strip::among(runs, steps),
            longest: runs.iter().map(|run| run.len()).max().unwrap_or(0),
        }
    }

    /// Returns a frame for each step, and one that says how the run ends.
    pub(super) fn film(&self, end: String) -> Vec<Frame> {
        let rows = self.steps.len();
        let steps = (1..=rows).map(|upto| self.frame(upto));
        let last = Frame {
            say: end,
            tiles: self.tiles(rows, false),
            arrows: self.arrows(rows),
            ..Frame::default()
        };
        steps.chain([last]).collect()
    }

    /// Returns the frame after the first `upto` steps.
    fn frame(&self, upto: usize) -> Frame {
        let Row { lane, text, origin, .. } = &self.chart.rows[upto - 1];
        let thread = self.chart.threads[*lane];
        let missed = self.strip.missed(upto - 1).map(|(variable, newest)| {
            format!(
                "By now {variable} is {newest}, which this thread need not \
                 see yet."
            )
        });
        let origin = origin.clone().or(missed).map(|it| format!(" {it}"));
        Frame {
            say: format!("{thread}: {text}.{}", origin.unwrap_or_default()),
            actor: Some(thread.to_owned()),
            tiles: self.tiles(upto, true),
            arrows: self.arrows(upto),
            ..Frame::default()
        }
    }

    /// Returns an arrow from each store to the load that read it although a
    /// newer one was there.
    fn arrows(&self, upto: usize) -> Vec<String> {
        let place = |row: usize| {
            let Tile { at: [x, y], width, .. } = self.tile(row, Look::Plain);
            (x, y, width / 2)
        };
        let loads = self.steps[..upto].iter().enumerate();
        loads
            .filter_map(|(row, step)| {
                let stale = step.read.filter(ReadsFrom::is_stale)?;
                Some(arrow(place(stale.store), place(row)))
            })
            .collect()
    }

    fn tiles(&self, upto: usize, is_new: bool) -> Vec<Tile> {
        let tile = |row: usize| {
            let look = match (self.strip.look(row), is_new && row + 1 == upto) {
                (Look::Stale, _) => Look::Stale,
                (look, true) => look,
                (_, false) => Look::Plain,
            };
            self.tile(row, look)
        };
        let mut tiles = self.strip.tiles(upto, is_new, WIDTH);
        tiles.extend((0..upto).map(tile));
        tiles
    }

    /// Returns the tile of a step.
    fn tile(&self, row: usize, look: Look) -> Tile {
        let Row { lane, text, .. } = &self.chart.rows[row];
        let at = [self.middle(*lane), self.y(row)];
        Tile::new(row.to_string(), text.clone(), at, look)
    }

    /// Returns the middle of a lane.
    fn middle(&self, lane: usize) -> i32 {
        let lane = i32::try_from(lane).expect("few threads");
        let count = i32::try_from(self.chart.threads.len());
        let count = count.expect("few threads");
        WIDTH * (2 * lane + 1) / (2 * count)
    }

    /// Returns the middle of a row.
    fn y(&self, row: usize) -> i32 {
        let row = i32::try_from(row).expect("a short schedule");
        self.strip.height() + TOP + ROW * row
    }

    fn stage(&self) -> Stage {
        let (top, bottom) = (self.strip.height(), self.y(self.longest));
        let threads = &self.chart.threads;
        let lanes = (0..threads.len()).map(|lane| self.middle(lane));
        let label = |(lane, thread): (usize, &&str)| {
            (self.middle(lane), top + 18, (*thread).to_owned())
        };
        let labels = threads.iter().enumerate().map(label);
        Stage {
            size: [WIDTH, bottom],
            lines: lanes.map(|x| [x, top + 26, x, bottom]).collect(),
            slots: Vec::new(),
            labels: self.strip.label().into_iter().chain(labels).collect(),
        }
    }
}

/// Returns a path from the side of one tile to the side of another, in the gap
/// between the lanes.
///
/// Each tile is given by its centre and half its width.
fn arrow(from: (i32, i32, i32), to: (i32, i32, i32)) -> String {
    let rightwards = if to.0 < from.0 { -1 } else { 1 };
    // In one lane it goes out to the right and comes back.
    let side = if to.0 == from.0 { 1 } else { -rightwards };
    let (x1, x2) = (from.0 + rightwards * from.2, to.0 + side * to.2);
    let bend = if to.0 == from.0 { 44 } else { 24 };
    let (bend1, bend2) = (x1 + rightwards * bend, x2 + side * bend);
    let (y1, y2) = (from.1, to.1);
    let back = x2 + 7 * side;
    format!(
        "M{x1} {y1}C{bend1} {y1} {bend2} {y2} {x2} {y2}\
         M{back} {}L{x2} {y2}L{back} {}",
        y2 - 5,
        y2 + 5
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_in_the_lane_of_its_thread_below_the_one_before() {
        let step = |thread: &str, value: &str| Step {
            thread: thread.to_owned(),
            operation: "read".to_owned(),
            value: value.to_owned(),
            read: None,
        };
        let recording = drawn(&Schedule {
            bug: "lost_wake".to_owned(),
            test: String::new(),
            of: String::new(),
            step: String::new(),
            left_out: String::new(),
            model: String::new(),
            why: String::new(),
            message: "deadlock".to_owned(),
            execution: 2,
            steps: vec![
                step("main", "0"),
                step("other", ""),
                step("main", "0"),
            ],
        });
        let frames = &recording.tracks[0].frames;
        assert_eq!(frames.len(), 5);
        let [shared, main, other, again] = frames[3].tiles.as_slice() else {
            panic!("a variable, and three steps make three tiles");
        };
        assert_eq!(shared.text, "number: 0");
        assert_eq!(main.at[0], again.at[0]);
        assert!(main.at[0] < other.at[0] && main.at[1] < other.at[1]);
        assert_eq!(
            (main.text.as_str(), other.text.as_str()),
            ("read 0", "read")
        );
        assert_eq!(frames[2].actor.as_deref(), Some("other"));
        assert_eq!(frames[4].say, "Here loom stops: deadlock.");
    }

    /// The newer value is written before the read, and the older one is read.
    #[test]
    fn a_stale_read_has_an_arrow_and_says_which_store_it_saw() {
        let Recording { tracks, .. } =
            lanes("support/relaxed_store").expect("it is committed");
        let frames = &tracks[0].frames;
        let (last, before) = frames.split_last().expect("there are frames");
        let (read, before) = before.split_last().expect("there are frames");
        assert!(before.iter().all(|frame| frame.arrows.is_empty()));
        assert_eq!(read.arrows.len(), 1);
        assert_eq!(last.arrows, read.arrows, "it stays");
        let said = "value of step 1; step 3 has stored a newer one";
        assert!(read.say.contains(said), "{}", read.say);
        assert_eq!(read.actor.as_deref(), Some("reader"));
    }

    #[test]
    fn an_arrow_leaves_the_store_and_enters_the_read() {
        let across = arrow((96, 48, 50), (288, 188, 40));
        assert!(across.starts_with("M146 48C"), "{across}");
        assert!(across.ends_with("M241 183L248 188L241 193"), "{across}");
        let back = arrow((288, 48, 40), (96, 76, 50));
        assert!(back.starts_with("M248 48C"), "{back}");
        let same = arrow((96, 48, 50), (96, 104, 30));
        assert!(same.ends_with("M133 99L126 104L133 109"), "{same}");
    }

    #[test]
    fn what_no_crate_keeps_is_an_error_that_names_the_file() {
        for name in ["nothing", "queue-locks/nothing"] {
            let error = lanes(name).expect_err("there is none").to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
