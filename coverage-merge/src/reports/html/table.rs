//! The table of folders and files.

use std::io::{self, Write};

use super::markup::{address, escape};
use super::tree::{Node, nodes};
use crate::profile::total::Total;
use crate::reports::totals::percent;

/// What a row shows: statements, branches and functions.
pub(super) type Totals = [Total; 3];

pub(super) fn plus(a: Totals, b: Totals) -> Totals {
    [a[0].plus(b[0]), a[1].plus(b[1]), a[2].plus(b[2])]
}

/// More files than this begin with their folders closed.
const FEW: usize = 200;

const TOOLS: &str = "<p class=\"tools\"><label>Search (/): \
    <input id=\"search\" type=\"search\"></label> \
    <label><input id=\"flat\" type=\"checkbox\"> Files without folders</label> \
    <button id=\"open\" type=\"button\">Open all</button> \
    <button id=\"close\" type=\"button\">Close all</button> \
    <span id=\"status\" role=\"status\" class=\"faint\"></span></p>\n";

/// Writes the table. `paths` ascend, `totals` are theirs; `link` is the address
/// of a file.
pub(super) fn write(
    out: &mut dyn Write,
    paths: &[&str],
    totals: &[Totals],
    link: &dyn Fn(usize) -> String,
) -> io::Result<()> {
    // The sum of the files before each, from which sums of folders follow.
    let mut sums = vec![Totals::default()];
    for total in totals {
        sums.push(plus(sums[sums.len() - 1], *total));
    }
    let all = sums[totals.len()];
    let columns = [true, !all[1].is_empty(), !all[2].is_empty()];
    out.write_all(TOOLS.as_bytes())?;
    head(out, columns)?;
    let nodes = nodes(paths);
    let open = open_depth(&nodes, paths.len());
    for node in nodes {
        let (first, end) = node.files;
        let total = difference(sums[end], sums[first]);
        row(out, &node, open, &link(first))?;
        cells(out, total, columns)?;
        out.write_all(b"</tr>\n")?;
    }
    out.write_all(b"</tbody><tfoot><tr><td>total</td>")?;
    cells(out, all, columns)?;
    out.write_all(b"</tr></tfoot></table>\n")
}

/// Returns down to which depth folders are open at first.
fn open_depth(nodes: &[Node<'_>], files: usize) -> usize {
    let roots = nodes.iter().filter(|node| node.depth == 0).take(2).count();
    match (files, roots) {
        (..=FEW, _) => usize::MAX,
        (_, 1) => 1,
        _ => 0,
    }
}

fn difference(a: Totals, b: Totals) -> Totals {
    let mut all = a;
    for (total, before) in all.iter_mut().zip(b) {
        total.covered -= before.covered;
        total.statements -= before.statements;
    }
    all
}

fn head(out: &mut dyn Write, columns: [bool; 3]) -> io::Result<()> {
    out.write_all(b"<table id=\"files\"><thead><tr>")?;
    let mut column = |name: &str, class: &str| {
        write!(
            out,
            "<th scope=\"col\" aria-sort=\"none\"{class}>\
             <button type=\"button\">{name}</button></th>"
        )
    };
    column("File", "")?;
    column("covered", "")?;
    column("not", " class=\"more\"")?;
    column("of", " class=\"more\"")?;
    for (name, is_shown) in ["branches", "functions"].iter().zip(&columns[1..])
    {
        if *is_shown {
            column(name, "")?;
        }
    }
    out.write_all(b"</tr></thead>\n<tbody>\n")
}

fn row(
    out: &mut dyn Write,
    node: &Node<'_>,
    open: usize,
    link: &str,
) -> io::Result<()> {
    let Node { path, depth, .. } = node;
    let (path, name) = (escape(path), escape(node.name()));
    let hidden = if *depth > open { " hidden" } else { "" };
    let start = format!(
        "data-d=\"{depth}\" data-path=\"{path}\"{hidden}>\
         <td style=\"--d:{depth}\">"
    );
    if node.is_folder {
        return write!(
            out,
            "<tr class=\"dir\" {start}<button type=\"button\" \
             aria-expanded=\"{}\">{name}</button></td>",
            *depth < open
        );
    }
    let around = escape(&node.path[..node.path.len() - node.name().len()]);
    write!(
        out,
        "<tr {start}<a href=\"{link}\"><span class=\"in\">{around}</span>\
         {name}</a></td>"
    )
}

/// Writes the numbers of a row; `data-v` is what they are sorted by.
fn cells(
    out: &mut dyn Write,
    total: Totals,
    columns: [bool; 3],
) -> io::Result<()> {
    let Total { covered, statements } = total[0];
    let missed = statements - covered;
    let shown = percent(total[0]);
    let value = |total: Total| {
        let known = (!total.is_empty()).then(|| total.percentage());
        known.map(|it| format!("{it:.4}")).unwrap_or_default()
    };
    write!(
        out,
        "<td data-v=\"{0}\">{shown} <span class=\"bar\" \
         style=\"--p:{1:.0}%\"></span></td><td class=\"more\" data-v=\"{missed}\">{missed}</td>\
         <td class=\"more\" data-v=\"{statements}\">{statements}</td>",
        value(total[0]),
        total[0].percentage(),
    )?;
    for (total, is_shown) in total.iter().zip(columns).skip(1) {
        if is_shown {
            let (value, shown) = (value(*total), percent(*total));
            write!(out, "<td data-v=\"{value}\">{shown}</td>")?;
        }
    }
    Ok(())
}

/// Returns the address of a file's own page, beside the table.
pub(super) fn page(folder: &str, at: usize) -> String {
    format!("{}/{}.html", address(folder), at + 1)
}
