//! Shards that real tools wrote, merged here and by the tools themselves.
//!
//! `data/peers/README.md` says how they were made. What a merge has is read
//! here by scanners of a few lines, which share nothing with the crate.

mod common;

use std::collections::BTreeMap;
use std::fs;

use assert_cmd::Command;

use common::data;

/// Returns the union of a tool's two shards, in both orders.
fn union(tool: &str, kind: &str, arguments: &[&str]) -> String {
    let [first, second] = [1, 2].map(|at| format!("{tool}/{at}.{kind}"));
    let text = merge(&[&first, &second], arguments);
    assert_eq!(merge(&[&second, &first], arguments), text, "{tool}");
    text
}

fn merge(inputs: &[&str], arguments: &[&str]) -> String {
    let mut command =
        Command::cargo_bin("coverage-merge").expect("built with the tests");
    command.current_dir(data("peers")).args(inputs).args(arguments);
    let output = command.assert().success().get_output().stdout.clone();
    String::from_utf8(output).expect("a text")
}

/// Returns the tool's own merge of the two.
fn own(tool: &str, kind: &str) -> String {
    let path = data("peers").join(tool).join(format!("merged.{kind}"));
    fs::read_to_string(path).expect("committed")
}

/// What a tracefile counts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Records {
    lines: BTreeMap<String, u64>,
    functions: BTreeMap<String, u64>,
    branches: BTreeMap<String, u64>,
}

impl Records {
    fn of(tracefile: &str) -> Self {
        let mut all = Self::default();
        let (mut file, mut firsts, mut places) = ("", vec![], BTreeMap::new());
        for record in tracefile.lines() {
            let (kind, rest) = record.split_once(':').unwrap_or((record, ""));
            let parts: Vec<&str> = rest.splitn(4, ',').collect();
            match (kind, &parts[..]) {
                ("SF", _) => (file, places) = (rest, BTreeMap::new()),
                ("FN", [line, end, name @ ..]) => {
                    let named = end.parse::<u32>().is_ok();
                    let name = if named { name.join(",") } else { tail(rest) };
                    places.insert(name, *line);
                }
                ("FNL", [_, line, ..]) => firsts.push(*line),
                ("FNDA", [count, ..]) => {
                    let name = tail(rest);
                    let line = places[&name];
                    let key = format!("{file}:{line} {name}");
                    all.functions.insert(key, number(count));
                }
                ("FNA", [index, count, ..]) => {
                    let line = firsts[number(index) as usize];
                    let key = format!("{file}:{line} {}", tail(&tail(rest)));
                    all.functions.insert(key, number(count));
                }
                ("DA", [line, count, ..]) => {
                    all.lines.insert(format!("{file}:{line}"), number(count));
                }
                ("BRDA", [line, block, branch, count]) => {
                    let block = block.trim_start_matches(['e', 'f']);
                    let key = format!("{file}:{line} {block} {branch}");
                    all.branches.insert(key, number(count));
                }
                _ => {}
            }
        }
        all
    }

    /// The same with counts of 0 and 1, as the tools have it that do not add.
    fn reached(mut self) -> Self {
        let all = [&mut self.lines, &mut self.functions, &mut self.branches];
        for count in all.into_iter().flat_map(|counts| counts.values_mut()) {
            *count = (*count).min(1);
        }
        self
    }
}

/// Returns what comes after the first comma.
fn tail(text: &str) -> String {
    text.split_once(',').expect("a comma").1.to_owned()
}

fn number(text: &str) -> u64 {
    if text == "-" { 0 } else { text.parse().expect("a number") }
}

fn both(tool: &str) -> [Records; 2] {
    let ours = union(tool, "info", &["--format", "lcov2"]);
    let [ours, theirs] = [ours, own(tool, "info")].map(|it| Records::of(&it));
    assert!(ours.lines.len() > 10, "{tool}: {ours:?}");
    assert!(ours.functions.len() > 2, "{tool}: {ours:?}");
    [ours, theirs]
}

#[test]
fn each_record_is_as_the_tool_itself_merges_it() {
    let tools =
        ["lcov-1.16", "lcov-2.5", "llvm-cov-clang", "llvm-cov-rust", "nyc"];
    for tool in tools {
        let [ours, theirs] = both(tool);
        // Only a nightly compiler of Rust counts branches.
        assert_eq!(ours.branches.is_empty(), tool == "llvm-cov-rust");
        assert_eq!(ours, theirs, "{tool}");
    }
}

#[test]
fn what_a_tool_only_reaches_is_as_it_merges_it() {
    let [ours, theirs] = both("coverage-py-lcov").map(Records::reached);
    assert!(!ours.branches.is_empty());
    assert_eq!(ours, theirs);
}

