//! A recording as HTML: a drawing of the first frame and the steps as a list
//! for readers without JavaScript, and the data for the player.

use std::fmt::Write;

use crate::markup::escape;
use crate::recording::{Frame, Look, Recording, Stage, Tile, Track};

/// Returns the player of a recording, as one block of HTML without blank lines.
///
/// # Panics
///
/// Never, because strings and numbers are always JSON.
pub fn player(recording: &Recording) -> String {
    let data = serde_json::to_string(recording).expect("plain data");
    // The only sequence that could end the script early.
    let data = data.replace("</", "<\\/");
    let title = escape(&recording.title);
    let tracks: String = recording.tracks.iter().map(in_words).collect();
    format!(
        "<step-player>\n\
         <script type=\"application/json\">{data}</script>\n\
         <p class=\"title\">{title}</p>\n\
         <div class=\"tracks\">\n{tracks}</div>\n{}\
         </step-player>\n",
        legend(recording)
    )
}

/// Returns what the marked tiles of a recording mean, or nothing if none is
/// marked.
fn legend(recording: &Recording) -> String {
    let frames = recording.tracks.iter().flat_map(|track| &track.frames);
    let looks: Vec<Look> =
        frames.flat_map(|frame| &frame.tiles).map(|tile| tile.look).collect();
    let chips: String = Look::MARKED
        .iter()
        .filter(|look| looks.contains(look))
        .map(|look| format!("<li class=\"{0}\">{0}</li>\n", look.name()))
        .collect();
    if chips.is_empty() {
        return String::new();
    }
    format!("<ul class=\"legend\" aria-label=\"Legend\">\n{chips}</ul>\n")
}

/// Returns a track before its first step, with all steps in words.
fn in_words(track: &Track) -> String {
    let name = escape(&track.name);
    let steps: String = track
        .frames
        .iter()
        .map(|frame| format!("<li>{}</li>\n", escape(&frame.say)))
        .collect();
    // Lanes begin with nothing: their end says more.
    let first = track.frames.first().filter(|frame| !frame.tiles.is_empty());
    let drawing = match first.or(track.frames.last()) {
        Some(frame) => still(&track.stage, frame),
        None => String::new(),
    };
    format!(
        "<div class=\"track\">\n<p class=\"name\">{name}</p>\n{drawing}\
         <details class=\"steps\">\n<summary>All steps of {name} in \
         words</summary>\n<ol>\n{steps}</ol>\n</details>\n</div>\n"
    )
}

/// Returns the stage with the tiles of one frame on it, as SVG.
pub fn still(stage: &Stage, frame: &Frame) -> String {
    let [width, height] = stage.size;
    let say = escape(&frame.say);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{say}\">\n"
    );
    for [x1, y1, x2, y2] in &stage.lines {
        let _ = writeln!(svg, "<path d=\"M{x1} {y1}L{x2} {y2}\"/>");
    }
    for [x, y] in &stage.slots {
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{y}\" r=\"3\"/>");
    }
    for (x, y, text) in &stage.labels {
        let text = escape(text);
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\">{text}</text>");
    }
    svg.push_str("<g class=\"tiles\">\n");
    for tile in &frame.tiles {
        svg += &drawn(tile);
    }
    svg + "</g>\n</svg>\n"
}

fn drawn(tile: &Tile) -> String {
    let [x, y] = tile.at;
    let text = escape(&tile.text);
    let width = tile.width;
    let look = tile.look.name();
    format!(
        "<g class=\"tile {look}\" transform=\"translate({x} {y})\">\
         <rect x=\"{}\" y=\"-11\" width=\"{width}\" height=\"22\" rx=\"3\"/>\
         <text y=\"4\">{text}</text></g>\n",
        -width / 2,
    )
}
