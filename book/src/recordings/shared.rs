//! What the threads of a schedule share: a strip above their lanes, with the
//! newest value of each variable.

use live::recording::{Look, Tile};
use support::schedules::Step;

/// What models note of an access, besides `load` and `store`: the word, the
/// variable, and whether it is written.
const WORDS: [(&str, &str, bool); 10] = [
    ("push", "queue", true),
    ("look", "queue", false),
    ("publish", "until", true),
    ("sleep until", "until", true),
    ("ask", "until", false),
    ("locked, read", "number", false),
    ("read", "number", false),
    ("read, unlock", "number", false),
    ("write", "number", true),
    ("write, unlock", "number", true),
];

/// Who is woken says first that it is awake.
const WOKEN: &str = "woken";

/// A row of the strip.
const ROW: i32 = 28;

/// The room for the strip's name.
const NAME: i32 = 64;

/// What a step did to a variable.
struct Access<'a> {
    variable: &'a str,
    value: &'a str,
    is_store: bool,
}

/// The variables of a schedule, and what each step did to them.
pub(super) struct Strip<'a> {
    variables: Vec<&'a str>,
    accesses: Vec<Option<Access<'a>>>,
    /// Some step reads an old value, which stands below the new one.
    has_old: bool,
}

impl<'a> Strip<'a> {
    pub(super) fn of(steps: &'a [Step]) -> Self {
        let mut strip = Self {
            variables: Vec::new(),
            accesses: steps.iter().map(access).collect(),
            has_old: false,
        };
        for found in strip.accesses.iter().flatten() {
            if !strip.variables.contains(&found.variable) {
                strip.variables.push(found.variable);
            }
        }
        let mut rows = 0..steps.len();
        strip.has_old = rows.any(|row| strip.missed(row).is_some());
        strip
    }

    /// Returns the strip of a run, with room for what other runs share.
    pub(super) fn among(runs: &[&'a [Step]], steps: &'a [Step]) -> Self {
        let mut strip = Self::of(steps);
        strip.variables.clear();
        for other in runs.iter().copied().map(Self::of) {
            strip.has_old |= other.has_old;
            for variable in other.variables {
                if !strip.variables.contains(&variable) {
                    strip.variables.push(variable);
                }
            }
        }
        strip
    }

    /// Returns the newest value of a variable after the first `upto` steps.
    ///
    /// The first load tells what was there before. None if nothing tells.
    fn newest(&self, variable: &str, upto: usize) -> Option<&'a str> {
        let steps = self.accesses[..upto].iter().flatten();
        let own = steps.filter(|access| access.variable == variable);
        own.fold(None, |known, access| match known {
            Some(_) if !access.is_store => known,
            _ => Some(access.value),
        })
    }

    /// Returns the variable that a step reads, and the newer value there, if
    /// the step does not see it.
    pub(super) fn missed(&self, row: usize) -> Option<(&'a str, &'a str)> {
        let Access { variable, value, is_store } =
            self.accesses[row].as_ref()?;
        let newest = self.newest(variable, row)?;
        (!is_store && newest != *value).then_some((*variable, newest))
    }

    /// Returns the look of a step that is taken now.
    pub(super) fn look(&self, row: usize) -> Look {
        match &self.accesses[row] {
            _ if self.missed(row).is_some() => Look::Stale,
            Some(access) if !access.is_store => Look::Read,
            _ => Look::Written,
        }
    }

    /// Returns how much room the strip takes.
    pub(super) fn height(&self) -> i32 {
        if self.variables.is_empty() {
            return 0;
        }
        8 + if self.has_old { 2 * ROW } else { ROW }
    }

    /// Returns the strip's name and its place, if there is a strip.
    pub(super) fn label(&self) -> Option<(i32, i32, String)> {
        let is_there = !self.variables.is_empty();
        is_there.then(|| (NAME / 2, 22, "shared".to_owned()))
    }

