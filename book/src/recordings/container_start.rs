//! The start of a container: the steps of its plan in lanes, and what the
//! kernel does at each.
//!
//! The steps are those that `unc run --explain` prints, as the README of
//! `containers` shows them; a test of that crate holds the two together. So
//! the book is built where there are no containers, too.

use std::fs;
use std::path::Path;

use live::recording::{Frame, Look, Recording, Stage, Tile, Track};

use super::source::Source;
use super::start_steps::TOLD;

const README: &str = "containers/README.md";

/// The lanes: the name and the middle of each.
const LANES: [(&str, i32); 3] =
    [("caller", 64), ("child", 192), ("kernel", 320)];

/// How many steps are in sight.
const IN_SIGHT: usize = 9;

pub(super) fn alone() -> Recording {
    let steps = plan();
    let mut film = Film::new();
    film.frame(
        "A program with many threads starts a container; nothing is done yet."
            .to_owned(),
        None,
        None,
    );
    steps.iter().for_each(|step| film.take(step));
    film.end();
    Recording {
        title: "How a container is started".to_owned(),
        tracks: vec![Track {
            name: "unc run true".to_owned(),
            code: film.source.lines,
            stage: stage(),
            frames: film.frames,
        }],
    }
}

/// A step, as the plan prints it.
struct Step {
    who: String,
    name: String,
    detail: String,
}

/// Returns the plan that the README shows.
fn plan() -> Vec<Step> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join(README));
    let text = text.unwrap_or_else(|error| panic!("{README}: {error}"));
    let (_, block) =
        text.split_once("<!-- the recorded plan -->").expect("it has a mark");
    let lines = block.lines().skip_while(|line| !line.starts_with("$ unc"));
    lines.skip(1).take_while(|line| *line != "```").map(step).collect()
}

/// Reads the columns: a number, who takes the step, its name, what it is about.
fn step(line: &str) -> Step {
    let column = |from: usize, to: usize| {
        let end = to.min(line.len());
        line.get(from..end).unwrap_or_default().trim().to_owned()
    };
    Step {
        who: column(4, 11),
        name: column(13, 40),
        detail: column(42, usize::MAX),
    }
}

/// What the caller does while the new process works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Acts,
    Waits,
    Listens,
}

struct Film {
    /// The tiles of each step that was taken, by lane.
    rows: Vec<Vec<(usize, String)>>,
    /// How many steps each has taken, in the order of their coming.
    counts: Vec<(String, usize)>,
    caller: Caller,
    source: Source,
    frames: Vec<Frame>,
}

impl Film {
    fn new() -> Self {
        Self {
            rows: Vec::new(),
            counts: Vec::new(),
            caller: Caller::Acts,
            source: source(),
            frames: Vec::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        let told = TOLD.iter().find(|told| told.0 == step.name);
        let &(_, tile, kernel, say) =
            told.unwrap_or_else(|| panic!("a new step: {}", step.name));
        let target = step.detail.split(':').next().unwrap_or_default();
        let lane = usize::from(step.who != "caller");
        let mut row = vec![(lane, tile.replace("TARGET", target))];
        if !kernel.is_empty() {
            row.push((2, kernel.to_owned()));
        }
        self.rows.push(row);
        match self.counts.iter_mut().find(|(who, _)| *who == step.who) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((step.who.clone(), 1)),
        }
        if step.detail.contains("memory shared") {
            self.caller = Caller::Waits;
        } else if step.name == "execute unc-init" {
            self.caller = Caller::Listens;
        }
        let line = match step.who.as_str() {
            "caller" if step.name == "clone" => "= clone(plan, &prepared)",
            "caller" => "Prepared::new(plan, given)",
            "clone" => "= stage.carry_out(step)",
            _ => "match self.carry_out(step)",
        };
        let say = say.replace("TARGET", target);
        self.frame(say, Some(step.who.clone()), Some(line));
    }

    /// The caller hears that all went well.
    fn end(&mut self) {
        self.caller = Caller::Acts;
        self.rows.push(vec![(0, "it runs".to_owned())]);
        let say = "The caller reads the end of the pipe: no step has failed, \
                   and the container runs.";
        let line = "protocol::outcome(prepared.report, plan)";
        self.frame(say.to_owned(), Some("caller".to_owned()), Some(line));
    }