/// These number the branches anew in each run.
#[test]
fn lines_and_functions_are_as_the_tool_merges_them() {
    for tool in ["c8", "gcovr-lcov"] {
        let [ours, theirs] = both(tool);
        assert_eq!(ours.lines, theirs.lines, "{tool}");
        assert_eq!(ours.functions, theirs.functions, "{tool}");
    }
    // Vitest counts what runs while a module is loaded once.
    let [ours, theirs] = both("vitest").map(Records::reached);
    assert_eq!(ours.lines, theirs.lines);
    assert_eq!(ours.functions, theirs.functions);
}

#[test]
fn shards_of_two_versions_of_lcov_are_one_program() {
    for (a, b) in [("lcov-1.16", "lcov-2.5"), ("lcov-2.5", "lcov-1.16")] {
        let inputs = [format!("{a}/1.info"), format!("{b}/2.info")];
        let inputs = inputs.each_ref().map(|it| &**it);
        let ours = Records::of(&merge(&inputs, &["--format", "lcov2"]));
        assert_eq!(ours, Records::of(&own(b, "info")), "{a} and {b}");
    }
}

/// How often a line ran, and how many branches of how many were taken.
type Lines = BTreeMap<String, (u64, Option<(u64, u64)>)>;

/// Returns the lines of a Cobertura report, by file name and number; those of
/// methods where the class has no such line of its own.
fn report(xml: &str) -> Lines {
    let [mut of_methods, mut own] = [Lines::new(), Lines::new()];
    let (mut file, mut in_method) = ("", false);
    for tag in xml.split('<') {
        match tag.split([' ', '>', '/']).find(|name| !name.is_empty()) {
            Some("class") => {
                let name = attribute(tag, "filename").unwrap_or(file);
                file = name.rsplit('/').next().expect("a name");
            }
            Some("method") => in_method = !tag.starts_with('/'),
            Some("line") if !tag.starts_with('/') => {
                let lines = if in_method { &mut of_methods } else { &mut own };
                let at = attribute(tag, "number").expect("a number");
                let line = lines.entry(format!("{file}:{at}")).or_default();
                let (hits, taken) = counts(tag);
                *line = (hits.max(line.0), taken.max(line.1));
            }
            _ => {}
        }
    }
    of_methods.extend(own);
    of_methods
}

fn counts(tag: &str) -> (u64, Option<(u64, u64)>) {
    let hits = number(attribute(tag, "hits").expect("a count"));
    let branches = attribute(tag, "condition-coverage").map(|text| {
        let (_, parts) = text.split_once('(').expect("two numbers");
        let (taken, of) = parts.split_once('/').expect("two numbers");
        (number(taken), number(of.trim_end_matches(')')))
    });
    (hits, branches)
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(value.split_once('"')?.0)
}

#[test]
fn cobertura_is_as_its_producer_merges_it() {
    let tools = ["coverage-py-xml", "gcovr-cobertura", "nyc-cobertura"];
    for tool in tools {
        let ours = union(tool, "xml", &["--format", "cobertura"]);
        let [ours, theirs] = [ours, own(tool, "xml")].map(|it| report(&it));
        assert!(ours.len() > 10, "{tool}: {ours:?}");
        assert!(ours.keys().eq(theirs.keys()), "{tool}");
        for ((at, ours), theirs) in ours.iter().zip(theirs.values()) {
            // Of coverage.py is known which branches were missed.
            let exact = tool == "coverage-py-xml";
            let hits = [ours.0, theirs.0];
            let hits = if exact { hits.map(|it| it.min(1)) } else { hits };
            assert_eq!(hits[0], hits[1], "{tool}: {at}");
            match (ours.1, theirs.1) {
                (Some((a, of)), Some((b, all))) if !exact => {
                    assert!(a <= b && of == all, "{tool}: {at} {a} {b}");
                }
                (ours, theirs) => assert_eq!(ours, theirs, "{tool}: {at}"),
            }
        }
    }
}

const GO: [&str; 10] = [
    "1.21.13", "1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.0", "1.27.0",
    "1.27.1", "1.27.2", "1.27.3",
];

#[test]
fn each_go_merges_as_its_own_tool_does() {
    for version in GO {
        let tool = format!("go-{version}");
        let ours = union(&tool, "out", &["--order", "go"]);
        assert_eq!(ours, own(&tool, "out"), "{tool}");
    }
}

/// Any two versions are one program; its blocks are those of the older one.
#[test]
fn any_two_versions_of_go_merge() {
    let old = own("go-1.21.13", "out");
    for (at, a) in GO.iter().enumerate() {
        for b in &GO[at + 1..] {
            let inputs = [format!("go-{a}/1.out"), format!("go-{b}/2.out")];
            let inputs = inputs.each_ref().map(|it| &**it);
            let arguments = ["--order", "go", "--on-conflict", "coarsen"];
            let ours = merge(&inputs, &arguments);
            let expected = match (*a, *b) {
                // Both repeat the statements of the whole block.
                ("1.27.0", "1.27.1") => own("go-1.27.0", "out"),
                _ if a.starts_with("1.27") => own("go-1.27.3", "out"),
                _ => old.clone(),
            };
            assert_eq!(ours, expected, "{a} and {b}");
        }
    }
}
