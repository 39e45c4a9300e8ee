//! What an experiment of `cargo run -p finalizers` asks and finds.

#[cfg(unix)]
use anyhow::Context;
use anyhow::Result;
#[cfg(unix)]
use finalizers::experiments::{ALL, find};

/// Returns a table of the experiments that `names` lists: question and answer.
///
/// The answer is the one that `finalizers/tests/experiments.rs` demands of
/// each run, so it is what the reader's own run prints.
///
/// # Errors
///
/// When there is no experiment of a name.
pub(super) fn experiments(names: &str) -> Result<String> {
    let mut text =
        String::from("| experiment | question | answer |\n|---|---|---|\n");
    for name in names.split_whitespace() {
        text += &row(name)?;
    }
    Ok(text)
}

/// Off Unix there are no descriptors, and the crate has no experiments.
#[cfg(not(unix))]
fn row(name: &str) -> Result<String> {
    Ok(format!("| `{name}` | it runs on Unix alone | - |\n"))
}

#[cfg(unix)]
fn row(name: &str) -> Result<String> {
    let experiment = find(name).with_context(|| {
        let known: Vec<_> = ALL.iter().map(|known| known.name).collect();
        format!("no experiment \"{name}\" among {}", known.join(", "))
    })?;
    let answer = experiment.expected.replace("; ", ";<br>");
    Ok(format!("| `{name}` | {} | {answer} |\n", experiment.question))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_experiment_is_a_row_with_question_and_answer() {
        let text = experiments("list-finalizers list-cleanups");
        let text = text.expect("both are there");
        let list = "`list-cleanups` | collections to clean up a list of 10 | 1";
        assert!(text.contains(list), "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
    }

    #[test]
    fn an_unknown_experiment_names_those_there_are() {
        let error = experiments("nonsense").expect_err("there is none");
        assert!(error.to_string().contains("list-finalizers"), "{error}");
    }
}
