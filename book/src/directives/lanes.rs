//! The lanes of a planted bug, and the runs in which it did not show.

use anyhow::{Context, Result};
use live::player;

use crate::recordings::other_runs::with_others;

/// The end of a player.
const END: &str = "</step-player>";

/// Returns the player of `CRATE/BUG`, with the other runs as a script of their
/// own, if the crate keeps them: only a reader with scripts can choose.
///
/// # Errors
///
/// When the crate keeps no such schedule, or a file cannot be read.
pub(super) fn lanes(name: &str) -> Result<String> {
    let (shown, others) = with_others(name)?;
    let html = player(&shown);
    if others.is_empty() {
        return Ok(html);
    }
    let (rest, _) = html.rsplit_once(END).context("a player has an end")?;
    // As in a player: the only sequence that could end the script early.
    let data = serde_json::to_string(&others)?.replace("</", "<\\/");
    Ok(format!(
        "{rest}<script type=\"application/json\">{data}</script>\n{END}\n"
    ))
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};
    use serde_json::Value;

    use super::*;

    /// Returns the data of a player's scripts.
    fn scripts(name: &str) -> Vec<Value> {
        let page = Html::parse_fragment(&lanes(name).expect("it is kept"));
        let selector = Selector::parse("step-player > script");
        let selector = selector.expect("it is valid");
        let texts = page.select(&selector).map(|it| it.inner_html());
        texts.map(|it| serde_json::from_str(&it).expect("JSON")).collect()
    }

    /// Returns all runs of a player, put together as the page does it.
    fn runs(name: &str) -> Vec<Vec<Value>> {
        let [recording, others] = &scripts(name)[..] else {
            panic!("no other runs of {name}");
        };
        let list = |value: &Value| value.as_array().cloned().expect("a list");
        let number = |value: &Value| {
            usize::try_from(value.as_u64().expect("a number")).expect("small")
        };
        let mut runs = vec![list(&recording["tracks"][0]["frames"])];
        for branch in list(others) {
            let of = &runs[number(&branch["of"])];
            let mut run = of[..number(&branch["same"])].to_vec();
            run.extend(list(&branch["frames"]));
            runs.push(run);
        }
        runs
    }

    #[test]
    fn other_runs_begin_alike_and_end_well() {
        let runs = runs("timer-heap/flag_after_check");
        assert!(runs.len() > 2, "only {} runs", runs.len());
        let says = |run: &[Value]| -> Vec<String> {
            let say = |frame: &Value| frame["say"].to_string();
            run.iter().map(say).collect()
        };
        for (at, run) in runs.iter().enumerate().skip(1) {
            let last = run.last().expect("a run has an end");
            assert!(last["say"].to_string().contains("nothing is wrong"));
            assert!(last["actor"].is_null());
            assert_eq!(run[0], runs[0][0], "all begin with nothing");
            let is_as_before =
                runs[..at].iter().any(|other| says(other) == says(run));
            assert!(!is_as_before, "run {at} is there twice");
        }
        // Two threads can be chosen at once somewhere.
        let seconds =
            |actor: &str| runs.iter().any(|run| run[1]["actor"] == actor);
        assert!(seconds("starter"));
        // A step stands in the same lane in every run.
        let mut lanes = std::collections::BTreeMap::new();
        for frame in runs.iter().flatten() {
            let Some(actor) = frame["actor"].as_str() else { continue };
            let tile = frame["tiles"].as_array().and_then(|all| all.last());
            let x = tile.expect("a step is drawn")["at"][0].clone();
            assert_eq!(*lanes.entry(actor).or_insert(x.clone()), x, "{actor}");
        }
        assert_eq!(lanes.len(), 2);
    }

    #[test]
    fn where_none_are_kept_the_player_is_as_it_was() {
        assert_eq!(scripts("support/relaxed_store").len(), 1);
        let error = lanes("support/nothing").expect_err("there is none");
        assert!(format!("{error:#}").contains("support/nothing"), "{error:#}");
    }
}
