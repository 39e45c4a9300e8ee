//! The cursor of a merge: two profiles of one program, line by line.

use coverage_merge::{Profile, Step, watch};
use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::source::Source;

/// A line of a profile: the file, the block, how often it ran.
type ProfileLine = (usize, char, u64);

const FIRST: [ProfileLine; 5] =
    [(0, 'a', 1), (0, 'b', 0), (0, 'c', 1), (1, 'd', 2), (1, 'e', 2)];

/// The second profile has a block that the first has not.
const SECOND: [ProfileLine; 6] = [
    (0, 'a', 3),
    (0, 'b', 1),
    (0, 'c', 0),
    (1, 'd', 1),
    (1, 'x', 4),
    (1, 'e', 0),
];

const FILES: [&str; 2] = ["m.go", "n.go"];

pub(super) fn two_profiles() -> Recording {
    let mut profile = Profile::new();
    let mut scene = Scene::default();
    let mut track = |name: &str, lines: &[ProfileLine]| {
        let text: String = lines.iter().map(text).collect();
        let text = format!("mode: count\n{text}");
        let steps = watch(&mut profile, text.as_bytes(), name);
        scene.play(name, lines, &steps.expect("it is a profile"));
        scene.agrees_with(&profile);
        Track {
            name: name.to_owned(),
            code: source().lines,
            stage: stage(),
            frames: std::mem::take(&mut scene.frames),
        }
    };
    let first = track("first: each line is looked up", &FIRST);
    let second = track("second: each line is predicted", &SECOND);
    Recording {
        title: "Two profiles of one program".to_owned(),
        tracks: vec![first, second],
    }
}

/// Returns a line as Go writes it; a block's letter is its line.
fn text(&(file, block, count): &ProfileLine) -> String {
    let line = u32::from(block);
    format!("{}:{line}.1,{line}.9 1 {count}\n", FILES[file])
}

fn source() -> Source {
    let predicted = Source::function(
        "coverage-merge/src/profile/file_blocks.rs",
        "",
        "fn predicted",
    );
    let table = "coverage-merge/src/profile/count_table.rs";
    predicted.and(Source::function(table, "", "pub(crate) fn add("))
}

/// The union as it is drawn.
#[derive(Default)]
struct Scene {
    /// The blocks of each file with their counts, in the union's order.
    files: [Vec<(char, u64)>; 2],
    parsed: usize,
    predicted: usize,
    frames: Vec<Frame>,
}

impl Scene {
    fn play(&mut self, name: &str, lines: &[ProfileLine], steps: &[Step]) {
        (self.parsed, self.predicted) = (0, 0);
        let (name, _) = name.split_once(':').expect("a name and what it does");
        let say = format!("The {name} profile: nothing is expected yet.");
        self.frame(say, None, None, None);
        let mut lines = lines.iter();
        let mut next = || *lines.next().expect("a step for each line");
        let mut entered = None;
        for step in steps {
            match step {
                Step::Entered { file } => entered = Some(*file),
                Step::Followed { file, blocks } => {
                    for block in blocks.clone() {
                        self.follow(*file, block, next());
                    }
                }
                &Step::Found { file, block, new } => {
                    let path = entered.take().is_some();
                    self.find((file, block, new), path, next());
                }
            }
        }
    }

    /// A line that was as predicted.
    fn follow(&mut self, file: usize, at: usize, line: ProfileLine) {
        let (_, block, count) = line;
        self.files[file][at].1 += count;
        self.predicted += 1;
        let whence = match at {
            0 => format!("{} came next last time. ", FILES[file]),
            _ => String::new(),
        };
        let say = format!(
            "{whence}{block} is what was expected: its {count} is added, \
             and nothing is parsed."
        );
        let part = "Some((count, key.len()";
        self.frame(say, Some(part), Some(line), Some((file, at)));
    }

    /// A line that was parsed and looked up.
    fn find(
        &mut self,
        (file, at, new): (usize, usize, bool),
        path: bool,
        line: ProfileLine,
    ) {
        let (_, block, count) = line;
        self.parsed += 1;
        let whence = if path {
            format!("{} is looked up. ", FILES[file])
        } else {
            String::new()
        };
        let (what, part) = if new {
            self.files[file].push((block, count));
            ("is new, and goes to the end", "None => (self.push(key)")
        } else {
            self.files[file][at].1 += count;
            ("is looked up and found", "_ => self.find(&key)")
        };
        // A block that was expected, in a path that was not.
        let part = if path && !new { "Some(predicted)" } else { part };
        let say = format!("{whence}{block} is parsed. It {what}.");
        self.frame(say, Some(part), Some(line), Some((file, at)));
    }

    /// Checks that the drawing has counted as the profile has.
    fn agrees_with(&self, profile: &Profile) {
        let mut drawn: Vec<_> = FILES
            .iter()
            .zip(&self.files)
            .flat_map(|(&path, blocks)| {
                let with_path =
                    move |&(block, count)| (path, u32::from(block), count);
                blocks.iter().map(with_path)
            })
            .collect();
        let mut merged: Vec<_> = profile
            .blocks()
            .map(|(path, block, count)| (path, block.start.line, count))
            .collect();
        drawn.sort_unstable();
        merged.sort_unstable();
        assert_eq!(drawn, merged, "the drawing counts as the merge does");
    }

    /// Adds a frame; `seen` is the line, and `at` the block that it was.
    fn frame(
        &mut self,
        say: String,
        part: Option<&str>,
        seen: Option<ProfileLine>,
        at: Option<(usize, usize)>,
    ) {
        let mut tiles = self.blocks(at);
        tiles.extend(seen.map(line_tile));
        tiles.extend(at.map(next_tile));
        let Self { parsed, predicted, .. } = self;
        self.frames.push(Frame {
            say,
            count: format!("{parsed} parsed, {predicted} predicted"),
            line: part.map(|part| source().line(part)),
            tiles,
            ..Frame::default()
        });
    }

    /// Returns a tile for each block; the one at `written` looks so.
    fn blocks(&self, written: Option<(usize, usize)>) -> Vec<Tile> {
        let mut tiles = Vec::new();
        for (file, blocks) in self.files.iter().enumerate() {
            for (row, &(block, count)) in blocks.iter().enumerate() {
                let is_written = written == Some((file, row));
                let look = if is_written { Look::Written } else { Look::Plain };
                let text = format!("{block} {count}");
                tiles.push(Tile::new(block, text, place(file, row), look));
            }
        }
        tiles
    }
}

/// Returns the tile of the line that is read.
fn line_tile((file, block, count): ProfileLine) -> Tile {
    let text = format!("{} {block} {count}", FILES[file]);
    Tile::new("line", text, [62, 52], Look::Read)
}

/// Returns the tile of the cursor, which stands below a block.
fn next_tile((file, row): (usize, usize)) -> Tile {
    let [x, y] = place(file, row + 1);
    Tile::new("next", "next", [x + 46, y], Look::Held)
}

fn place(file: usize, row: usize) -> [i32; 2] {
    let at = |n| i32::try_from(n).expect("few blocks");
    [170 + 110 * at(file), 52 + 30 * at(row)]
}

fn stage() -> Stage {
    let label = |x, name: &str| (x, 24, name.to_owned());
    Stage {
        size: [360, 164],
        lines: vec![[122, 12, 122, 156]],
        slots: Vec::new(),
        labels: vec![
            label(62, "the line"),
            label(170, FILES[0]),
            label(280, FILES[1]),
        ],
    }
}
