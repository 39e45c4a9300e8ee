//! A unified diff, in all forms that git writes one in.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::error::Error;
use crate::reports::diff_names::{Header, NO_FILE};

/// The lines that a unified diff adds to one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddedLines {
    /// The path in the new version, without `b/`.
    pub path: String,
    /// The numbers in the new version, ascending.
    pub lines: Vec<u32>,
    /// Those of `lines` that are blank.
    pub blank: Vec<u32>,
}

/// Reads a unified diff, as `git diff` writes it: with its prefixes, those of
/// `diff.mnemonicPrefix`, or none; with quoted names; with colours; of a
/// merge (`--cc`).
///
/// ```
/// let diff = "--- a/x.go\n+++ b/x.go\n@@ -1,2 +1,3 @@\n one\n+two\n three\n";
/// let added = coverage_merge::added_lines(diff)?;
/// assert_eq!(added[0].path, "x.go");
/// assert_eq!(added[0].lines, [2]);
/// # Ok::<(), coverage_merge::Error>(())
/// ```
///
/// # Errors
///
/// When the text holds no diff, or one that does not say which lines are new:
/// a word diff, one that was cut off, or several that change one file in turn.
pub fn added_lines(diff: &str) -> Result<Vec<AddedLines>, Error> {
    let mut reader = Reader::default();
    for (line, number) in diff.lines().zip(1..) {
        reader
            .line(&plain(line))
            .map_err(|what| wrong(&what).at(number, 1, line.as_bytes()))?;
    }
    reader.end_of_hunk().map_err(wrong)?;
    if !reader.is_diff {
        let what = match diff.trim() {
            "" => "the diff is empty: did git diff fail?",
            _ => "no unified diff, as git diff writes it",
        };
        return Err(wrong(what));
    }
    Ok(reader.files)
}

fn wrong(what: &str) -> Error {
    Error::malformed("the diff", what)
}

/// Returns a line without the escape sequences that colour it.
fn plain(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut parts = line.split("\u{1b}[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic());
        text += end.map_or("", |end| &part[end + 1..]);
    }
    Cow::Owned(text)
}

/// What a hunk still has to show, and what it has shown.
#[derive(Debug)]
struct Hunk {
    /// How many old versions there are: more than 1 in the diff of a merge.
    parents: usize,
    /// How many lines of each old version are left, then of the new one.
    left: Vec<u32>,
    /// The number of the next line in the new version.
    number: u32,
    /// Whether a line has been added or removed.
    changes: bool,
}

#[derive(Debug, Default)]
struct Reader {
    files: Vec<AddedLines>,
    header: Header,
    /// The paths of `files`.
    seen: HashSet<String>,
    hunk: Option<Hunk>,
    is_diff: bool,
}

const CUT: &str = "the hunk before this line has too few lines: this is no \
                   whole unified diff";
const NAMELESS: &str = "a hunk without the line before it that names its \
                        file (+++): is this a part of a diff?";
const WORDS: &str = "a hunk without an added or removed line: is this a word \
                     diff? Make one without --word-diff and --color-words";

const SERIES: &str = "is changed a second time, so these are several \
                      diffs one after the other, as of a log or a series of \
                      patches, and the lines of the first are numbered before \
                      the second: give the one diff of the whole change";

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(hunk) = &mut self.hunk
            && hunk.left.iter().any(|left| *left > 0)
        {
            return match self.files.last_mut() {
                Some(file) => hunk.line(line, file).map_err(String::from),
                None => Ok(()),
            };
        }
        if line.starts_with("@@ -") || line.starts_with("@@@ -") {
            self.end_of_hunk()?;
            self.is_diff = true;
            if self.header.is_open() {
                let path = self.header.path().ok_or(NAMELESS)?;
                if path != NO_FILE && !self.seen.insert(path.clone()) {
                    return Err(format!("{path:?} {SERIES}"));
                }
                self.files.push(AddedLines { path, ..AddedLines::default() });
            } else if self.files.is_empty() {
                return Err(NAMELESS.to_owned());
            }
            let hunk = Hunk::parse(line).ok_or("a malformed hunk header")?;
            self.hunk = Some(hunk);
            return Ok(());
        }
        if self.header.take(line) {
            // Context diffs have this one too, and no `+++`.
            self.is_diff |= !line.starts_with("--- ");
            self.end_of_hunk()?;
        }
        Ok(())
    }

    fn end_of_hunk(&mut self) -> Result<(), &'static str> {
        match self.hunk.take() {
            Some(hunk) if hunk.left.iter().any(|left| *left > 0) => Err(CUT),
            Some(hunk) if !hunk.changes => Err(WORDS),
            _ => Ok(()),
        }
    }
}

