//! Writes reports, with all totals computed again.

use quick_xml::escape::escape;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::line::MISSING;
use crate::profile::Profile;
use crate::profile::decision::Decision;
use crate::profile::file_lines::{FileLines, package};
use crate::profile::line_file::LineFile;
use crate::profile::path::is_absolute;
use crate::profile::total::Total;

/// A file of a report: its name there, its lines and their branches.
struct Class<'a> {
    filename: &'a str,
    lines: &'a FileLines,
    decisions: BTreeMap<u32, Decision>,
}

impl Class<'_> {
    fn lines(&self) -> Total {
        let mut total = Total::default();
        self.lines.lines.iter().for_each(|(_, count)| total.add(1, *count));
        total
    }

    fn branches(&self) -> Total {
        let totals = self.decisions.values().map(Decision::total);
        totals.fold(Total::default(), Total::plus)
    }
}

/// Returns the branches of a file by line, whatever its input called them.
fn decisions(file: &LineFile) -> BTreeMap<u32, Decision> {
    let mut all: BTreeMap<u32, Decision> = BTreeMap::new();
    for (branch, flags, count) in file.sorted_branches() {
        if flags.unreachable && count == 0 {
            continue;
        }
        let decision = all.entry(branch.line).or_default();
        let number = decision.valid.to_string().into();
        decision.valid += 1;
        decision.covered += u32::from(count > 0);
        let percent = if count > 0 { 100 } else { 0 };
        decision.conditions.insert(number, percent);
    }
    for (line, decision) in &file.decisions {
        all.entry(*line).or_insert_with(|| decision.clone());
    }
    all
}

/// Returns the folder that all files are below: that of the reports that were
/// read, or the deepest; nothing if one is not absolute.
fn root(files: &[FileLines], union: &[LineFile]) -> String {
    let known: BTreeMap<&str, &str> =
        union.iter().map(|file| (&*file.path, &*file.root)).collect();
    let mut root: Option<&str> = None;
    for file in files {
        if !is_absolute(&file.path) {
            return String::new();
        }
        let folder = match known.get(&*file.path) {
            Some(root) if !root.is_empty() => root,
            _ => package(&file.path),
        };
        root = Some(root.map_or(folder, |root| common(root, folder)));
    }
    root.unwrap_or_default().to_owned()
}

/// Returns the folder that both paths are below.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let pairs = a.split('/').zip(b.split('/'));
    let same = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len() + 1);
    a[..same.sum::<usize>().saturating_sub(1).min(a.len())]
        .trim_end_matches('/')
}

/// Returns text as XML can hold it: what it cannot is replaced.
fn xml(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(allowed) {
        return escape(text);
    }
    let text: String =
        text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect();
    Cow::Owned(escape(&text).into_owned())
}

fn rate(total: Total) -> f64 {
    total.percentage() / 100.0
}

