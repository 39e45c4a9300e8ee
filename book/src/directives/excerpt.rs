//! Excerpts of source that come clean first: what models and measurements need
//! is folded, and a switch of the page shows it.
//!
//! mdbook folds the lines of a listing that begin with `# `. Here they are the
//! steps that a planted bug leaves out (`if !taken!(P::STEP) { ... }`), the
//! probes (`P::emit(...)`), the notes of models, attributes, and the proofs of
//! `unsafe`.

use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Result, ensure};
use regex::Regex;

use super::anchor::anchored;

/// `{{#include FILE:ANCHOR}}`, with `clean`, with what the excerpt has to hold,
/// or with both.
static EXCERPT: LazyLock<Regex> = LazyLock::new(|| {
    let file = r"(?<file>[^}:\s]+):(?<anchor>[\w-]+)";
    let pattern = format!(
        r"(?m)^(?<indent> *)\{{\{{#(?:rustdoc_)?include {file}(?<clean> clean)?(?: (?<holds>[^}}]+))?\}}\}}$"
    );
    Regex::new(&pattern).expect("it is valid")
});

/// Replaces the includes of a chapter that say more than mdbook knows.
///
/// # Errors
///
/// When an excerpt does not hold what its directive names.
pub(super) fn excerpts(text: &str, folder: &Path) -> Result<String> {
    let mut shown = String::new();
    let mut end = 0;
    for found in EXCERPT.captures_iter(text) {
        let holds = found.name("holds").map(|part| part.as_str());
        let is_clean = found.name("clean").is_some();
        if holds.is_none() && !is_clean {
            continue;
        }
        let name = format!("{}:{}", &found["file"], &found["anchor"]);
        let excerpt = anchored(folder, &name)?;
        let held = holds.is_none_or(|item| excerpt.contains(item));
        ensure!(held, "{name} does not hold \"{}\"", holds.unwrap_or(""));
        let excerpt = if is_clean { folded(&excerpt) } else { excerpt };
        let range = found.get(0).expect("group 0 is the match").range();
        shown += &text[end..range.start];
        shown += &indented(&excerpt, &found["indent"]);
        end = range.end;
    }
    Ok(shown + &text[end..])
}

fn indented(excerpt: &str, indent: &str) -> String {
    let line = |line: &str| match line {
        "" => String::new(),
        _ => format!("{indent}{line}"),
    };
    excerpt.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Puts mdbook's mark before each line that is not shown at first.
fn folded(excerpt: &str) -> String {
    let mut fold = Fold::default();
    let line = |line: &str| {
        let mark = if fold.hides(line) { "# " } else { "" };
        format!("{mark}{line}\n")
    };
    excerpt.lines().map(line).collect()
}

/// A block that depends on a step that can be left out.
struct Block {
    /// How deep its braces are.
    depth: usize,
    /// Whether its lines are for a planted bug only.
    is_bug: bool,
}

/// How the lines begin that tell a recorder or a model what happens.
const PROBES: [&str; 6] = [
    "P::emit(",
    "S::stored(",
    "S::loaded(",
    "self.probe.emit(",
    "probe.emit(",
    "lanes::note(",
];

/// What decides whether a block is taken: a step that a planted bug may leave
/// out, alone in its condition.
static STEP: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^(?:\S.* )?if (?<not>!)?taken!\([PS]::\w+\) (?:=> )?\{$";
    Regex::new(pattern).expect("it is valid")
});

#[derive(Default)]
struct Fold {
    depth: usize,
    blocks: Vec<Block>,
    /// Within a call of a probe that goes on in the next line.
    in_probe: bool,
    /// Within a comment on safety.
    in_proof: bool,
}

impl Fold {
    fn hides(&mut self, line: &str) -> bool {
        let text = line.trim();
        let before = self.depth;
        self.count(text);
        self.is_scaffold(text)
            | self.is_branch(text, before)
            | self.blocks.iter().any(|block| block.is_bug)
    }

    fn count(&mut self, text: &str) {
        for sign in text.chars() {
            match sign {
                '{' => self.depth += 1,
                '}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// Attributes, probes, and proofs of safety.
    fn is_scaffold(&mut self, text: &str) -> bool {
        self.in_proof = text.starts_with("// SAFETY")
            || (self.in_proof && text.starts_with("//"));
        let is_probe = self.in_probe
            || text == "self.probe"
            || PROBES.iter().any(|start| text.starts_with(start));
        self.in_probe = is_probe && !text.ends_with(';');
        self.in_proof || is_probe || text.starts_with("#[")
    }

    /// The lines with the braces of such a block.
    fn is_branch(&mut self, text: &str, before: usize) -> bool {
        if let Some(step) = STEP.captures(text)
            && !text.starts_with("let ")
        {
            let is_bug = step.name("not").is_some();
            self.blocks.push(Block { depth: before, is_bug });
            return true;
        }
        let Some(block) = self.blocks.last_mut() else { return false };
        if block.depth + 1 != before || !text.starts_with('}') {
            return false;
        }
        if text == "} else {" {
            block.is_bug = !block.is_bug;
        } else {
            self.blocks.pop();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_for_a_model_is_folded() {
        let code = "\
#[inline]
fn stop(&self) {
    if !taken!(P::MARKS) {
        self.store();
    }
    match expire() {
        Due if !taken!(S::DISARMS) => {
            forget();
        }
        Due => disarm(),
    }
    if !taken!(P::LOOKS) || wrong() {
        return;
    }
    if taken!(P::LOOKS) {
        look();
    } else {
        lie();
    }
    P::emit(|| {
        Event::Park
    });
    lanes::note(thread, word, seen);
    // SAFETY: it is
    // ours.
    unsafe { free() };
    // Kept.
}
";
        let shown: Vec<String> = folded(code)
            .lines()
            .filter(|line| !line.starts_with("# "))
            .map(|line| line.trim().to_owned())
            .collect();
        assert_eq!(
            shown,
            [
                "fn stop(&self) {",
                "match expire() {",
                "Due => disarm(),",
                "}",
                "if !taken!(P::LOOKS) || wrong() {",
                "return;",
                "}",
                "look();",
                "unsafe { free() };",
                "// Kept.",
                "}",
            ]
        );
    }

    #[test]
    fn the_alarm_is_shown_without_the_steps_of_its_bugs() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../timer-heap/src/service");
        for name in ["wait", "ring", "publish", "announce", "sleep"] {
            let code = anchored(&source, &format!("alarm.rs:{name}"));
            let code = folded(&code.expect("it is there"));
            let shown = code.lines().filter(|line| !line.starts_with("# "));
            for line in shown {
                assert!(!line.contains("P::"), "{name}: {line}");
            }
        }
    }

    #[test]
    fn an_excerpt_holds_what_its_directive_names() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = |item| {
            format!(
                "a\n  {{{{#include support/src/sync.rs:choice {item}}}}}\nb"
            )
        };
        let shown = excerpts(&text("cfg(loom)"), &folder);
        let shown = shown.expect("it is there");
        assert!(shown.starts_with("a\n  #[cfg("), "{shown}");
        let error = excerpts(&text("fn wheel"), &folder).unwrap_err();
        assert!(error.to_string().contains("fn wheel"), "{error}");
        let plain = "{{#include a.rs:b}}";
        assert_eq!(excerpts(plain, &folder).expect("it stays"), plain);
    }
}
