//! A figure with something to turn.

use anyhow::{Context, Result};

/// What `{{#turn NAME}}` can name: the name, which the scripts have too, the
/// title, and what the figure shows where there are no scripts.
const FIGURES: [(&str, &str, &str); 11] = [
    (
        "heap-levels",
        "How deep is a heap?",
        "A million timers with four children a node lie on eleven levels: a \
         timer climbs at most ten steps, and is compared at most forty times \
         on its way down.",
    ),
    (
        "cache-lines",
        "Which cache lines do the children touch?",
        "With entries of 16 bytes, the four children of node 1 are entries 5 \
         to 8: they touch two lines of 64 bytes.",
    ),
    (
        "guard-lifetime",
        "How long is the lock held?",
        "In edition 2021 the guard of <code>if let Some(job) = mutex.lock().pop()</code> \
         lives to the end of the <code>else</code>; in 2024 it is gone before that.",
    ),
    (
        "wheel-slot",
        "Where is a timer parked?",
        "Now is tick 5, and the deadline is tick 63: in digits of base 64 \
         only the last one differs, so the timer is in level 0, slot 63. One \
         tick later it would be in level 1.",
    ),
    (
        "tick",
        "How late is a wheel of ticks?",
        "With a tick of one millisecond, a sleep of a fifth of it that begins \
         just before a tick ends with the second one: nearly a whole tick \
         late.",
    ),
    (
        "handover",
        "What does handing over cost?",
        "If the holder works for two microseconds and a wake-up takes fifty, \
         a lock that is handed over makes one turn where one that is free for \
         all makes twenty-six.",
    ),
    (
        "fairness",
        "Who holds the lock, and who waits?",
        "A turn takes a hundred microseconds, a thread is back after one and \
         takes fifty to wake up. In three milliseconds a lock that is free for \
         all lets one thread wait for all of them, one that is handed over \
         for 199 microseconds at most, and Go's mutex for 1,160.",
    ),
    (
        "verdicts",
        "How often is a comparison wrong?",
        "With ten pairs of runs, each run off by 3 %, and no change, 35 of a \
         thousand comparisons claim one: false alarms.",
    ),
    (
        "slack",
        "What does slack save?",
        "With a deadline every 20 microseconds and a slack of 50, one \
         interrupt wakes three threads: 16,667 interrupts a second in place of \
         50,000.",
    ),
    (
        "drift",
        "How many rounds are there in a second?",
        "With a period of 10 ms and a millisecond of work, a loop that sleeps \
         makes 90 rounds a second, and one that waits for a ticker 100.",
    ),
    (
        "pacing",
        "What comes first: the collector or the limit?",
        "With 4 MiB alive and GOGC at 100, 32,768 files of 128 bytes each can \
         be forgotten before a collection; the limit is often 1,024.",
    ),
];

/// Returns the figure of that name.
pub(super) fn turn(name: &str) -> Result<String> {
    let found = FIGURES.iter().find(|(known, ..)| *known == name);
    let (name, title, unscripted) =
        found.with_context(|| format!("no figure \"{name}\" to turn"))?;
    Ok(format!(
        "<turn-figure data-name=\"{name}\">\n<p class=\"title\">{title}</p>\n\
         <p class=\"unscripted\">{unscripted}</p>\n</turn-figure>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_is_drawn_by_the_script() {
        let script = include_str!("../../player/turn-figure.js");
        let simulations = include_str!("../../player/turn-simulations.js");
        let (_, simulated) =
            simulations.split_once("  return {").expect("it gives all back");
        for (name, title, unscripted) in FIGURES {
            let quoted = script.contains(&format!("    \"{name}\": {{"));
            assert!(
                quoted
                    || script.contains(&format!("    {name}: {{"))
                    || simulated.contains(name),
                "{name}"
            );
            let html = turn(name).expect("it is known");
            assert!(html.contains(title) && html.contains(unscripted));
        }
    }

    #[test]
    fn an_unknown_figure_is_an_error() {
        let error = turn("wheel").expect_err("there is none").to_string();
        assert!(error.contains("wheel"), "{error}");
    }
}
