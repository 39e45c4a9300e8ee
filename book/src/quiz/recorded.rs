//! Answers that are taken from a recording.

use anyhow::{Context, Result};
use live::recording::{Frame, Track};

use crate::recordings;

/// What is asked of a recording.
pub(super) enum Asked {
    /// What the step after this one does.
    Next { place: Place, step: usize },
    /// The number beside a word in the end.
    Number { place: Place, word: String },
    /// Which step comes when.
    Order { place: Place },
}

/// One track of one recording.
pub(super) struct Place {
    play: String,
    /// What the name of the track begins with.
    track: String,
}

impl Asked {
    /// Reads a line such as `next: heap-push/hole 3`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (kind, rest) = line.split_once(": ")?;
        let (place, argument) = rest.split_once(' ').unwrap_or((rest, ""));
        let (play, track) = place.split_once('/')?;
        let place = Place {
            play: play.to_owned(),
            track: track.to_owned(),
        };
        match kind {
            "next" => {
                let step = argument.parse().ok()?;
                Some(Self::Next { place, step })
            }
            "number" => {
                let word = argument.to_owned();
                Some(Self::Number { place, word })
            }
            "order" => Some(Self::Order { place }),
            _ => None,
        }
    }

    fn place(&self) -> &Place {
        match self {
            Self::Next { place, .. }
            | Self::Number { place, .. }
            | Self::Order { place } => place,
        }
    }

    /// Records it, and takes the track.
    pub(super) fn track(&self) -> Result<Track> {
        let Place { play, track } = self.place();
        let recording = recordings::record(play)
            .with_context(|| format!("no recording \"{play}\""))?;
        let mut tracks = recording.tracks.into_iter();
        tracks
            .find(|found| found.name.starts_with(track))
            .with_context(|| format!("{play} has no track \"{track}\""))
    }

    pub(super) fn frame<'a>(
        &self,
        track: &'a Track,
        step: usize,
    ) -> Result<&'a Frame> {
        let count = track.frames.len();
        track
            .frames
            .get(step)
            .with_context(|| format!("no step {step} of {count}"))
    }
}

/// The number beside `word` in what was counted at the end.
pub(super) fn number(track: &Track, word: &str) -> Result<u64> {
    let end = track.frames.last().context("an empty recording")?;
    let words: Vec<&str> = end
        .count
        .split([' ', ',', ':'])
        .filter(|part| !part.is_empty())
        .collect();
    let number = |at: usize| words.get(at)?.parse().ok();
    let at = words.iter().position(|found| *found == word);
    at.and_then(|at| number(at + 1).or_else(|| number(at.checked_sub(1)?)))
        .with_context(|| {
            format!("\"{}\" has no number beside \"{word}\"", end.count)
        })
}

/// The first step that says `text`.
pub(super) fn step(track: &Track, text: &str) -> Result<usize> {
    let says = |frame: &Frame| frame.say.contains(text);
    let found = track.frames.iter().position(says);
    found.with_context(|| format!("no step says \"{text}\""))
}
