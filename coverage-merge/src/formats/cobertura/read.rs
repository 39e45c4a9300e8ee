//! Reads a report as a stream: only one class is in memory.

use quick_xml::events::BytesStart;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::line::Line;
use super::plain_line;
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
        spare: Vec::new(),
    };
    xml_report::read(input, name, &mut report)
}

/// The class that is being read.
struct Class {
    filename: String,
    /// The numbers and hits of lines without branches, as long as the numbers
    /// ascend.
    plain: Vec<(u32, u64)>,
    /// All other lines.
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
    /// Memory for the plain lines of the next class.
    spare: Vec<(u32, u64)>,
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
                    plain: std::mem::take(&mut self.spare),
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

    fn ahead(&mut self, text: &[u8]) -> usize {
        let Some(class) = &mut self.class else { return 0 };
        if self.in_method || self.line.is_some() {
            return 0;
        }
        let mut taken = 0;
        while let Some((number, hits, length)) =
            plain_line::parse(&text[taken..])
            && class.push(number, hits)
        {
            taken += length;
        }
        taken
    }

    fn odd(&mut self) -> Option<String> {
        self.odd.take()
    }

    fn warn(&mut self, error: Error) -> Result<(), Error> {
        self.profile.warn(error)
    }
}

impl Class {
    /// Adds a line without branches, if it comes after those before.
    fn push(&mut self, number: u32, hits: u64) -> bool {
        let ascends = self.plain.last().is_none_or(|it| it.0 < number);
        if ascends {
            self.plain.push((number, hits));
        }
        ascends
    }

    fn is_plain(&self) -> bool {
        self.lines.is_empty() && self.of_methods.is_empty()
    }

    /// Makes one table of all lines; those of methods count where the class
    /// has them not.
    fn unite(&mut self) {
        for (number, hits) in self.plain.drain(..) {
            let line = Line { number, hits, decision: None };
            match self.lines.get_mut(&number) {
                Some(known) => known.add(&line),
                None => drop(self.lines.insert(number, line)),
            }
        }
        for (number, line) in std::mem::take(&mut self.of_methods) {
            self.lines.entry(number).or_insert(line);
        }
    }
}

impl Report<'_> {
    fn end_of_line(&mut self) {
        let (Some(line), Some(class)) = (self.line.take(), &mut self.class)
        else {
            return;
        };
        let plain = !self.in_method && line.decision.is_none();
        if plain && class.push(line.number, line.hits) {
            return;
        }
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
        if !class.is_plain() {
            class.unite();
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
        for (number, hits) in class.plain.drain(..) {
            next = file.lines.add(next, number, hits, add).position + 1;
        }
        self.spare = class.plain;
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
