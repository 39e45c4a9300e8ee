//! Reads an export file by file.

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use super::records::{Branch, File, Function};
use super::segments;
use crate::error::Error;
use crate::formats::json_input;
use crate::profile::Profile;
use crate::profile::block::{MAX_COUNT, saturating_sum};
use crate::profile::line_file::{self, BranchFlags};

/// Adds the files of an export to `profile`.
pub(crate) fn read(
    profile: &mut Profile,
    input: impl Read,
    name: &str,
) -> Result<(), Error> {
    let mut export = Export { profile, has_data: false, functions: Vec::new() };
    let part = Part { export: &mut export, level: 0 };
    json_input::read(input, name, "llvm-cov", part)?;
    if !export.has_data {
        let what = "an export of llvm-cov without its data";
        return Err(Error::malformed(name, what));
    }
    export.add_functions();
    Ok(())
}

/// Returns whether JSON that begins like this is an export: its type stands at
/// the end.
pub(crate) fn begins(text: &str) -> bool {
    let packed: String = text.split_whitespace().collect();
    let starts = ["{\"data\":[{\"files\":[", "{\"data\":[{\"functions\":["];
    starts.iter().any(|start| packed.starts_with(start))
        || packed.contains("llvm.coverage.json.export")
}

struct Export<'a> {
    profile: &'a mut Profile,
    has_data: bool,
    /// Those of files that have not come.
    functions: Vec<Function>,
}

/// The export itself (level 0), or one of the programs in it (level 1).
struct Part<'a, 'b> {
    export: &'a mut Export<'b>,
    level: u8,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        from: D,
    ) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("an export of llvm-cov")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let export = self.export;
        while let Some(key) = map.next_key::<String>()? {
            let list = match (self.level, &*key) {
                (0, "data") => List::Programs,
                (1, "files") => List::Files,
                (1, "functions") => List::Functions,
                (0, "type") => {
                    let kind: String = map.next_value()?;
                    if kind != "llvm.coverage.json.export" {
                        let what = format!("type {kind:?} is none of llvm-cov");
                        return Err(M::Error::custom(what));
                    }
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            map.next_value_seed(Items { export: &mut *export, list })?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum List {
    Programs,
    Files,
    Functions,
}

/// The items of a list, one by one.
struct Items<'a, 'b> {
    export: &'a mut Export<'b>,
    list: List,
}

impl<'de> DeserializeSeed<'de> for Items<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(
        self,
        from: D,
    ) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Items<'_, '_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let export = self.export;
        match self.list {
            List::Programs => {
                export.has_data = true;
                loop {
                    let program = Part { export: &mut *export, level: 1 };
                    if seq.next_element_seed(program)?.is_none() {
                        break;
                    }
                }
            }
            List::Files => {
                while let Some(file) = seq.next_element::<File>()? {
                    export.add_file(file).map_err(S::Error::custom)?;
                }
            }
            List::Functions => {
                while let Some(function) = seq.next_element::<Function>()? {
                    export.functions.push(function);
                }
            }
        }
        Ok(())
    }
}

impl Export<'_> {
    fn add_file(&mut self, file: File) -> Result<(), String> {
        let segments = file.segments.as_ref().ok_or_else(|| {
            let path = &file.filename;
            format!("{path} has totals alone: export without --summary-only")
        })?;
        let add = self.profile.add_lines();
        let at = self.profile.lines.enter(&file.filename);
        let known = self.profile.lines.file(at);
        let mut next = 0;
        for (line, count) in segments::lines(segments) {
            let count = count.min(MAX_COUNT);
            next = known.lines.add(next, line, count, add).position + 1;
        }
        next = 0;
        for (branch, reached, count) in branches(&file) {
            let flags = BranchFlags { reached, ..BranchFlags::default() };
            next = known.branch(next, branch, flags, count, add) + 1;
        }
        Ok(())
    }

    /// Adds the functions to the files that the export has, now that all of
    /// them are known.
    fn add_functions(&mut self) {
        let add = self.profile.add_lines();
        for function in std::mem::take(&mut self.functions) {
            let (Some(path), Some(region)) =
                (function.filenames.first(), function.regions.first())
            else {
                continue;
            };
            let Some(at) = self.profile.lines.known(path) else { continue };
            let file = self.profile.lines.file(at);
            let name = function.name.into();
            let key = line_file::Function { line: region.0, name };
            let count = function.count.min(MAX_COUNT);
            file.function(file.functions.keys().len(), key, 0, count, add);
        }
    }
}

/// Where a condition counts, its own place, and which of several it is: two
/// uses of a macro are two.
type Place = (u32, u32, [u32; 4], usize);

/// Returns the branches of a file: the conditions of a line have numbers, and
/// two outcomes each.
fn branches(file: &File) -> Vec<(line_file::Branch, bool, u64)> {
    let mut places: BTreeMap<Place, [u64; 2]> = BTreeMap::new();
    let mut add = |line, column, branch: &Branch, which| {
        let counts = places.entry((line, column, branch.place, which));
        for (sum, count) in counts.or_default().iter_mut().zip(branch.counts) {
            // One condition of all instances of a generic function.
            *sum = saturating_sum(*sum, count.min(MAX_COUNT));
        }
    };
    for (at, branch) in file.branches.iter().enumerate() {
        let which = if branch.is_of_macro() { at + 1 } else { 0 };
        add(branch.place[0], branch.place[1], branch, which);
    }
    // Since version 20 the list above has those of macros too.
    if !file.branches.iter().any(Branch::is_of_macro) {
        for (at, expansion) in file.expansions.iter().enumerate() {
            let region = expansion.source_region;
            let each = expansion.branches.iter();
            each.for_each(|branch| add(region.0, region.1, branch, at + 1));
        }
    }
    let mut all = Vec::new();
    let (mut last, mut pair) = (None, 0);
    for ((line, ..), counts) in places {
        pair = if last == Some(line) { pair + 1 } else { 0 };
        last = Some(line);
        let reached = counts.iter().any(|count| *count > 0);
        for (way, count) in (0_u32..).zip(counts) {
            let name = format!("{pair},{}", 2 * pair + way).into();
            all.push((line_file::Branch { line, name }, reached, count));
        }
    }
    all
}
