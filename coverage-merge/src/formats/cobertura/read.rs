//! Reads a report as a stream: only one class is in memory.

use quick_xml::events::BytesStart;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::line::Line;
use crate::error::Error;
use crate::formats::xml_report::{self, Elements, attribute};
use crate::profile::Profile;
use crate::profile::path::{is_absolute, normal};

/// Adds the lines of a report to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let mut report = Report {
        profile,
        sources: Vec::new(),
        class: None,
        line: None,
        odd: None,
        in_method: false,
        in_source: false,
    };
    xml_report::read(input, name, &mut report)
}

/// The class that is being read.
struct Class {
    filename: String,
    lines: BTreeMap<u32, Line>,
    /// The lines of its methods: most are the class's once more.
    of_methods: BTreeMap<u32, Line>,
}

struct Report<'a> {
    profile: &'a mut Profile,
    /// The folders that the report names.
    sources: Vec<String>,
    class: Option<Class>,
    line: Option<Line>,
    /// What was mended.
    odd: Option<String>,
    in_method: bool,
    in_source: bool,
}

impl Elements for Report<'_> {
    const ROOT: &'static str = "coverage";
    const TOOL: &'static str = "Cobertura";

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        match tag.name().as_ref() {
            "source" => {
                self.in_source = true;
                self.sources.push(String::new());
            }
            "class" => {
                self.class = Some(Class {
                    filename: attribute(tag, "filename")?,
                    lines: BTreeMap::new(),
                    of_methods: BTreeMap::new(),
                });
            }
            "method" => self.in_method = true,
            "line" => {
                if self.class.is_none() {
                    return Err("a <line> outside of a <class>".to_owned());
                }
                let (line, odd) = Line::parse(tag, self.profile.lenient)?;
                (self.line, self.odd) = (Some(line), odd);
            }
            "condition" => {
                if let Some(line) = &mut self.line {
                    line.condition(tag)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_source
            && let Some(source) = self.sources.last_mut()
        {
            *source += text;
        }
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        match name {
            "class" => self.end_of_class(),
            "method" => self.in_method = false,
            "source" => self.in_source = false,
            "line" => self.end_of_line(),
            _ => {}
        }
        Ok(())
    }

    fn odd(&mut self) -> Option<String> {
        self.odd.take()
    }

    fn warn(&mut self, error: Error) -> Result<(), Error> {
        self.profile.warn(error)
    }
}

impl Report<'_> {
    fn end_of_line(&mut self) {
        let (Some(line), Some(class)) = (self.line.take(), &mut self.class)
        else {
            return;
        };
        let lines = if self.in_method {
            &mut class.of_methods
        } else {
            &mut class.lines
        };
        match lines.get_mut(&line.number) {
            Some(known) => known.add(&line),
            None => drop(lines.insert(line.number, line)),
        }
    }

    fn end_of_class(&mut self) {
        let Some(mut class) = self.class.take() else { return };
        for (number, line) in class.of_methods {
            class.lines.entry(number).or_insert(line);
        }
        let root = self.root_of(&class.filename);
        let path = match &*root {
            "" => class.filename,
            "/" => format!("/{}", class.filename),
            root => format!("{root}/{}", class.filename),
        };
        let add = self.profile.add_lines();
        let at = self.profile.lines.enter(&path);
        let file = self.profile.lines.file(at);
        if file.root.is_empty() {
            file.root = root.into();
        }
        let mut next = 0;
        for (number, line) in class.lines {
            next = file.lines.add(next, number, line.hits, add).position + 1;
            if let Some(decision) = line.decision {
                file.decisions.entry(number).or_default().add(&decision);
            }
        }
    }

    /// Returns the folder that a file is in, of those that the report names;
    /// of several, the one that has it here.
    fn root_of(&self, filename: &str) -> String {
        if is_absolute(&normal(filename)) {
            return String::new();
        }
        let names = self.sources.iter().map(|it| it.trim());
        let names = names.filter(|it| !matches!(*it, "" | "." | "./"));
        let mut all: Vec<String> = names
            .map(|it| match normal(it).trim_end_matches('/') {
                // The root of the system, which coverlet names.
                "" => "/".to_owned(),
                folder => folder.to_owned(),
            })
            .collect();
        all.dedup();
        let has = |it: &&String| Path::new(it).join(filename).is_file();
        match &all[..] {
            [] => String::new(),
            [root] => root.clone(),
            all => all.iter().find(has).cloned().unwrap_or_default(),
        }
    }
}
