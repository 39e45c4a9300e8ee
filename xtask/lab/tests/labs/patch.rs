//! A wrong solution: a patch of ours, with the verdict that it must get.
//!
//! It begins with lines of its own, up to the first empty one: `Why:`,
//! `Stage:` counted from 1, `Gate:` and `Verdict:` with ` or ` between where
//! the machine decides which of them comes first, and `Says:` for each text
//! that the report must have. `Often: yes` is for the few of a lab that are
//! judged each time.

use std::fs;
use std::path::Path;

pub(crate) struct Wrong {
    pub(crate) name: String,
    pub(crate) why: String,
    pub(crate) stage: usize,
    pub(crate) gates: Vec<String>,
    pub(crate) verdicts: Vec<String>,
    pub(crate) says: Vec<String>,
    pub(crate) is_often: bool,
    hunks: Vec<Hunk>,
}

/// What is replaced, and by what.
#[derive(Debug, Default, PartialEq)]
struct Hunk {
    old: String,
    new: String,
}

/// Returns the wrong solutions of a lab, by name.
pub(crate) fn all(lab: &str) -> Vec<Wrong> {
    let folder = support::workspace::root().join("labs").join(lab);
    let entries = fs::read_dir(folder.join("wrong")).expect("there are some");
    let files = entries.map(|it| it.expect("it can be read").path());
    let mut all: Vec<Wrong> = files.map(|file| read(&file)).collect();
    all.sort_by(|a, b| (a.stage, &a.name).cmp(&(b.stage, &b.name)));
    all
}

fn read(file: &Path) -> Wrong {
    let text = fs::read_to_string(file).expect("a patch is text");
    let (head, diff) = text.split_once("\n\n").expect("a head, then a diff");
    let values = |key: &str| -> Vec<String> {
        let lines = head.lines().filter_map(|it| it.strip_prefix(key));
        lines.map(|it| it.trim().to_owned()).collect()
    };
    let one = |key: &str| values(key).pop().expect(key);
    let any = |key: &str| -> Vec<String> {
        one(key).split(" or ").map(str::to_owned).collect()
    };
    let name = file.file_stem().expect("it has a name").to_string_lossy();
    Wrong {
        name: name.into_owned(),
        why: one("Why:"),
        stage: one("Stage:").parse().expect("a number"),
        gates: any("Gate:"),
        verdicts: any("Verdict:"),
        says: values("Says:"),
        is_often: values("Often:") == ["yes"],
        hunks: hunks(diff),
    }
}

fn hunks(diff: &str) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let lines = diff
        .lines()
        .filter(|it| !it.starts_with("--- a/") && !it.starts_with("+++ b/"));
    for line in lines {
        if line.starts_with("@@") {
            hunks.push(Hunk::default());
            continue;
        }
        let hunk = hunks.last_mut().expect("a hunk begins with @@");
        let (kind, rest) = line.split_at(line.len().min(1));
        if kind != "+" {
            hunk.old += &format!("{rest}\n");
        }
        if kind != "-" {
            hunk.new += &format!("{rest}\n");
        }
    }
    hunks
}

impl Wrong {
    /// Returns our solution made wrong. Each hunk has one place.
    pub(crate) fn applied(&self, solution: &str) -> String {
        let mut text = solution.to_owned();
        for hunk in &self.hunks {
            let places = text.matches(&hunk.old).count();
            assert_eq!(places, 1, "{}: places for {hunk:?}", self.name);
            text = text.replace(&hunk.old, &hunk.new);
        }
        text
    }
}

#[test]
fn a_hunk_is_read_as_what_is_replaced() {
    let diff =
        "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n";
    let hunk = Hunk { old: "a\nb\n".into(), new: "a\nc\n".into() };
    assert_eq!(hunks(diff), [hunk]);
}
