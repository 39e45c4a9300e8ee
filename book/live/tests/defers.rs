//! Programs of functions against an obviously right reading of them, and
//! their errors.

use live::Language;
use live::defers::{Action, Functions, MAIN, Target, parse};
use proptest::prelude::*;

/// What a program prints, and the word with which it crashes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    printed: Vec<String>,
    crash: Option<String>,
}

/// Go's rules by Rust's own means: a panic is an error on its way out.
#[derive(Default)]
struct Oracle {
    functions: Functions,
    printed: Vec<String>,
}

impl Oracle {
    /// Runs a function; `panic` is what it may recover, if it was deferred.
    fn call(
        &mut self,
        name: &str,
        panic: &mut Option<String>,
    ) -> Result<(), String> {
        let mut deferred = Vec::new();
        let mut end = Ok(());
        for command in self.functions[name].clone() {
            match command.action {
                Action::Func(_) | Action::Return => break,
                Action::Do(target) => end = self.target(&target, &mut None),
                Action::Defer(target) => deferred.push(target),
                Action::Panic(word) => end = Err(word),
                Action::Recover => drop(panic.take()),
            }
            if end.is_err() {
                break;
            }
        }
        while let Some(target) = deferred.pop() {
            let mut panic = end.err();
            end = match self.target(&target, &mut panic) {
                Err(later) => Err(later),
                Ok(()) => panic.map_or(Ok(()), Err),
            };
        }
        end
    }

    fn target(
        &mut self,
        target: &Target,
        panic: &mut Option<String>,
    ) -> Result<(), String> {
        match target {
            Target::Function(name) => self.call(name, panic),
            Target::Print(word) => {
                self.printed.push(word.clone());
                Ok(())
            }
        }
    }
}

fn expected(text: &str) -> Seen {
    let mut oracle = Oracle {
        functions: parse(text).expect("it is a program"),
        ..Oracle::default()
    };
    let crash = oracle.call(MAIN, &mut None).err();
    let printed = oracle.printed;
    Seen { printed, crash }
}

/// Returns what the player's last frames say.
fn shown(text: &str) -> Seen {
    let recording = Language::Defers.record(text).expect(text);
    let frames = &recording.tracks[0].frames;
    let count = &frames.last().expect("a frame at least").count;
    let printed = count.strip_prefix("printed:").expect("it begins so");
    let crash = frames.iter().find_map(|frame| {
        let word = frame.say.strip_prefix("Nobody recovers: it crashes with ");
        word.map(|word| word.trim_end_matches('.').to_owned())
    });
    let printed = printed.split_whitespace().map(str::to_owned).collect();
    Seen { printed, crash }
}

#[test]
fn go_s_own_cases_are_read_as_go_reads_them() {
    for (text, printed, crash) in [
        // A recovery returns to the function that deferred it.
        (
            "call f\nprint a\nfunc f\ndefer g\npanic x\nprint no\n\
             func g\nrecover",
            "a",
            None,
        ),
        // Only the deferred function itself can recover.
        ("defer f\npanic x\nfunc f\ncall g\nfunc g\nrecover", "", Some("x")),
        // A panic in a deferred call takes the place of the one before.
        ("defer f\npanic x\nfunc f\npanic y", "", Some("y")),
        // What is deferred runs last in, first out, at a panic too.
        ("defer print a\ndefer print b\npanic x", "b a", Some("x")),
        // A later panic is recovered further out: both end, and the first one
        // runs nothing more.
        (
            "defer print z\ndefer r\ncall f\nfunc f\ndefer g\npanic x\nfunc g\npanic y\n\
             func r\nrecover\nprint saved",
            "saved z",
            None,
        ),
        // A panic within a deferred call, recovered there.
        (
            "defer f\npanic x\nfunc f\ncall g\nprint on\n\
             func g\ndefer r\npanic y\nfunc r\nrecover",
            "on",
            Some("x"),
        ),
        ("recover\nprint a\nreturn\nprint no", "a", None),
    ] {
        let seen = shown(text);
        assert_eq!(seen.printed.join(" "), printed, "{text}");
        assert_eq!(seen.crash.as_deref(), crash, "{text}");
        assert_eq!(seen, expected(text), "{text}");
    }
}

#[test]
fn what_is_too_much_is_said_where_it_stands() {
    for (text, line, column, message) in [
        ("call f\nfunc f\ncall f", 3, 6, "calls are more than 6 deep"),
        ("defer f", 1, 7, "there is no func f"),
        ("func f\nfunc f", 2, 6, "f is there already"),
        ("defer recover", 1, 7, "put that into a function, and defer its name"),
        ("print too much", 1, 11, "\"much\" is too much"),
        (
            "defer print a\ndefer print b\ndefer print c\ndefer print d\n\
             defer print e\ndefer print f\ndefer print g",
            7,
            13,
            "more than 6 calls are deferred",
        ),
    ] {
        let error = Language::Defers.record(text).expect_err(text);
        assert_eq!((error.line, error.column), (line, column), "{text}");
        assert_eq!(error.message, message);
    }
}

#[test]
fn a_program_without_an_end_is_ended() {
    let text = "defer f\nfunc f\ndefer f";
    let error = Language::Defers.record(text).expect_err("it has no end");
    assert_eq!(error.line, 3);
}

/// Returns programs whose functions call only later ones, so that each has an
/// end.
fn programs() -> impl Strategy<Value = String> {
    let line = |next: usize| {
        let later = move || (next..5).prop_map(|at| format!("f{at}"));
        let word = || "[a-e]";
        let mut lines = vec![
            word().prop_map(|w| format!("print {w}")).boxed(),
            word().prop_map(|w| format!("defer print {w}")).boxed(),
            word().prop_map(|w| format!("panic {w}")).boxed(),
            Just("recover".to_owned()).boxed(),
            Just("recover".to_owned()).boxed(),
            Just("return".to_owned()).boxed(),
        ];
        if next < 5 {
            lines.push(later().prop_map(|f| format!("call {f}")).boxed());
            lines.push(later().prop_map(|f| format!("defer {f}")).boxed());
            lines.push(later().prop_map(|f| format!("defer {f}")).boxed());
        }
        proptest::strategy::Union::new(lines)
    };
    let body = move |at: usize| {
        let lines = proptest::collection::vec(line(at + 1), 0..5);
        lines.prop_map(move |lines| {
            format!("func f{at}\n{}\n", lines.join("\n"))
        })
    };
    let main = proptest::collection::vec(line(0), 1..6);
    (main, body(0), body(1), body(2), body(3), body(4)).prop_map(
        |(main, a, b, c, d, e)| main.join("\n") + "\n" + &a + &b + &c + &d + &e,
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn programs_print_and_crash_as_go_s_rules_say(text in programs()) {
        // Some are too large for the drawing.
        if Language::Defers.record(&text).is_ok() {
            prop_assert_eq!(shown(&text), expected(&text), "{}", text);
        }
    }
}
