//! Answers that are taken from a recording.

use anyhow::{Context, Result};
use live::recording::{Frame, Recording, Track};

use crate::recordings::lanes::lanes;
use crate::recordings::record;

/// What is asked of a recording.
pub(super) struct Asked {
    /// Its line in the block, counted from 0.
    pub(super) line: usize,
    pub(super) query: Query,
    play: String,
    /// What the name of the track begins with.
    track: String,
}

/// The kinds of questions that a recording answers.
pub(super) enum Query {
    /// What the step after this one does.
    Next { step: usize },
    /// The number beside a word in the end.
    Number { word: String },
    /// Which step comes when.
    Order,
}

impl Asked {
    /// Reads a line such as `next: heap-push/hole 3`.
    ///
    /// Returns none if the line asks nothing.
    pub(super) fn parse(
        line: usize,
        text: &str,
    ) -> Result<Option<Self>, String> {
        let Some((kind, rest)) = text.split_once(": ") else {
            return Ok(None);
        };
        let (source, argument) = rest.split_once(' ').unwrap_or((rest, ""));
        let (query, form) = match kind {
            "next" => {
                let step = argument.parse().ok();
                (step.map(|step| Query::Next { step }), "PLAY/TRACK STEP")
            }
            "number" => {
                let word = argument.to_owned();
                let is_word = !word.is_empty();
                (is_word.then_some(Query::Number { word }), "PLAY/TRACK WORD")
            }
            "order" => {
                (argument.is_empty().then_some(Query::Order), "PLAY/TRACK")
            }
            _ => return Ok(None),
        };
        let asked = query.zip(source.split_once('/'));
        let asked = asked.map(|(query, (play, track))| Self {
            line,
            query,
            play: play.to_owned(),
            track: track.to_owned(),
        });
        asked
            .map(Some)
            .ok_or_else(|| format!("write {form} instead of \"{rest}\""))
    }

    /// Returns true if its answer has an explanation beside those of the
    /// choices.
    pub(super) fn is_explained(&self) -> bool {
        matches!(self.query, Query::Number { .. } | Query::Order)
    }

    /// Records it and returns the track.
    pub(super) fn track(&self) -> Result<Track> {
        let Self { play, track, .. } = self;
        let mut tracks = self.recording()?.tracks.into_iter();
        tracks
            .find(|found| found.name.starts_with(track))
            .with_context(|| format!("{play} has no track \"{track}\""))
    }

    /// Returns the recording that is played, or the lanes of a planted bug.
    fn recording(&self) -> Result<Recording> {
        let Self { play, track, .. } = self;
        match record(play) {
            Some(recording) => Ok(recording),
            None => lanes(&format!("{play}/{track}"))
                .with_context(|| format!("no recording \"{play}\"")),
        }
    }
}

/// Returns the step with this number.
pub(super) fn frame(track: &Track, step: usize) -> Result<&Frame> {
    let count = track.frames.len();
    let frame = track.frames.get(step);
    frame.with_context(|| format!("no step {step} of {count}"))
}

/// Returns the number beside `word` in what was counted at the end, such as 4 in
/// "4 comparisons, 3 writes" and in "collection 4".
pub(super) fn number(track: &Track, word: &str) -> Result<u64> {
    let end = track.frames.last().context("an empty recording")?;
    let beside = |count: &str| match count.trim().split_once(' ')? {
        (number, found) | (found, number) if found == word => {
            number.parse().ok()
        }
        _ => None,
    };
    end.count.split(',').find_map(beside).with_context(|| {
        format!("\"{}\" has no number beside \"{word}\"", end.count)
    })
}

/// Returns the first step that says `text`.
pub(super) fn step(track: &Track, text: &str) -> Result<usize> {
    let says = |frame: &Frame| frame.say.contains(text);
    let found = track.frames.iter().position(says);
    found.with_context(|| format!("no step says \"{text}\""))
}
