//! What is wrong with an input is said with its line and column.

use coverage_merge::{Error, Profile};

fn error(text: &str) -> Error {
    Profile::parse(text.as_bytes(), "a.out").expect_err(text)
}

#[test]
fn a_malformed_line_is_named() {
    let cases = [
        ("nonsense", "a.out:2:1: expected PATH:LINE.COLUMN"),
        (":1.2,3.4 5 6", "a.out:2:1: expected a path"),
        ("a.go:x", "a.out:2:6: expected the start's line"),
        ("a.go:1,2", "a.out:2:7: expected \".\" after the line"),
        ("a.go:1.2.3", "a.out:2:9: expected \",\" after the start"),
        ("a.go:1.2,3.4 5", "a.out:2:15: expected a space"),
        ("a.go:1.2,3.4 5 ", "a.out:2:15: expected a space"),
        ("a.go:1.2,3.4  5 6", "a.out:2:14: expected the number of stat"),
        ("a.go:1.2,3.4 5 -6", "a.out:2:16: expected the count"),
        ("a.go:1.2,3.4 5 6 7", "a.out:2:17: unexpected text after"),
        ("a.go:4294967296.2,3.4 5 6", "a.out:2:6: the number is larger"),
    ];
    for (line, expected) in cases {
        let error = error(&format!("mode: set\n{line}\n"));
        assert!(error.is_malformed(), "{line}: {error}");
        assert_eq!(error.line(), Some(2), "{line}");
        let message = error.to_string();
        assert!(message.starts_with(expected), "{line}: {message}");
        assert!(message.contains(line.trim_end()), "{line}: {message}");
    }
}

#[test]
fn a_late_line_has_its_number_after_predicted_ones() {
    let lines = "a.go:1.2,3.4 5 6\na.go:5.2,6.4 5 6\n".repeat(500);
    let message = error(&format!("mode: set\n{lines}oops\n")).to_string();
    assert!(message.starts_with("a.out:1002:1: "), "{message}");
}

#[test]
fn a_profile_starts_with_its_mode() {
    let message = error("a.go:1.2,3.4 5 6\n").to_string();
    assert!(message.starts_with("a.out:1:1: a profile starts"), "{message}");
    let message = error("mode: sett\n").to_string();
    assert!(message.contains("expected set, count or atomic"), "{message}");
}

#[test]
fn modes_that_differ_in_meaning_are_refused() {
    let mut union = Profile::parse(&b"mode: set\n"[..], "a.out").unwrap();
    let count = &b"mode: count\na.go:1.2,3.4 5 6\n"[..];
    let error = union.read(count, "b.out").expect_err("set and count");
    assert!(error.is_mixed_modes());
    assert!(error.to_string().starts_with("b.out:1:1: "), "{error}");
}

#[test]
fn oddities_are_taken() {
    let plain = "mode: count\na b:c.go:1.2,3.4 5 6\n";
    let odd = [
        "\u{feff}mode: count\r\n\r\na b:c.go:1.2,3.4 5 6\r\n",
        "mode: count\n\n  \na b:c.go:1.2,3.4 5 6",
        "mode: count\na b:c.go:1.2,3.4 5 2\nmode: count\na b:c.go:1.2,3.4 5 4",
        "mode:count\na b:c.go:01.02,003.4 05 0006\n",
    ];
    for text in odd {
        let profile = Profile::parse(text.as_bytes(), "odd").expect(text);
        let mut out = Vec::new();
        profile.write(&mut out).expect("a vector takes all");
        assert_eq!(String::from_utf8_lossy(&out), plain, "{text:?}");
    }
}

#[test]
fn a_count_saturates() {
    let max = i64::MAX;
    let huge = "9".repeat(40);
    let text = format!(
        "mode: count\na.go:1.2,3.4 5 {max}\na.go:1.2,3.4 5 {max}\n\
         b.go:1.2,3.4 5 {huge}\n"
    );
    let profile = Profile::parse(text.as_bytes(), "huge").expect("valid");
    for (_, _, count) in profile.blocks() {
        assert_eq!(count, max as u64);
    }
}

#[test]
fn an_overlong_line_is_refused() {
    let text = format!("mode: set\n{}:1.2,3.4 5 6\n", "x".repeat(1 << 21));
    let message = error(&text).to_string();
    assert!(message.starts_with("a.out:2:"), "{message}");
    assert!(message.contains("longer than"), "{message}");
    assert!(message.len() < 1_000);
}
