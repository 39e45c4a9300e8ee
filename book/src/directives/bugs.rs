//! Every planted bug of a crate, from the files that its tests keep.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use live::markup::escape;
use live::player;
use support::schedules::Schedule;

use crate::recordings::lanes::drawn;

/// Returns the bugs of `package` as a table, then each with its lanes folded
/// away.
///
/// # Errors
///
/// When the package keeps none, or a file cannot be read.
pub(super) fn bugs(workspace: &Path, package: &str) -> Result<String> {
    let bugs = read(&workspace.join(package).join("tests/loom/lanes"))?;
    let mut text = String::from(
        "| bug: what is left out | loom says | execution |\n|---|---|---|\n",
    );
    for bug in &bugs {
        text += &format!(
            "| [{}](#{}): {} | {} | {} |\n",
            bug.bug.replace('_', " "),
            id(package, bug),
            bug.left_out,
            bug.message,
            bug.execution
        );
    }
    for bug in &bugs {
        text += &entry(package, bug);
    }
    Ok(text)
}

/// Returns the bugs in the order in which loom found them, the fewest
/// executions first.
fn read(folder: &Path) -> Result<Vec<Schedule>> {
    let mut bugs = Schedule::read_all(folder).with_context(|| {
        format!("no planted bugs are kept in {}", folder.display())
    })?;
    ensure!(!bugs.is_empty(), "{} is empty", folder.display());
    bugs.sort_by(|a, b| (a.execution, &a.bug).cmp(&(b.execution, &b.bug)));
    Ok(bugs)
}

fn id(package: &str, bug: &Schedule) -> String {
    format!("{package}-{}", bug.bug)
}

fn entry(package: &str, bug: &Schedule) -> String {
    let module = bug.test.split("::").next().unwrap_or(&bug.test);
    format!(
        "\n<details>\n\
         <summary><code>{}</code>: {}</summary>\n\
         <p id=\"{}\">The model: {} (<code>{package}/tests/loom/{module}.rs</code>). \
         {}</p>\n{}</details>\n",
        bug.bug,
        in_html(&bug.left_out),
        // Inside: a link to it unfolds the rest.
        id(package, bug),
        in_html(&bug.model),
        in_html(&bug.why),
        player(&drawn(bug))
    )
}

/// Returns a sentence of Markdown in which nothing but code is marked.
fn in_html(sentence: &str) -> String {
    let part = |(number, part): (usize, &str)| match number % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    sentence.split('`').enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    #[test]
    fn each_file_of_a_crate_has_its_row_its_reason_and_its_lanes() {
        for package in ["support", "timer-heap", "queue-locks", "finalizers"] {
            let text = bugs(&workspace(), package).expect(package);
            let folder = workspace().join(package).join("tests/loom/lanes");
            let files = std::fs::read_dir(folder).expect("it is there").count();
            let count = |part: &str| text.matches(part).count();
            assert_eq!(count("\n| ["), files, "{package}");
            assert_eq!(count("<summary><code>"), files, "{package}");
            assert_eq!(count("<step-player>"), files, "{package}");
            assert_eq!(count("\">The model: "), files, "{package}");
        }
    }

    #[test]
    fn code_in_a_sentence_is_code_on_the_page() {
        let html = in_html("no `if a < b` at all & `while`");
        let code =
            "no <code>if a &lt; b</code> at all &amp; <code>while</code>";
        assert_eq!(html, code);
    }

    #[test]
    fn a_crate_without_planted_bugs_is_an_error() {
        assert!(bugs(&workspace(), "coverage-merge").is_err());
    }
}
