//! JaCoCo's XML (`report.dtd` 1.1).
//!
//! JaCoCo knows whether something ran, and not how often: counts are 0 and 1.
//! A file is its package and its name, behind the groups around it, because
//! two modules of one report may have a package each of one name.

use quick_xml::events::BytesStart;
use std::io::Read;

use crate::error::Error;
use crate::formats::xml_report::{self, Elements, attribute, number, optional};
use crate::profile::Profile;
use crate::profile::decision::Decision;
use crate::profile::line_file::Function;

/// Adds the lines of a report to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let mut report = Report {
        profile,
        groups: Vec::new(),
        package: String::new(),
        class: None,
        method: None,
        file: None,
        next: 0,
    };
    xml_report::read(input, name, &mut report)
}

struct Report<'a> {
    profile: &'a mut Profile,
    groups: Vec<String>,
    package: String,
    /// The class that is open: its source file and its name.
    class: Option<(String, String)>,
    method: Option<Function>,
    /// The source file whose lines come.
    file: Option<usize>,
    /// Where the next of its lines probably stands.
    next: usize,
}

impl Elements for Report<'_> {
    const ROOT: &'static str = "report";
    const TOOL: &'static str = "JaCoCo";

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        match tag.name().as_ref() {
            "group" => self.groups.push(attribute(tag, "name")?),
            "package" => self.package = attribute(tag, "name")?,
            "class" => self.class = Some(class(tag)?),
            "method" => self.method = Some(self.method(tag)?),
            "counter" => self.counter(tag)?,
            "sourcefile" => {
                let path = self.path(&attribute(tag, "name")?);
                self.file = Some(self.profile.lines.enter(&path));
                self.next = 0;
            }
            "line" => self.line(tag)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        match name {
            "group" => drop(self.groups.pop()),
            "package" => self.package.clear(),
            "class" => self.class = None,
            "method" => self.end_of_method(0),
            "sourcefile" => self.file = None,
            _ => {}
        }
        Ok(())
    }
}

/// Returns a class's source file and its name.
fn class(tag: &BytesStart<'_>) -> Result<(String, String), String> {
    let name = attribute(tag, "name")?;
    let name = name.rsplit('/').next().unwrap_or_default().to_owned();
    let file = match optional(tag, "sourcefilename")? {
        Some(file) => file,
        // Before version 0.8: an inner class is in the file of the outer.
        None => {
            let outer = name.split('$').next().unwrap_or_default();
            format!("{outer}.java")
        }
    };
    Ok((file, name))
}

impl Report<'_> {
    fn path(&self, file: &str) -> String {
        let folders = self.groups.iter().chain([&self.package]);
        let folders = folders.filter(|name| !name.is_empty());
        folders.map(|name| format!("{name}/")).collect::<String>() + file
    }

    fn method(&self, tag: &BytesStart<'_>) -> Result<Function, String> {
        let (_, class) =
            self.class.as_ref().ok_or("a <method> outside of a <class>")?;
        // Without debug information there are no lines.
        let line = match optional(tag, "line")? {
            Some(_) => number(tag, "line")?,
            None => 0,
        };
        let (name, types) = (attribute(tag, "name")?, optional(tag, "desc")?);
        let name = format!("{class}.{name}{}", types.unwrap_or_default());
        Ok(Function { line, name: name.into() })
    }

    /// Takes a total: that of a method says whether it was called.
    fn counter(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if self.method.is_some() && attribute(tag, "type")? == "METHOD" {
            let covered = number(tag, "covered")?;
            self.end_of_method(u64::from(covered > 0));
        }
        Ok(())
    }

    fn end_of_method(&mut self, count: u64) {
        let Some(function) = self.method.take() else { return };
        let Some((file, _)) = &self.class else { return };
        let path = self.path(file);
        let add = self.profile.add_lines();
        let at = self.profile.lines.enter(&path);
        let file = self.profile.lines.file(at);
        let next = file.functions.keys().len();
        file.function(next, function, 0, count, add);
    }

    /// Takes `<line nr= mi= ci= mb= cb=>`: instructions and branches, missed
    /// and covered.
    fn line(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let at = self.file.ok_or("a <line> outside of a <sourcefile>")?;
        let add = self.profile.add_lines();
        let file = self.profile.lines.file(at);
        let line = number(tag, "nr")?;
        let count = u64::from(number(tag, "ci")? > 0);
        self.next = file.lines.add(self.next, line, count, add).position + 1;
        let covered = number(tag, "cb")?;
        let valid = covered.saturating_add(number(tag, "mb")?);
        if valid > 0 {
            let decision = Decision { valid, covered, ..Decision::default() };
            file.decisions.entry(line).or_default().add(&decision);
        }
        Ok(())
    }
}
