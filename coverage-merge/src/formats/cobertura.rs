//! Cobertura's XML: the lines of each class, and their hits.
//!
//! The format is that of `coverage-04.dtd`. Methods, branches and
//! complexity are left out when reading and empty when writing.

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use std::io::Read;

use crate::error::Error;
use crate::profile::Profile;
use crate::profile::block::MAX_COUNT;
use crate::profile::file_lines::{FileLines, package};

/// Adds the lines of a report to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    mut input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(|error| Error::io(name, error))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut report = Report {
        profile,
        file: None,
        next: 0,
        in_method: false,
        root: false,
        depth: 0,
    };
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position() as usize;
        let wrong = |what: String| error(name, &text, at, &what);
        match event {
            Ok(Event::Eof) if report.depth > 0 => {
                return Err(wrong("the report ends too early".to_owned()));
            }
            Ok(Event::Eof) if !report.root => {
                let what = "no <coverage> element: not a Cobertura report";
                return Err(wrong(what.to_owned()));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::Start(tag)) => report.start(&tag).map_err(wrong)?,
            Ok(Event::End(tag)) => report.end(tag.name().as_ref()),
            Ok(_) => {}
            Err(what) => return Err(wrong(format!("bad XML: {what}"))),
        }
    }
}

/// Returns the error at a byte of the text, by line and column.
fn error(name: &str, text: &str, at: usize, what: &str) -> Error {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let shown = text.as_bytes()[start..].split(|b| *b == b'\n').next();
    Error::malformed(name, what).at(
        line as u64 + 1,
        before.len() - start + 1,
        shown.unwrap_or_default(),
    )
}

struct Report<'a> {
    profile: &'a mut Profile,
    /// The file of the class that is being read.
    file: Option<usize>,
    next: usize,
    /// Whether a method is being read: its lines are the class's once more.
    in_method: bool,
    root: bool,
    depth: usize,
}

impl Report<'_> {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        self.depth += 1;
        match tag.name().as_ref() {
            "coverage" => self.root = true,
            "class" => {
                let path = attribute(tag, "filename")?;
                self.file = Some(self.profile.lines.enter(&path));
                self.next = 0;
            }
            "method" => self.in_method = true,
            "line" if !self.in_method => self.line(tag)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        match name {
            "class" => self.file = None,
            "method" => self.in_method = false,
            _ => {}
        }
    }

    fn line(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let file = self.file.ok_or("a <line> outside of a <class>")?;
        let number = attribute(tag, "number")?;
        let number: u32 = number
            .parse()
            .map_err(|_| format!("number={number:?} is no line"))?;
        let text = attribute(tag, "hits")?;
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if text.is_empty() || !digits {
            return Err(format!("hits={text:?} is no count"));
        }
        let hits = text.parse().map_or(MAX_COUNT, |n: u64| n.min(MAX_COUNT));
        let add = self.profile.add_lines();
        let lines = &mut self.profile.lines.file(file).lines;
        self.next = lines.add(self.next, number, hits, add).position + 1;
        Ok(())
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<String, String> {
    let element = tag.name().as_ref().to_owned();
    let found = tag
        .try_get_attribute(name)
        .map_err(|error| format!("<{element}>: {error}"))?
        .ok_or_else(|| format!("<{element}> without {name}="))?;
    let text = found.value.into_owned();
    quick_xml::escape::unescape(&text)
        .map(|text| text.into_owned())
        .map_err(|error| format!("{name}={text:?}: {error}"))
}

/// Writes reports of at most `limit` bytes each, if a file's lines allow.
pub(crate) fn write(files: &[FileLines], limit: Option<usize>) -> Vec<String> {
    let classes: Vec<String> = files.iter().map(class).collect();
    let mut reports = Vec::new();
    let (mut first, mut size) = (0, FRAME);
    for (at, text) in classes.iter().enumerate() {
        // A package's element may be needed once for each class.
        let more = text.len() + FRAME / 2 + 2 * files[at].path.len();
        if limit.is_some_and(|limit| size + more > limit) && at > first {
            reports.push(report(&files[first..at], &classes[first..at]));
            (first, size) = (at, FRAME);
        }
        size += more;
    }
    reports.push(report(&files[first..], &classes[first..]));
    reports
}

/// More bytes than a report has around its packages.
const FRAME: usize = 512;

fn rate(files: &[FileLines]) -> (usize, usize, f64) {
    let covered = files.iter().map(FileLines::covered).sum();
    let valid: usize = files.iter().map(|file| file.lines.len()).sum();
    let rate = match valid {
        0 => 0.0,
        valid => covered as f64 / valid as f64,
    };
    (covered, valid, rate)
}

fn report(files: &[FileLines], classes: &[String]) -> String {
    let (covered, valid, lines) = rate(files);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE coverage SYSTEM \
         \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n\
         <coverage line-rate=\"{lines:.4}\" branch-rate=\"0\" \
         lines-covered=\"{covered}\" lines-valid=\"{valid}\" \
         branches-covered=\"0\" branches-valid=\"0\" complexity=\"0\" \
         version=\"coverage-merge\" timestamp=\"0\">\n\
         <sources><source>.</source></sources>\n<packages>\n"
    );
    let mut at = 0;
    while at < files.len() {
        let package = package(&files[at].path);
        let more = files[at..].iter().take_while(|file| {
            crate::profile::file_lines::package(&file.path) == package
        });
        let end = at + more.count();
        let (_, _, lines) = rate(&files[at..end]);
        let name = escape(package);
        out += &format!(
            "<package name=\"{name}\" line-rate=\"{lines:.4}\" \
             branch-rate=\"0\" complexity=\"0\"><classes>\n"
        );
        out += &classes[at..end].concat();
        out += "</classes></package>\n";
        at = end;
    }
    out += "</packages>\n</coverage>\n";
    out
}

fn class(file: &FileLines) -> String {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let (_, _, rate) = rate(std::slice::from_ref(file));
    let mut out = format!(
        "<class name=\"{}\" filename=\"{}\" line-rate=\"{rate:.4}\" \
         branch-rate=\"0\" complexity=\"0\"><methods/><lines>\n",
        escape(name),
        escape(&file.path),
    );
    for (line, hits) in &file.lines {
        out += &format!("<line number=\"{line}\" hits=\"{hits}\"/>\n");
    }
    out += "</lines></class>\n";
    out
}

impl Profile {
    /// Returns the profile as reports in Cobertura's XML, each of at most
    /// `limit` bytes where a single file does not need more.
    pub fn cobertura(&self, limit: Option<usize>) -> Vec<String> {
        write(&self.lines(), limit)
    }
}
