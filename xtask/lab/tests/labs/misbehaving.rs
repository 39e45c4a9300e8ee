//! Code of a reader's that hangs, calls itself, aborts or prints without end:
//! the command lives, and says what it was.

use crate::desk::{Desk, failed, words};
use crate::{is_all, left_out, solution};

/// What the first stage of *defer* does instead, its verdict, and what is
/// said. None of them may hurt the judge.
const BODIES: [(&str, &str, &str); 6] = [
    ("loop { std::hint::spin_loop(); }", "hang", "still running"),
    ("loop { std::thread::park(); }", "hang", "still running"),
    (
        "self.call(function, argument + 1, deferrer)",
        "stack-overflow",
        "called itself",
    ),
    ("std::process::abort()", "aborted", "without a word"),
    ("std::process::exit(0)", "aborted", "without a word"),
    (
        "loop { println!(\"a line of very many\"); }",
        "too-much-output",
        "a line of very many",
    ),
];

#[test]
#[ignore = "run by cargo xtask test labs"]
fn whatever_the_code_does_the_judge_says_what_it_was() {
    if !is_all() {
        return left_out("code that hangs, aborts, or prints without end");
    }
    let desk = Desk::new("defer", "misbehaving");
    let sound = solution("defer", 1);
    let body =
        "        while let Some((function, argument)) = deferred.pop() {";
    for (instead, verdict, says) in BODIES {
        assert!(sound.contains(body));
        // A condition that always holds, so that what follows is no dead code.
        let first =
            format!("if deferrer.len() < 9 {{ return {{ {instead} }} }}");
        desk.write(&sound.replace(body, &format!("{first}\n{body}")));
        let report = desk.check();
        let (_, gate) = failed(&report).expect(instead);
        assert_eq!(gate["verdict"], verdict, "{instead}: {gate:#}");
        let words = words(gate);
        assert!(words.contains(says), "{instead}: {words}");
    }
}
