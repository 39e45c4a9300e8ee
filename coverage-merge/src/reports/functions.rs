//! The functions of a file, whatever its input.

use std::collections::BTreeMap;

use crate::profile::known_file::KnownFile;
use crate::profile::line_file::{Function, LineFile};
use crate::profile::total::Total;
use crate::reports::demangle::readable;
use crate::reports::go_functions::go_functions;
use crate::reports::source_tree::SourceTree;

/// A function, and how much of it ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionCoverage {
    /// The name, without mangling, and without the types that one instance of
    /// a generic function has; `Type.Name` of a method of Go.
    pub name: String,
    /// Where it starts; 0 where no input says.
    pub line: u32,
    /// How often it was called; of instances, the one that was called most.
    pub count: u64,
    /// Its statements, of Go's; of others, the function itself.
    pub total: Total,
}

/// Returns the functions of a file, by line; those of Go's profiles are found
/// in the sources.
pub(crate) fn functions(
    file: &KnownFile<'_>,
    sources: Option<&SourceTree>,
) -> Vec<FunctionCoverage> {
    let mut all = of_go(file, sources);
    all.extend(file.lines.into_iter().flat_map(of_lines));
    all
}

/// Returns how many functions have something to run, and in how many anything
/// did.
pub(crate) fn function_total(
    file: &KnownFile<'_>,
    sources: Option<&SourceTree>,
) -> Total {
    let mut total = Total::default();
    for function in of_go(file, sources) {
        if !function.total.is_empty() {
            total.add(1, function.total.covered);
        }
    }
    let of_lines = file.lines.map(LineFile::sorted_functions);
    let of_lines = of_lines.unwrap_or_default();
    for same_line in of_lines.chunk_by(|a, b| a.0.line == b.0.line) {
        // Only instances of one function need the time to read their names.
        if let [(_, _, count)] = same_line {
            total.add(1, *count);
        } else {
            let counts = by_name(same_line).into_values();
            counts.for_each(|count| total.add(1, count));
        }
    }
    total
}

fn of_go(
    file: &KnownFile<'_>,
    sources: Option<&SourceTree>,
) -> Vec<FunctionCoverage> {
    let Some(first) = file.blocks.first() else { return Vec::new() };
    let text = sources.and_then(|tree| tree.read(first.path()));
    let functions = go_functions(&text.unwrap_or_default());
    let with_blocks = functions.into_iter().map(|function| {
        let mut found = FunctionCoverage {
            name: function.name.clone(),
            line: function.first,
            ..FunctionCoverage::default()
        };
        let mut start = None;
        for (block, count) in file.blocks.iter().flat_map(|it| it.blocks.iter())
        {
            if !function.has(block.start.line) {
                continue;
            }
            found.total.add(block.statements.into(), count);
            if start.is_none_or(|start| block.start < start) {
                (start, found.count) = (Some(block.start), count);
            }
        }
        found
    });
    with_blocks.collect()
}

/// Returns the functions that a tracefile names.
fn of_lines(file: &LineFile) -> Vec<FunctionCoverage> {
    let function = |((line, name), count)| {
        let mut total = Total::default();
        total.add(1, count);
        FunctionCoverage { name, line, count, total }
    };
    by_name(&file.sorted_functions()).into_iter().map(function).collect()
}

/// Returns the counts of functions by line and readable name. A generic
/// function is one, however many types it is used with.
fn by_name(
    functions: &[(&Function, u32, u64)],
) -> BTreeMap<(u32, String), u64> {
    let mut counts: BTreeMap<(u32, String), u64> = BTreeMap::new();
    for (function, _, count) in functions {
        let name = (function.line, readable(&function.name));
        let most = counts.entry(name).or_default();
        *most = (*count).max(*most);
    }
    counts
}