impl Hunk {
    /// Reads `@@ -12,3 +14,5 @@ ...`, or with more old versions `@@@ -1 -1
    /// +1,2 @@@`.
    fn parse(line: &str) -> Option<Self> {
        let parents = line.bytes().take_while(|b| *b == b'@').count() - 1;
        let inside = line.trim_start_matches('@').split('@').next()?;
        let mut left = Vec::new();
        let mut number = 0;
        for (at, range) in inside.split_whitespace().enumerate() {
            let sign = if at < parents { '-' } else { '+' };
            let (first, many) = match range.strip_prefix(sign)?.split_once(',')
            {
                Some((first, many)) => (first, many.parse().ok()?),
                None => (range.strip_prefix(sign)?, 1),
            };
            left.push(many);
            number = first.parse().ok()?;
        }
        let whole = left.len() == parents + 1;
        whole.then_some(Self { parents, left, number, changes: false })
    }

    fn line(
        &mut self,
        line: &str,
        file: &mut AddedLines,
    ) -> Result<(), &'static str> {
        if line.starts_with('\\') {
            return Ok(());
        }
        // An editor may have taken the blank off an empty line.
        let is_sign = |byte: &u8| matches!(byte, b' ' | b'+' | b'-');
        let signs = line.as_bytes().get(..self.parents);
        let signs = match signs {
            Some(signs) if signs.iter().all(is_sign) => signs,
            None if line.trim().is_empty() => {
                &b"        "[..self.parents.min(8)]
            }
            _ => {
                return Err("a line of a hunk begins with a blank, + or -: \
                             is this a word diff, or one that was cut off?");
            }
        };
        let (added, removed) = (signs.contains(&b'+'), signs.contains(&b'-'));
        self.changes |= added || removed;
        for (sign, left) in signs.iter().zip(&mut self.left) {
            let is_old = if removed { *sign == b'-' } else { *sign == b' ' };
            *left = left.saturating_sub(u32::from(is_old));
        }
        if !removed {
            if added {
                file.lines.push(self.number);
                if line[self.parents..].trim().is_empty() {
                    file.blank.push(self.number);
                }
            }
            let new = self.left.last_mut().expect("the new version is last");
            *new = new.saturating_sub(1);
            self.number = self.number.saturating_add(1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_lines_are_counted_in_the_new_version() {
        let diff = "diff --git a/m.go b/m.go\n--- a/m.go\n+++ b/m.go\n\
                    @@ -1 +1,2 @@ f\n-old\n+++ not a header\n+b\n\
                    @@ -9,2 +10,3 @@\n x\n+c\n y\n\
                    \\ No newline at end of file\n\
                    --- a/gone.go\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
                    --- /dev/null\n+++ b/new.go\n@@ -0,0 +1 @@\n+z\n";
        let added = added_lines(diff).expect("a diff");
        let lines = |path: &str| {
            let file = added.iter().find(|file| file.path == path);
            file.map(|file| file.lines.clone())
        };
        assert_eq!(lines("m.go"), Some(vec![1, 2, 11]));
        assert_eq!(lines("new.go"), Some(vec![1]));
        assert_eq!(lines("/dev/null"), Some(vec![]));
    }

    #[test]
    fn any_text_is_no_reason_to_panic() {
        let texts =
            ["@@ -a +b @@\n+x\n", "+++ \n@@ -1,9 +4294967295,9 @@\n+\n+\n"];
        texts.iter().for_each(|text| drop(added_lines(text)));
    }

    fn path(diff: &str) -> String {
        let added = added_lines(diff).expect(diff);
        assert_eq!(added[0].lines, [1], "{diff}");
        added[0].path.clone()
    }

    #[test]
    fn the_path_is_found_behind_all_prefixes() {
        let hunk = "@@ -1 +1 @@\n-x\n+y\n";
        for (old, new, expected) in [
            ("a/s/x.go", "b/s/x.go", "s/x.go"),
            ("c/s/x.go", "w/s/x.go", "s/x.go"),
            ("i/s/x.go", "w/s/x.go", "s/x.go"),
            ("1/s/x.go", "2/s/x.go", "s/x.go"),
            ("old/s/x.go", "new/s/x.go", "s/x.go"),
            // Without a prefix, a folder may be called like one.
            ("b/x.go", "b/x.go", "b/x.go"),
            ("s/x.go", "s/x.go", "s/x.go"),
            ("a/s/x y.go\t", "b/s/x y.go\t", "s/x y.go"),
            (r#""a/caf\303\251.go""#, r#""b/caf\303\251.go""#, "café.go"),
            (r#""a/t\tq\"x.go""#, r#""b/t\tq\"x.go""#, "t\tq\"x.go"),
        ] {
            let plain = format!("--- {old}\n+++ {new}\n{hunk}");
            assert_eq!(path(&plain), expected);
            let (old, new) = (old.trim_end(), new.trim_end());
            let git = format!("diff --git {old} {new}\n{plain}");
            assert_eq!(path(&git), expected, "{git}");
        }
    }

    #[test]
    fn a_new_file_has_the_prefix_of_gits_own_line() {
        let hunk = "--- /dev/null\n+++ NEW\n@@ -0,0 +1 @@\n+y\n";
        for (git, new, expected) in [
            ("a/b/x.go b/b/x.go", "b/b/x.go", "b/x.go"),
            ("b/x.go b/x.go", "b/x.go", "b/x.go"),
            ("c/x.go i/x.go", "i/x.go", "x.go"),
            ("x y.go x y.go", "x y.go", "x y.go"),
        ] {
            let diff = format!("diff --git {git}\nnew file mode 100644\n");
            let diff = diff + &hunk.replace("NEW", new);
            assert_eq!(path(&diff), expected, "{git}");
        }
        let renamed = "diff --git src/x.go lib/x.go\nrename from src/x.go\n\
                       rename to lib/x.go\n--- src/x.go\n+++ lib/x.go\n\
                       @@ -1 +1 @@\n-a\n+b\n";
        assert_eq!(path(renamed), "lib/x.go");
    }

    #[test]
    fn colours_are_no_part_of_a_line() {
        let diff = "\u{1b}[1mdiff --git a/x.go b/x.go\u{1b}[m\n\
                    \u{1b}[1m--- a/x.go\u{1b}[m\n\u{1b}[1m+++ b/x.go\u{1b}[m\n\
                    \u{1b}[36m@@ -0,0 +1 @@\u{1b}[m\n\
                    \u{1b}[32m+\u{1b}[m\u{1b}[32my\u{1b}[m\n";
        assert_eq!(path(diff), "x.go");
    }

    #[test]
    fn the_diff_of_a_merge_is_read() {
        let diff = "diff --cc x.go\nindex 1,2..3\n--- a/x.go\n+++ b/x.go\n\
                    @@@ -1,2 -1,2 +1,3 @@@\n  a\n++new\n +b\n -c\n";
        let added = added_lines(diff).expect("a diff");
        assert_eq!(added[0].lines, [2, 3]);
    }

    #[test]
    fn a_text_that_says_not_which_lines_are_new_is_refused() {
        let head = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n";
        for (text, expected) in [
            (String::new(), "is empty"),
            ("*** a.go\n--- a.go\n***************\n*** 3 ****\n--- 4 ----\n+ x\n"
                .to_owned(), "no unified diff"),
            ("fatal: bad revision\n".to_owned(), "no unified diff"),
            (format!("{head} a = [-1-]{{+2+}}\n"), "word diff"),
            (format!("{head}a = [-1-]{{+2+}}\n"), "word diff"),
            (format!("{head} a = 12\n"), "word diff"),
            (format!("{head}-a\n"), "too few lines"),
            (format!("{head}-a\n+b\n").repeat(2), "\"x.py\" is changed a second time"),
        ] {
            let error = added_lines(&text).expect_err(&text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let renamed = "diff --git a/x b/y\nrename from x\nrename to y\n";
        assert_eq!(added_lines(renamed).expect("a diff"), []);
    }
}
