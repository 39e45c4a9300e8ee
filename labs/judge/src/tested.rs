//! The reader's own tests, run on sound code or on a mutant.

use crate::panics::caught;
use crate::report::{Report, Verdict};

/// Runs `tests` on the code of a name: `sound`, which must pass, or a mutant,
/// on which they must panic. They return whether there is such code.
///
/// ```
/// use lab_judge::report::Verdict;
/// use lab_judge::tested::judged;
///
/// let careless = |_: &str| true;
/// assert!(judged("sound", careless).is_passed());
/// assert_eq!(judged("off-by-one", careless).verdict, Verdict::Survived);
/// assert!(judged("off-by-one", |_| panic!("4 is not 5")).is_passed());
/// ```
pub fn judged(name: &str, tests: impl FnOnce(&str) -> bool) -> Report {
    match caught(|| tests(name)) {
        Err(panic) if panic.is_todo() => panic.report(),
        Err(panic) if name == "sound" => Report::new(
            Verdict::Survived,
            format!("your tests fail on sound code: {}", panic.message),
        ),
        Err(panic) => Report::passed(format!("caught: {}", panic.message)),
        Ok(true) if name == "sound" => Report::passed("sound code passes"),
        Ok(true) => Report::new(Verdict::Survived, "your tests pass it"),
        Ok(false) => {
            Report::new(Verdict::Wrong, format!("there is no mutant {name}"))
        }
    }
}