    fn frame(
        &mut self,
        say: String,
        actor: Option<String>,
        line: Option<&str>,
    ) {
        let count = |(who, count): &(String, usize)| format!("{count} {who}");
        let counts: Vec<String> = self.counts.iter().map(count).collect();
        self.frames.push(Frame {
            say,
            count: counts.join(", "),
            line: line.map(|part| self.source.line(part)),
            actor,
            tiles: self.tiles(),
            ..Frame::default()
        });
    }

    /// Returns the tiles of the last steps; older ones have scrolled away.
    fn tiles(&self) -> Vec<Tile> {
        let first = self.rows.len().saturating_sub(IN_SIGHT);
        let mut tiles = Vec::new();
        for (place, row) in self.rows[first..].iter().enumerate() {
            let number = first + place;
            let is_new = number + 1 == self.rows.len();
            let look = if is_new { Look::Written } else { Look::Plain };
            for (lane, text) in row {
                let id = format!("{number}-{lane}");
                let at = [LANES[*lane].1, y(place)];
                tiles.push(Tile::new(id, text.clone(), at, look));
            }
        }
        let last = self.rows.len().saturating_sub(first + 1);
        let caller = |text: &str, look| {
            Tile::new("caller", text, [LANES[0].1, y(last)], look)
        };
        let is_its_own = self.rows.last().is_none_or(|row| row[0].0 == 0);
        match self.caller {
            Caller::Waits if !is_its_own => {
                tiles.push(caller("waits", Look::Held));
            }
            Caller::Listens if !is_its_own => {
                tiles.push(caller("listens", Look::Read));
            }
            _ => {}
        }
        tiles
    }
}

/// Returns the middle of a row.
fn y(place: usize) -> i32 {
    48 + 28 * i32::try_from(place).expect("few rows")
}

fn source() -> Source {
    let function = Source::function;
    function("containers/src/start/mod.rs", "", "pub(crate) fn start(")
        .and(function(
            "containers/src/start/first_stage.rs",
            "",
            "pub(super) extern \"C\" fn run(",
        ))
        .and(function(
            "containers/src/stage/mod.rs",
            "impl Stage",
            "fn run(mut self)",
        ))
}

fn stage() -> Stage {
    let bottom = y(IN_SIGHT);
    Stage {
        size: [384, bottom],
        lines: LANES.map(|(_, x)| [x, 26, x, bottom - 8]).to_vec(),
        labels: LANES.map(|(name, x)| (x, 18, name.to_owned())).to_vec(),
        ..Stage::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_of_the_plan_is_a_frame_that_fits_the_stage() {
        let steps = plan();
        assert!(steps.len() > 20, "only {} steps", steps.len());
        let Recording { tracks, .. } = alone();
        let Track { frames, stage, .. } = &tracks[0];
        // One before the first step, and one when the caller has heard.
        assert_eq!(frames.len(), steps.len() + 2);
        for tile in frames.iter().flat_map(|frame| &frame.tiles) {
            let [x, y] = tile.at;
            assert!(tile.width <= 120, "{} is too wide", tile.text);
            assert!(x > 0 && x < stage.size[0], "{}", tile.text);
            assert!(y > 0 && y < stage.size[1], "{}", tile.text);
        }
    }

    #[test]
    fn the_caller_waits_until_the_new_process_executes() {
        let Recording { tracks, .. } = alone();
        let frames = &tracks[0].frames;
        let waits = |frame: &&Frame| {
            frame.tiles.iter().any(|tile| tile.text == "waits")
        };
        let names: Vec<String> =
            plan().into_iter().map(|step| step.name).collect();
        let waiting = frames.iter().enumerate().filter(|(_, it)| waits(it));
        let waiting: Vec<&str> =
            waiting.map(|(at, _)| names[at - 1].as_str()).collect();
        assert_eq!(waiting, ["map users and groups", "close descriptors"]);
    }

    #[test]
    fn a_line_of_the_plan_is_read_by_its_columns() {
        let line = "10  init     mount                        /proc: proc";
        let Step { who, name, detail } = step(line);
        assert_eq!([who, name, detail], ["init", "mount", "/proc: proc"]);
        let Step { who, name, detail } = step(" 5  clone    close descriptors");
        assert_eq!([who, name, detail], ["clone", "close descriptors", ""]);
    }
}
