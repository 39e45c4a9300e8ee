//! The interleaving on which loom found a planted bug, a lane for each thread.
//!
//! The crates' own tests keep these files: a stale one fails there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::recording::{Box, Frame, Look, Recording, Stage, Track};

const WIDTH: i32 = 384;
const TOP: i32 = 48;
const ROW: i32 = 28;

/// What `support::recorded` writes.
#[derive(Deserialize)]
struct Schedule {
    bug: String,
    message: String,
    execution: usize,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    thread: String,
    operation: String,
    value: String,
}

/// The recording of `CRATE/BUG`.
///
/// # Errors
///
/// When the crate keeps no such schedule.
pub(crate) fn lanes(name: &str) -> Result<Recording> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (package, bug) = name.split_once('/').with_context(|| {
        format!("\"{name}\": write the crate and the bug, CRATE/BUG")
    })?;
    let folder = root.join(package).join("tests/loom/lanes");
    let file = folder.join(format!("{bug}.json"));
    let text = fs::read_to_string(&file).with_context(|| {
        format!("no schedule of \"{name}\", there is no {}", file.display())
    })?;
    let schedule = serde_json::from_str(&text)
        .with_context(|| format!("{} is no schedule", file.display()))?;
    Ok(drawn(&schedule))
}

fn drawn(schedule: &Schedule) -> Recording {
    let threads = schedule.threads();
    let mut film = vec![Frame {
        say: format!(
            "Execution {} of the model. Which thread goes first?",
            schedule.execution
        ),
        ..Frame::default()
    }];
    for upto in 1..=schedule.steps.len() {
        film.push(schedule.frame(&threads, upto));
    }
    film.push(Frame {
        say: format!("Here loom stops: {}.", schedule.message),
        boxes: schedule.boxes(&threads, schedule.steps.len(), false),
        ..Frame::default()
    });
    Recording {
        title: format!("How {} fails", schedule.bug.replace('_', " ")),
        tracks: vec![Track {
            name: schedule.bug.clone(),
            code: Vec::new(),
            stage: stage(&threads, schedule.steps.len()),
            frames: film,
        }],
    }
}

impl Schedule {
    /// The threads, in the order in which they first ran.
    fn threads(&self) -> Vec<&str> {
        let mut threads = Vec::new();
        for step in &self.steps {
            if !threads.contains(&step.thread.as_str()) {
                threads.push(step.thread.as_str());
            }
        }
        threads
    }

    /// The first `upto` steps.
    fn frame(&self, threads: &[&str], upto: usize) -> Frame {
        let step = &self.steps[upto - 1];
        Frame {
            say: format!("{}: {}.", step.thread, step.text()),
            actor: Some(step.thread.clone()),
            boxes: self.boxes(threads, upto, true),
            ..Frame::default()
        }
    }

    fn boxes(&self, threads: &[&str], upto: usize, is_new: bool) -> Vec<Box> {
        let all = self.steps[..upto].iter().enumerate();
        all.map(|(row, step)| Box {
            id: row.to_string(),
            text: step.text(),
            at: [middle(threads, &step.thread), y(row)],
            look: match is_new && row + 1 == upto {
                true => Look::Written,
                false => Look::Plain,
            },
        })
        .collect()
    }
}

impl Step {
    fn text(&self) -> String {
        format!("{} {}", self.operation, self.value)
            .trim_end()
            .to_owned()
    }
}

/// The middle of a thread's lane.
fn middle(threads: &[&str], thread: &str) -> i32 {
    let lane = threads.iter().position(|&name| name == thread);
    let lane = i32::try_from(lane.unwrap_or(0)).expect("few threads");
    let count = i32::try_from(threads.len()).expect("few threads");
    WIDTH * (2 * lane + 1) / (2 * count)
}

fn y(row: usize) -> i32 {
    TOP + ROW * i32::try_from(row).expect("a short schedule")
}

fn stage(threads: &[&str], rows: usize) -> Stage {
    let bottom = y(rows);
    let lanes = threads.iter().map(|&thread| middle(threads, thread));
    let label =
        |&thread: &&str| (middle(threads, thread), 18, thread.to_owned());
    Stage {
        size: [WIDTH, bottom],
        lines: lanes.map(|x| [x, 26, x, bottom]).collect(),
        slots: Vec::new(),
        labels: threads.iter().map(label).collect(),
    }
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
        };
        let recording = drawn(&Schedule {
            bug: "lost_wake".to_owned(),
            message: "deadlock".to_owned(),
            execution: 2,
            steps: vec![
                step("main", "0"),
                step("other", ""),
                step("main", "1"),
            ],
        });
        let frames = &recording.tracks[0].frames;
        assert_eq!(frames.len(), 5);
        let [main, other, again] = frames[3].boxes.as_slice() else {
            panic!("three steps make three boxes");
        };
        assert_eq!(main.at[0], again.at[0]);
        assert!(main.at[0] < other.at[0] && main.at[1] < other.at[1]);
        assert_eq!(
            (main.text.as_str(), other.text.as_str()),
            ("read 0", "read")
        );
        assert_eq!(frames[2].actor.as_deref(), Some("other"));
        assert_eq!(frames[4].say, "Here loom stops: deadlock.");
    }

    #[test]
    fn what_no_crate_keeps_is_an_error_that_names_the_file() {
        for name in ["nothing", "queue-locks/nothing"] {
            let error = lanes(name).expect_err("there is none").to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
