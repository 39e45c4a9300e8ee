//! Our solution, made out of the crates' own source: so it cannot drift.
//!
//! A region of the starter is replaced by functions of a crate. Where the lab
//! asks for less than the crate has, the difference is a list of replacements
//! in the lab's metadata, each of which must still apply.

use std::fs;

use anyhow::{Context, Result, ensure};
use support::workspace::root;

use crate::registry::{Lab, Region};

/// Returns the starter with the code of the first `stages` stages in it.
pub(crate) fn text(lab: &Lab, stages: usize) -> Result<String> {
    let mut text = lab.starter()?;
    for region in lab.solution.iter().filter(|it| it.stage <= stages) {
        let file = root().join(&region.file);
        let source = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let code = code(&source, region)
            .with_context(|| format!("in {}", region.file))?;
        text = spliced(&text, &region.region, &code)?;
    }
    Ok(text)
}

/// Returns the functions of a region, with its replacements.
fn code(source: &str, region: &Region) -> Result<String> {
    let start = source.find(&region.after);
    let start = start.with_context(|| format!("no {:?}", region.after))?;
    let mut functions = Vec::new();
    for name in &region.functions {
        functions.push(function(&source[start..], name)?);
    }
    let mut code = functions.join("\n");
    for (from, to) in &region.replace {
        ensure!(code.contains(from.as_str()), "no {from:?} to replace");
        code = code.replace(from.as_str(), to);
    }
    Ok(code)
}

/// Returns a function, from its attributes to its last brace.
fn function(source: &str, name: &str) -> Result<String> {
    let is_head = |line: &&str| {
        ["(", "<"].iter().any(|it| line.contains(&format!("fn {name}{it}")))
    };
    let lines: Vec<&str> = source.lines().collect();
    let head = lines.iter().position(is_head);
    let head = head.with_context(|| format!("no function {name}"))?;
    let is_attribute = |line: &&str| line.trim_start().starts_with("#[");
    let attributes =
        lines[..head].iter().rev().take_while(|it| is_attribute(it));
    let start = head - attributes.count();
    let line = lines[head];
    let indent = &line[..line.len() - line.trim_start().len()];
    let end = format!("{indent}}}");
    let mut text = String::new();
    for line in &lines[start..] {
        text += line;
        text.push('\n');
        if *line == end {
            return Ok(text);
        }
    }
    anyhow::bail!("function {name} has no end")
}

/// Returns a text with new code between the marks of a region.
fn spliced(text: &str, region: &str, code: &str) -> Result<String> {
    let begin = format!("// YOUR CODE: {region}\n");
    let end = format!("// END: {region}\n");
    let missing = || format!("the starter has no region {region}");
    let (before, rest) = text.split_once(&begin).with_context(missing)?;
    let (_, after) = rest.split_once(&end).with_context(missing)?;
    let indent = before.lines().last().unwrap_or_default();
    let indent = if indent.trim().is_empty() { indent } else { "" };
    let code = indented(code, indent);
    Ok([before, &begin, &code, indent, &end, after].concat())
}

/// Returns code that is set in as far as its first line says, set in as far
/// as another place asks for.
fn indented(code: &str, indent: &str) -> String {
    let margin = code.len() - code.trim_start_matches(' ').len();
    let margin = " ".repeat(margin);
    let mut text = String::new();
    for line in code.lines() {
        if !line.is_empty() {
            text += indent;
            text += line.strip_prefix(&margin).unwrap_or(line);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    fn region(replace: &[(&str, &str)]) -> Region {
        let owned = |it: &(&str, &str)| (it.0.to_owned(), it.1.to_owned());
        Region {
            region: "one".into(),
            stage: 1,
            file: String::new(),
            after: "impl B".into(),
            functions: vec!["f".into()],
            replace: replace.iter().map(owned).collect(),
        }
    }

    const SOURCE: &str = "\
impl A {
    fn f() {
        a();
    }
}
impl B {
    #[inline]
    fn f<T>() {
        if x {
            b();
        }
    }
    fn g() {}
}
";

    #[test]
    fn the_function_behind_the_text_is_taken_whole() {
        let code = code(SOURCE, &region(&[("b()", "c()")])).unwrap();
        assert_eq!(
            code,
            "    #[inline]\n    fn f<T>() {\n        if x {\n            c();\n        }\n    }\n"
        );
    }

    #[test]
    fn what_drifts_is_noticed() {
        assert!(code(SOURCE, &region(&[("d()", "c()")])).is_err());
        assert!(code("impl C {}", &region(&[])).is_err());
        assert!(spliced("no marks", "one", "").is_err());
    }

    #[test]
    fn only_the_region_is_replaced() {
        let text = "a\n    // YOUR CODE: one\n    old\n    // END: one\nb\n";
        let fresh = spliced(text, "one", "    new\n").unwrap();
        assert_eq!(
            fresh,
            "a\n    // YOUR CODE: one\n    new\n    // END: one\nb\n"
        );
    }

    #[test]
    fn code_is_set_in_as_its_new_place_asks() {
        assert_eq!(
            indented("    f {\n        g\n\n    }\n", ""),
            "f {\n    g\n\n}\n"
        );
        assert_eq!(indented("f {\n    g\n}\n", "  "), "  f {\n      g\n  }\n");
    }

    #[test]
    fn each_solution_can_be_made_and_is_whole() {
        for lab in registry::all().unwrap() {
            let text = text(&lab, lab.stages.len()).expect(&lab.name);
            assert!(!text.contains("todo!"), "{}: {text}", lab.name);
        }
    }

    /// As the page for teachers says; one that has some is judged by Miri too.
    #[test]
    fn no_lab_has_a_block_of_unsafe_code() {
        for lab in registry::all().unwrap() {
            let name = &lab.name;
            for stages in [0, lab.stages.len()] {
                let text = text(&lab, stages).expect(name);
                assert!(!text.contains("unsafe {"), "{name}: {text}");
            }
        }
    }
}