    /// Returns the variables after the first `upto` steps, within `width`; the
    /// last of them is the step that is taken now if `is_new`.
    ///
    /// A value that is read although it is old stands below the new one.
    pub(super) fn tiles(
        &self,
        upto: usize,
        is_new: bool,
        width: i32,
    ) -> Vec<Tile> {
        let now = upto.checked_sub(1).filter(|_| is_new);
        let step = now.and_then(|row| self.accesses[row].as_ref());
        let missed = now.and_then(|row| self.missed(row));
        let count = i32::try_from(self.variables.len()).expect("a few");
        let mut tiles = Vec::new();
        for (at, variable) in (0..).zip(&self.variables) {
            let x = NAME + (width - NAME) * (2 * at + 1) / (2 * count);
            let touched = step.filter(|step| step.variable == *variable);
            let look = match touched {
                Some(access) if access.is_store => Look::Written,
                Some(_) if missed.is_none() => Look::Read,
                _ => Look::Plain,
            };
            let value = self.newest(variable, upto).unwrap_or("?");
            let text = format!("{variable}: {value}");
            let id = format!("shared {variable}");
            tiles.push(Tile::new(id, text, [x, 18], look));
            if let Some(access) = touched.filter(|_| missed.is_some()) {
                let text = format!("read: {}", access.value);
                let id = format!("old {variable}");
                tiles.push(Tile::new(id, text, [x, 18 + ROW], Look::Stale));
            }
        }
        tiles
    }
}

/// Returns what a step does to a variable, if it says so.
fn access(step: &Step) -> Option<Access<'_>> {
    let Step { operation, value, .. } = step;
    if operation == WOKEN {
        let [variable, value] = ["until", "awake"];
        return Some(Access { variable, value, is_store: true });
    }
    if value.is_empty() {
        return None;
    }
    let named = |prefix: &'static str| operation.strip_prefix(prefix);
    let (variable, is_store) = match (named("load "), named("store ")) {
        (Some(variable), _) => (variable, false),
        (_, Some(variable)) => (variable, true),
        (None, None) => {
            let known = |(word, ..): &&(&str, &str, bool)| operation == word;
            let (_, variable, is_store) = WORDS.iter().find(known)?;
            (*variable, *is_store)
        }
    };
    Some(Access { variable, value, is_store })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use support::schedules::Schedule;

    use super::*;

    fn kept() -> Vec<Schedule> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let crates = ["support", "timer-heap", "queue-locks", "finalizers"];
        let folder = |name| root.join(name).join("tests/loom/lanes");
        let read = |name| Schedule::read_all(&folder(name)).expect("lanes");
        crates.into_iter().flat_map(read).collect()
    }

    /// What the schedules know of each load, the strip finds by itself.
    #[test]
    fn a_load_of_an_old_value_is_told_from_one_of_the_newest() {
        let mut stale = 0;
        for schedule in kept() {
            let strip = Strip::of(&schedule.steps);
            for (row, step) in schedule.steps.iter().enumerate() {
                let Some(read) = step.read else { continue };
                let missed = strip.missed(row).is_some();
                assert_eq!(missed, read.is_stale(), "{} {row}", schedule.bug);
                stale += usize::from(missed);
            }
        }
        assert!(stale > 0, "no schedule has a stale load");
    }

    #[test]
    fn the_strip_of_the_alarm_has_the_queue_and_what_was_published() {
        let all = kept();
        let bug = all.iter().find(|it| it.bug == "flag_after_check");
        let steps = &bug.expect("it is kept").steps;
        let strip = Strip::of(steps);
        let end = steps.len();
        assert_eq!(strip.newest("until", end), Some("1000"));
        assert_eq!(strip.newest("queue", end), Some("0"));
        assert_eq!(strip.newest("until", 0), None);
        let texts = strip.tiles(0, false, 384).into_iter().map(|it| it.text);
        let texts: Vec<String> = texts.collect();
        assert!(texts.contains(&"until: ?".to_owned()), "{texts:?}");
    }

    #[test]
    fn an_old_value_stands_below_the_new_one_in_its_own_look() {
        let step = |operation: &str, value: &str| Step {
            thread: "one".to_owned(),
            operation: operation.to_owned(),
            value: value.to_owned(),
            read: None,
        };
        let steps = [
            step("store flag", "0"),
            step("write", ""),
            step("load flag", "1"),
        ];
        let strip = Strip::of(&steps);
        let [new, old] = &strip.tiles(3, true, 384)[..] else {
            panic!("one variable, read although it is old");
        };
        assert_eq!((new.text.as_str(), new.look), ("flag: 0", Look::Plain));
        assert_eq!((old.text.as_str(), old.look), ("read: 1", Look::Stale));
        assert!(old.at[1] > new.at[1] + 11, "{old:?}");
        assert!(old.at[1] + 11 < strip.height(), "{old:?}");
        // What writes nothing that is named is no access.
        assert_eq!(strip.tiles(2, true, 384)[0].look, Look::Plain);
        assert_eq!(strip.tiles(1, true, 384)[0].look, Look::Written);
    }
}
