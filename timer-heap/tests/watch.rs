//! The `watch` example into a pipe: plain frames, and an end by itself.
#![cfg(not(loom))]

use std::process::Command;

use support::example::build_for_test;

/// Runs the example as a user would. Returns its whole output.
fn watch(seconds: &str) -> String {
    let output = Command::new(build_for_test("watch"))
        .args(["--seconds", seconds])
        .output()
        .expect("the example runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("frames are text")
}

/// Returns the number before a word, as in `3 pending`.
fn number(frame: &str, word: &str) -> usize {
    let words: Vec<&str> =
        frame.split([' ', ',', '\n']).filter(|w| !w.is_empty()).collect();
    let at = words.iter().position(|&w| w == word).expect("is shown");
    words[at - 1].parse().expect("a number")
}

/// Lines of a frame, and the one after it.
const LINES: usize = 17;

/// Returns the tree as it is drawn, level by level: every other line is one.
fn tree(frame: &str) -> Vec<i64> {
    let levels = frame.lines().skip(5).step_by(2).take(3);
    let cells = levels.flat_map(str::split_whitespace);
    cells.map_while(|cell| cell.parse().ok()).collect()
}

#[test]
fn a_pipe_gets_plain_frames_of_a_heap_in_order() {
    let text = watch("1.2");
    assert!(!text.contains('\x1b'), "no escapes in a pipe");
    let lines: Vec<&str> = text.lines().collect();
    let frames = lines.chunks(LINES).map(|frame| frame.join("\n"));
    let frames: Vec<String> = frames.collect();
    assert!(frames.len() >= 2, "the first and the last at least:\n{text}");
    for frame in &frames {
        let state =
            ["not there yet", "is running", "is sleeping until", "is parked"];
        assert!(state.iter().any(|s| frame.contains(s)), "{frame}");
        assert!(frame.contains("│now"), "{frame}");
        let tree = tree(frame);
        let pending = number(frame, "pending");
        assert_eq!(tree.len(), pending.min(21), "{frame}");
        for child in 1..tree.len() {
            let parent = (child - 1) / 4;
            assert!(tree[parent] <= tree[child], "not a heap:\n{frame}");
        }
    }
    let last = frames.last().expect("there are two at least");
    let ended = number(last, "pending") + number(last, "stopped");
    assert!(number(last, "started") >= ended, "{last}");
    assert!(number(last, "started") > 0, "{last}");
}

#[test]
fn a_wrong_length_is_an_error() {
    let output = Command::new(build_for_test("watch"))
        .arg("--seconds=-1")
        .output()
        .expect("the example runs");
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("--seconds"), "{errors}");
}
