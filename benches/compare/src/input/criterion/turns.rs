//! Which baselines took turns, noted beside criterion's files: a round is in
//! their names only, and who reads them later must know that they are pairs.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use support::atomic_file;

use crate::error::Error;
use crate::json_file;
use crate::machine;
use crate::run::Run;

/// The file in criterion's directory; criterion itself has only folders there.
const FILE: &str = "bench-compare.json";

/// No run is of more processes, whatever a file says.
pub(crate) const MOST_PROCESSES: u32 = 100;

/// One session, whose rounds are the numbers at the ends of its baselines.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Turns {
    /// Tells this session from all others, also of other machines.
    session: String,
    /// Where it ran.
    pub(crate) machine: Option<String>,
    /// How the names of its baselines begin; a round's number follows.
    baselines: Vec<String>,
    /// Of how many processes each run is; [`part`] is what each of them left.
    #[serde(default = "one")]
    processes: u32,
}

fn one() -> u32 {
    1
}

/// Returns the name of what one process of a run leaves, counted from zero;
/// the first is called as the run is.
pub(crate) fn part(baseline: &str, process: u32) -> String {
    match process {
        0 => baseline.to_owned(),
        _ => format!("{baseline}.{}", process + 1),
    }
}

impl Turns {
    /// Returns a session that begins on this machine.
    pub(crate) fn new(baselines: Vec<String>, processes: u32) -> Self {
        // The state is drawn by the system, so two machines that were started
        // alike differ too.
        let name = RandomState::new().hash_one(SystemTime::now());
        let session = format!("{name:016x}");
        let machine = machine::describe();
        Self { session, machine, baselines, processes }
    }

    /// Reads what is noted in criterion's directory, if anything is.
    pub(crate) fn read(directory: &Path) -> Result<Option<Self>, Error> {
        let path = directory.join(FILE);
        path.exists().then(|| json_file::read(&path)).transpose()
    }

    /// Writes it there.
    pub(crate) fn write(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(FILE);
        let text = serde_json::to_vec(self).expect("words are JSON");
        atomic_file::write(&path, &text)
            .map_err(|error| Error::io(&path, error))
    }

    /// Returns how many processes each run is of, at least one.
    pub(crate) fn processes(&self) -> u32 {
        self.processes.clamp(1, MOST_PROCESSES)
    }

    /// Returns true if a baseline is not a run, but what another process than
    /// the first left of it.
    pub(crate) fn is_part(&self, baseline: &str) -> bool {
        let number = baseline.rsplit_once('.').map(|(_, number)| number);
        let number = number.and_then(|number| number.parse().ok());
        number.is_some_and(|it: u32| (2..=self.processes()).contains(&it))
    }

    /// Tells a run of the session where, and in which round, it was made.
    pub(crate) fn mark(&self, run: &mut Run) {
        let round = |baseline: &String| {
            let rest = run.name.strip_prefix(baseline.as_str())?;
            rest.strip_prefix('-')?.parse::<u32>().ok()
        };
        if let Some(round) = self.baselines.iter().find_map(round) {
            run.round = Some(round);
            run.session = Some(self.session.clone());
            run.machine.clone_from(&self.machine);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_baselines_of_the_session_have_a_round() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Turns::read(folder.path()).unwrap(), None);
        let turns = Turns::new(vec!["old".into(), "new".into()], 3);
        turns.write(folder.path()).unwrap();
        let read = Turns::read(folder.path()).unwrap().unwrap();
        assert_eq!(read, turns);
        let of = |name: &str| {
            let mut run = Run::named(name);
            read.mark(&mut run);
            (run.round, run.session.is_some())
        };
        assert_eq!(of("old-7"), (Some(7), true));
        assert_eq!(of("new-12"), (Some(12), true));
        for other in ["old", "old-x", "older-1", "base"] {
            assert_eq!(of(other), (None, false), "{other}");
        }
        let other = Turns::new(Vec::new(), 1);
        assert_ne!(other.session, turns.session);
    }

    #[test]
    fn a_run_is_what_its_first_process_left() {
        let turns = Turns::new(vec!["old".into()], 3);
        let parts: Vec<_> = (0..3).map(|it| part("old-7", it)).collect();
        assert_eq!(parts, ["old-7", "old-7.2", "old-7.3"]);
        let are_parts = |names: &[&str]| -> Vec<bool> {
            names.iter().map(|name| turns.is_part(name)).collect()
        };
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        assert_eq!(are_parts(&parts), [false, true, true]);
        assert_eq!(are_parts(&["old-7.4", "old-7.1", "v1.x"]), [false; 3]);
        // As earlier sessions noted it.
        let text = r#"{"session":"s","machine":null,"baselines":["old"]}"#;
        let earlier: Turns = serde_json::from_str(text).unwrap();
        assert_eq!(earlier.processes(), 1);
        assert!(!earlier.is_part("old-7.2"));
    }

    #[test]
    fn a_broken_note_is_an_error_and_no_lack_of_pairs() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        let error = Turns::read(folder.path()).unwrap_err();
        assert!(error.to_string().contains("bench-compare.json:1:"));
    }
}
