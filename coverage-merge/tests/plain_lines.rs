//! Lines of Cobertura's reports that are read without a parser count as all
//! others do.

use std::fmt::Write;
use std::io::{self, ErrorKind, Read};

use coverage_merge::{LcovVersion, Profile};
use proptest::prelude::*;

/// A line of a class or of its method.
#[derive(Clone, Debug)]
struct Line {
    number: u32,
    hits: u64,
    branches: Option<u32>,
    in_method: bool,
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let branches = prop::option::weighted(0.1, 0..3_u32);
    let in_method = prop::bool::weighted(0.2);
    let line = (1..30_u32, 0..200_u64, branches, in_method).prop_map(
        |(number, hits, branches, in_method)| Line {
            number,
            hits,
            branches,
            in_method,
        },
    );
    (prop::collection::vec(line, 0..40), any::<bool>()).prop_map(
        |(mut lines, sorted)| {
            if sorted {
                lines.sort_by_key(|line| line.number);
            }
            lines
        },
    )
}

/// Returns a report of one class; `plain` ones have their attributes where the
/// short way expects them.
fn report(lines: &[Line], plain: bool) -> String {
    let mut text = String::from(
        "<coverage><packages><package name=\"p\"><classes>\
         <class name=\"c\" filename=\"a.c\"><methods><method name=\"m\"><lines>",
    );
    for in_method in [true, false] {
        for line in lines.iter().filter(|line| line.in_method == in_method) {
            let Line { number, hits, branches, .. } = line;
            let branch = branches.map_or(String::new(), |taken| {
                let percent = taken * 50;
                format!(
                    " branch=\"true\" condition-coverage=\"{percent}% \
                     ({taken}/2)\""
                )
            });
            let written = if plain {
                write!(
                    text,
                    "\n<line number=\"{number}\" hits=\"{hits}\"{branch}/>"
                )
            } else {
                write!(
                    text,
                    "\n<line hits='{hits}'{branch} number='{number}'></line>"
                )
            };
            written.expect("a string takes all");
        }
        if in_method {
            text += "</lines></method></methods><lines>";
        }
    }
    text + "</lines></class></classes></package></packages></coverage>"
}

fn lcov(text: &str) -> String {
    let profile = Profile::parse(text.as_bytes(), "report").expect(text);
    let mut out = Vec::new();
    profile.write_lcov(&mut out, LcovVersion::One).expect("memory");
    String::from_utf8(out).expect("text")
}

proptest! {
    #[test]
    fn both_ways_count_the_same(lines in lines()) {
        let [plain, parsed] = [true, false].map(|it| report(&lines, it));
        prop_assert_eq!(lcov(&plain), lcov(&parsed));
    }
}

#[test]
fn an_error_after_plain_lines_has_its_place() {
    let mut text = String::from(
        "<coverage><packages><package><classes><class filename=\"a.c\"><lines>",
    );
    for number in 1..100 {
        write!(text, "\n<line number=\"{number}\" hits=\"1\"/>").unwrap();
    }
    text += "\n<line number=\"100\" hits=\"x\"/>";
    let error = Profile::parse(text.as_bytes(), "report").unwrap_err();
    assert!(error.to_string().starts_with("report:101:"), "{error}");
}

/// An input whose every second read is interrupted.
struct Interrupted<'a>(&'a [u8], bool);

impl Read for Interrupted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(ErrorKind::Interrupted.into());
        }
        let few = into.len().min(100);
        self.0.read(&mut into[..few])
    }
}

#[test]
fn a_read_that_is_interrupted_is_tried_again() {
    let line =
        |number| Line { number, hits: 1, branches: None, in_method: false };
    let lines: Vec<Line> = (1..100).map(line).collect();
    let text = report(&lines, true);
    let input = Interrupted(text.as_bytes(), false);
    let profile = Profile::parse(input, "report").expect("a report");
    assert_eq!(profile.total().statements, 99);
}

#[test]
fn a_line_that_stands_twice_in_a_class_counts_once() {
    let line =
        |number, hits| Line { number, hits, branches: None, in_method: false };
    let beside = vec![line(7, 3), line(7, 5), line(9, 1), line(9, 2)];
    let apart = vec![line(7, 5), line(9, 2), line(7, 4), line(9, 1)];
    for lines in [beside, apart] {
        for plain in [true, false] {
            let out = lcov(&report(&lines, plain));
            assert!(out.contains("DA:7,5\nDA:9,2\n"), "{out}");
        }
    }
}
