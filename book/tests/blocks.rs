//! Code in the book is code that is tested: taken from a source, or a doctest.

mod sources;

use sources::blocks::{Block, blocks};
use sources::{chapters, place};

use regex::Regex;

/// The words after `rust,` that leave a block a test.
const TESTED: [&str; 3] = ["compile_fail", "should_panic", "standalone_crate"];

/// Returns why a block may be out of step with the code, if it may.
fn untested(block: &Block) -> Option<String> {
    let mut words = block.language.split(',').map(str::trim);
    let is_included = is_included(block);
    match words.next().unwrap_or_default() {
        "quiz" => None,
        "console" => commands_only(block),
        "text" => looks_like_code(block),
        "rust" => {
            let is_error_code = |word: &str| {
                word.strip_prefix('E').is_some_and(|digits| {
                    digits.len() == 4 && digits.parse::<u16>().is_ok()
                })
            };
            let word = words
                .find(|word| !TESTED.contains(word) && !is_error_code(word))?;
            (!is_included).then(|| {
                format!("\"{word}\" hides it from rustdoc, so include it")
            })
        }
        "" => Some("name the language".to_owned()),
        other => (!is_included)
            .then(|| format!("nothing tests {other}, so include it")),
    }
}

/// Returns true if each line is taken from a file.
fn is_included(block: &Block) -> bool {
    let included = |line: &str| {
        ["{{#include ", "{{#rustdoc_include "]
            .iter()
            .any(|start| line.starts_with(start) && line.ends_with("}}"))
    };
    let mut lines = block.lines.iter().map(|line| line.trim());
    !block.lines.is_empty() && lines.all(included)
}

/// What is typed begins with a prompt; what is answered would go stale.
fn commands_only(block: &Block) -> Option<String> {
    let typed = |line: &&String| {
        let line = line.trim();
        line.is_empty() || line.starts_with(['$', '#'])
    };
    let answer = block.lines.iter().find(|line| !typed(line))?;
    Some(format!("\"{}\" was not typed: use text", answer.trim()))
}

/// Returns why a text looks like a program.
fn looks_like_code(block: &Block) -> Option<String> {
    let code = r"^\s*(?:pub(?:\(\w+\))? )?(?:fn \w+|impl\b.*\{|struct \w+|enum \w+|use [\w:]+.*;|let (?:mut )?\w+.*=|mod \w+|func\b.*\{|type \w+ (?:struct|interface)|package \w+$|import [\x22(]|#\[\w+|#include )";
    let code = Regex::new(code).expect("a valid pattern");
    let line = block.lines.iter().find(|line| code.is_match(line))?;
    Some(format!("\"{}\" looks like a program", line.trim()))
}

fn is_section(line: &str) -> bool {
    line.starts_with("## ")
}

#[test]
fn each_block_is_included_or_a_test() {
    let mut wrong = Vec::new();
    for (path, text) in chapters() {
        let is_figure = |block: &Block| {
            // A drawing may have code in it, with words beside.
            let above = text.lines().take(block.line);
            block.language == "text" && !above.into_iter().any(is_section)
        };
        for block in blocks(&text) {
            if is_figure(&block) {
                continue;
            }
            if let Some(problem) = untested(&block) {
                wrong.push(format!("{}: {problem}", place(&path, block.line)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_pasted_block_is_noticed_with_its_line() {
    for wrong in [
        "```rust,ignore\nfn main() {}\n```",
        "```rust,no_run\nfn main() {}\n```",
        "```rust,ignore\n{{#include a.rs:b}}\nlet x = 1;\n```",
        "```go\nfunc main() {}\n```",
        "```sh\ncargo test\n```",
        "```c\nint main;\n```",
        "```\nplain\n```",
        "```text\nfn main() {\n```",
        "```text\n  func (t *Timer) Stop() bool {\n```",
        "   ```text\nuse std::sync::Arc;\n```",
        "````rust,ignore\n```\n````",
        "```console\n$ cargo test\nok\n```",
    ] {
        let text = format!("one\n\n{wrong}\n");
        let [block] = &blocks(&text)[..] else {
            panic!("one block: {text}");
        };
        assert!(untested(block).is_some(), "{text}");
        assert_eq!(block.line, 4, "{text}");
    }
    for right in [
        "```rust\nassert!(true);\n```",
        "```rust,compile_fail,E0515\n```",
        "```rust,ignore\n{{#include a.rs:b}}\n{{#include a.rs:c}}\n```",
        "```go\n{{#include a.go:b}}\n```",
        "```text\n main |--use--|\n```",
        "```console\n$ cargo test\n# all of them\n```",
    ] {
        let found = blocks(right);
        let problems: Vec<_> = found.iter().filter_map(untested).collect();
        assert!(problems.is_empty(), "{right}: {problems:?}");
    }
}
