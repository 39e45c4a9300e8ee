//! What becomes of a question, and what is said to one that is malformed.

use super::*;

const GOOD: &str = "\
How many?
- [ ] Two
  Too few.
- [x] Three
  Each is
  written once.
";

const NUMBER: &str = "\
How many collections?
number: mark-sweep/finalizer collection
One for each, and one more.
- 3
  One for each.
- fewer
  It is a list.
- more
  It is a short list.
";

const ORDER: &str = "\
In which order?
order: mark-sweep/finalizer
- D is freed
  It is the last.
- B is freed
  Nothing points to it.
- C is freed
  B was in front of it.
First to last.
";

const NEXT: &str = "\
What is done with A?
next: mark-sweep/finalizer 0
- Mark A
  A root points to it.
- Sweep
  Not yet.
";

fn location() -> Location {
    Location {
        chapters: "book/chapters".into(),
        file: "timers/one.md".into(),
        line: 10,
    }
}

fn good(source: &str) -> String {
    quiz(source, &location()).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Returns what is said to `source` with a part of it changed, and in which
/// line.
fn said(source: &str, from: &str, to: &str) -> String {
    let changed = source.replace(from, to);
    assert_ne!(changed, source, "{from}");
    let error = quiz(&changed, &location()).expect_err(&changed);
    format!("{error:#}")
}

#[test]
fn choices_and_explanations_stand_in_the_same_order() {
    let text = good(GOOD);
    assert!(text.starts_with("\n<quiz-card "), "an element of its own");
    assert!(text.contains("How many?\n\n1. Two\n1. Three\n"));
    assert!(text.contains("1. **Wrong.** Too few.\n"), "{text}");
    assert!(text.contains("1. **Right.** Each is written once.\n"));
}

#[test]
fn what_comes_next_is_what_the_recording_says() {
    let text = good(NEXT);
    assert!(text.contains("1. **Right.** A root points to it."), "{text}");
    assert!(text.contains("<svg"), "{text}");
}

#[test]
fn a_number_is_the_one_at_the_end_of_the_recording() {
    let text = good(NUMBER);
    assert!(text.contains("**4.** One for each, and one more.\n"));
    assert!(text.contains("\n- **3**: One for each.\n"), "{text}");
    assert!(text.contains("\n- **more**: It is a short list.\n"));
}

#[test]
fn a_number_stands_beside_its_own_word() {
    let answer = |word: &str| {
        let text = good(&format!(
            "How many?\nnumber: heap-pop/hole {word}\nCounted.\n\
             - fewer\n  No.\n- more\n  No.\n"
        ));
        let (_, rest) = text.split_once("**").expect("an answer");
        rest.split('.').next().unwrap_or_default().to_owned()
    };
    assert_eq!([answer("comparisons"), answer("writes")], ["4", "3"]);
}

#[test]
fn an_order_is_that_of_the_recording_with_its_words() {
    let text = good(ORDER);
    let offered = "1. D is freed\n1. B is freed\n1. C is freed\n";
    assert!(text.contains(offered), "{text}");
    let right = "1. **B is freed** (step 20: *Sweep: B is freed.*) \
                 Nothing points to it.\n1. **C is freed** (step 26: ";
    assert!(text.contains(right), "{text}");
    assert!(text.contains("\n\nFirst to last."), "{text}");
}

#[test]
fn lanes_answer_as_recordings_do() {
    let text = good(
        "Which?\nnext: support/relaxed_store 5\n\
         - load data 0\n  Old.\n- load data 1\n  New.\n",
    );
    assert!(text.contains("1. **Right.** Old."), "{text}");
}

#[test]
fn a_question_has_a_key_of_its_own() {
    let key = |source: &str, file: &str| {
        let file = file.into();
        let text =
            quiz(source, &Location { file, ..location() }).expect("a quiz");
        let (_, rest) = text.split_once("data-key=\"").expect("a key");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let long = GOOD.replace("How", &"How ".repeat(30));
    let mine = key(&long, "a.md");
    assert!(mine.starts_with("a.md "), "{mine}");
    assert_eq!(key(&long.replace("Too few", "No"), "a.md"), mine);
    for other in [("many?", "few?"), ("Three", "Four")] {
        let changed = long.replace(other.0, other.1);
        assert_ne!(key(&changed, "a.md"), mine, "{other:?}");
    }
    assert_ne!(key(&long, "b/a.md"), mine);
}

#[test]
fn a_malformed_question_is_refused_by_its_line() {
    for (from, to, line, what) in [
        (GOOD, "", 11, "asks nothing"),
        ("[x]", "[ ]", 11, "one is right, not 0"),
        ("[ ]", "[x]", 11, "one is right, not 2"),
        ("  Too few.\n", "", 12, "why \"Two\"?"),
        ("  written", "written", 16, "indent what explains"),
        ("- [x] ", "- [X] ", 14, "a choice begins with `- [ ] ` or"),
    ] {
        let said = said(GOOD, from, to);
        let place = format!("book/chapters/timers/one.md:{line}: ");
        assert!(said.starts_with(&place), "{said}");
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn what_the_recording_does_not_have_is_refused_by_its_line() {
    for (source, from, to, line, what) in [
        (NEXT, "mark-sweep", "nothing", 12, "no recording \"nothing\""),
        (NEXT, "finalizer", "nobody", 12, "no track \"nobody\""),
        (NEXT, " 0", " 999", 12, "no step 1000 of 31"),
        (NEXT, " 0", " x", 12, "write PLAY/TRACK STEP"),
        (NEXT, "Mark A", "Mark B", 12, "the next step says \"Mark A"),
        (NEXT, "- Sweep", "- [x] Sweep", 15, "the recording marks"),
        (NUMBER, "collection\n", "horses\n", 12, "beside \"horses\""),
        (NUMBER, " collection\n", "\n", 12, "write PLAY/TRACK WORD"),
        (NUMBER, "One for each, and one more.\n", "", 12, "explanation"),
        (NUMBER, "- 3", "- 4", 14, "is what the recording has"),
        (NUMBER, "- 3", "- B", 14, "no number, fewer or more"),
        (NUMBER, "- more", "- 9", 12, "what is said to more?"),
        (NUMBER, "  It is a list.\n", "", 16, "why \"fewer\"?"),
        (NUMBER, "- 3", "- 0\n  0\n- 1\n  1\n- 2\n  2\n- 3", 12, "leave out"),
        (ORDER, "First to last.\n", "", 12, "no explanation"),
        (ORDER, "D is", "E is", 13, "no step says \"E is freed\""),
        (ORDER, "- D is freed", "- C is free", 17, "is the same step"),
        (ORDER, "  It is the last.\n", "", 13, "why \"D is freed\"?"),
        (ORDER, "- D is freed\n  It is the last.\n", "", 12, "in order"),
    ] {
        let said = said(source, from, to);
        let place = format!("book/chapters/timers/one.md:{line}: ");
        assert!(said.starts_with(&place), "{said}");
        assert!(said.contains(what), "{said}");
    }
}