fn sum(classes: &[&Class<'_>]) -> (Total, Total) {
    let lines = classes.iter().map(|class| class.lines());
    let branches = classes.iter().map(|class| class.branches());
    (
        lines.fold(Total::default(), Total::plus),
        branches.fold(Total::default(), Total::plus),
    )
}

/// Writes one report.
fn report(
    out: &mut dyn io::Write,
    root: &str,
    classes: &[&Class<'_>],
) -> io::Result<()> {
    let (lines, branches) = sum(classes);
    let source = if root.is_empty() { "." } else { root };
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE coverage SYSTEM \
         \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n\
         <coverage line-rate=\"{:.4}\" branch-rate=\"{:.4}\" \
         lines-covered=\"{}\" lines-valid=\"{}\" \
         branches-covered=\"{}\" branches-valid=\"{}\" complexity=\"0\" \
         version=\"coverage-merge\" timestamp=\"0\">\n\
         <sources><source>{}</source></sources>\n<packages>\n",
        rate(lines),
        rate(branches),
        lines.covered,
        lines.statements,
        branches.covered,
        branches.statements,
        xml(source),
    )?;
    let mut packages: BTreeMap<&str, Vec<&Class<'_>>> = BTreeMap::new();
    for class in classes {
        packages.entry(package(class.filename)).or_default().push(class);
    }
    for (name, classes) in packages {
        let (lines, branches) = sum(&classes);
        writeln!(
            out,
            "<package name=\"{}\" line-rate=\"{:.4}\" \
             branch-rate=\"{:.4}\" complexity=\"0\"><classes>",
            xml(name),
            rate(lines),
            rate(branches),
        )?;
        for class in classes {
            out.write_all(class_text(class).as_bytes())?;
        }
        out.write_all(b"</classes></package>\n")?;
    }
    out.write_all(b"</packages>\n</coverage>\n")
}

fn class_text(class: &Class<'_>) -> String {
    let name = class.filename.rsplit('/').next().unwrap_or_default();
    let mut out = format!(
        "<class name=\"{}\" filename=\"{}\" line-rate=\"{:.4}\" \
         branch-rate=\"{:.4}\" complexity=\"0\"><methods/><lines>\n",
        xml(name),
        xml(class.filename),
        rate(class.lines()),
        rate(class.branches()),
    );
    for (line, hits) in &class.lines.lines {
        out += &format!("<line number=\"{line}\" hits=\"{hits}\"");
        match class.decisions.get(line) {
            Some(decision) => decision_to(&mut out, decision),
            None => out += "/>\n",
        }
    }
    out += "</lines></class>\n";
    out
}

/// Writes the branches of a line. Those that are known to be missing stand as
/// conditions, because the DTD has no other place for them.
fn decision_to(out: &mut String, decision: &Decision) {
    let total = decision.total();
    let Total { covered, statements } = total;
    let percent = total.percentage().round();
    let _ = write!(
        out,
        " branch=\"true\" condition-coverage=\"{percent}% \
         ({covered}/{statements})\""
    );
    let missing = decision.missing.iter().flatten();
    let missing = missing.filter(|_| covered < statements);
    let missing = missing.map(|name| (name, MISSING, 0));
    let conditions = decision.conditions.iter();
    let conditions = conditions.map(|(name, percent)| (name, "jump", *percent));
    let all: Vec<_> = conditions.chain(missing).collect();
    if all.is_empty() {
        *out += "/>\n";
        return;
    }
    *out += "><conditions>";
    for (name, kind, percent) in all {
        *out += &format!(
            "<condition number=\"{}\" type=\"{kind}\" \
             coverage=\"{percent}%\"/>",
            xml(name)
        );
    }
    *out += "</conditions></line>\n";
}

/// More bytes than a report has around its packages.
const FRAME: usize = 640;

impl Profile {
    /// Writes one report in Cobertura's XML. Files below one folder have their
    /// names from there, and the folder is the report's source.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_cobertura(&self, mut out: impl io::Write) -> io::Result<()> {
        self.with_classes(|root, classes| {
            let all: Vec<&Class<'_>> = classes.iter().collect();
            report(&mut out, root, &all)
        })?;
        out.flush()
    }

    /// Returns the profile as reports in Cobertura's XML, each of at most
    /// `limit` bytes where a single file does not need more.
    pub fn cobertura(&self, limit: Option<usize>) -> Vec<String> {
        self.with_classes(|root, classes| {
            let parts = parts(classes, root.len(), limit);
            parts.iter().map(|part| text(root, part)).collect()
        })
    }

    fn with_classes<T>(&self, with: impl FnOnce(&str, &[Class<'_>]) -> T) -> T {
        let files = self.lines();
        let root = root(&files, self.lines.files());
        let known: BTreeMap<&str, &LineFile> =
            self.lines.files().iter().map(|it| (&*it.path, it)).collect();
        let class = |lines| class_of(lines, &root, &known);
        let classes: Vec<Class<'_>> = files.iter().map(class).collect();
        with(&root, &classes)
    }
}

fn class_of<'a>(
    lines: &'a FileLines,
    root: &str,
    known: &BTreeMap<&str, &LineFile>,
) -> Class<'a> {
    let path = &*lines.path;
    let rest = path.strip_prefix(root).unwrap_or(path);
    let below = !root.is_empty();
    let filename = if below { rest.trim_start_matches('/') } else { path };
    let file = known.get(path);
    let decisions = file.map(|file| decisions(file)).unwrap_or_default();
    Class { filename, lines, decisions }
}

fn text(root: &str, classes: &[&Class<'_>]) -> String {
    let mut text = Vec::new();
    report(&mut text, root, classes).expect("a vector takes all");
    String::from_utf8(text).expect("a report is text")
}

/// Returns the classes in parts that make reports of at most `limit` bytes.
fn parts<'a>(
    classes: &'a [Class<'a>],
    root: usize,
    limit: Option<usize>,
) -> Vec<Vec<&'a Class<'a>>> {
    let mut parts = vec![Vec::new()];
    let mut size = FRAME + root;
    for class in classes {
        let more = match limit {
            Some(_) => class_text(class).len() + FRAME / 2,
            None => 0,
        } + 2 * class.filename.len();
        let part = parts.last_mut().expect("there is one");
        if limit.is_some_and(|limit| size + more > limit) && !part.is_empty() {
            parts.push(vec![class]);
            size = FRAME + root + more;
        } else {
            part.push(class);
            size += more;
        }
    }
    parts
}
