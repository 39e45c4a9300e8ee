//! What a step-through player shows, in whatever crate it was recorded.

use serde::Serialize;

/// Something that moves, shown step by step; one track for each variant.
#[derive(Clone, Debug, Serialize)]
pub struct Recording {
    /// What happens, in a few words.
    pub title: String,
    /// The variants, shown beside each other and stepped together.
    pub tracks: Vec<Track>,
}

/// One variant at work.
#[derive(Clone, Debug, Serialize)]
pub struct Track {
    /// The variant's name.
    pub name: String,
    /// The source that runs, line by line.
    pub code: Vec<String>,
    /// What does not move.
    pub stage: Stage,
    /// What moves; the first frame is before the first step.
    pub frames: Vec<Frame>,
}

/// The ground on which tiles move; lengths are in units of the drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stage {
    /// How wide and how high the drawing is.
    pub size: [i32; 2],
    /// Lines from one point to another: `[x1, y1, x2, y2]`.
    pub lines: Vec<[i32; 4]>,
    /// Empty places: the centre of each.
    pub slots: Vec<[i32; 2]>,
    /// Words: where the middle of the text stands.
    pub labels: Vec<(i32, i32, String)>,
}

/// The state after one step.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frame {
    /// What happened, as a sentence.
    pub say: String,
    /// What was counted so far.
    pub count: String,
    /// Which line of the code this is, or of the reader's own program,
    /// counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Which thread took this step, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// All tiles that there are.
    pub tiles: Vec<Tile>,
    /// Arrows above the tiles, as paths of SVG.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arrows: Vec<String>,
}

/// A tile that keeps its `id` while it moves.
///
/// ```
/// use live::recording::{Look, Tile};
///
/// let tile = Tile::new("timer a", "40", [20, 20], Look::Plain);
/// assert_eq!(tile.width, 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tile {
    /// Who it is, through all frames.
    pub id: String,
    /// What is written on it.
    pub text: String,
    /// How wide it is: even, and with room for its text.
    pub width: i32,
    /// Where its centre is.
    pub at: [i32; 2],
    /// How it looks.
    pub look: Look,
}

impl Tile {
    /// Makes a tile as wide as its text needs.
    pub fn new(
        id: impl Into<String>,
        text: impl Into<String>,
        at: [i32; 2],
        look: Look,
    ) -> Self {
        let text = text.into();
        let letters = i32::try_from(text.chars().count()).unwrap_or(1);
        let width = (8 * letters + 4).max(20);
        Self { id: id.into(), text, width, at, look }
    }
}

/// How a tile looks; never by colour alone, and with the same meaning in every
/// player.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// At rest.
    Plain,
    /// Read in this step, or gone through: a dashed border.
    Read,
    /// Written in this step: a thick border.
    Written,
    /// Taken out for a while, or waiting: a dotted border.
    Held,
    /// To be called: round ends.
    Due,
    /// Not wanted any more, and still there: its text is struck out.
    Dead,
    /// No longer what is true elsewhere: a border of dashes and dots.
    Stale,
}

impl Look {
    /// Every look that a legend explains, in its order.
    pub const MARKED: [Self; 6] = [
        Self::Read,
        Self::Written,
        Self::Held,
        Self::Due,
        Self::Dead,
        Self::Stale,
    ];

    /// Returns the name of its style.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Read => "read",
            Self::Written => "written",
            Self::Held => "held",
            Self::Due => "due",
            Self::Dead => "dead",
            Self::Stale => "stale",
        }
    }
}
