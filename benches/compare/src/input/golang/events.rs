//! The events of `go test -json`, which hold the text in pieces.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One event (Go 1.27, `cmd/test2json`), as far as needed.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    /// Every event has it, so it tells them from other JSON.
    #[serde(rename = "Action")]
    _action: String,
    #[serde(default)]
    package: String,
    #[serde(default)]
    output: String,
}

/// Returns the text that the events hold, package by package; nothing, if the
/// first line is no event.
pub(in crate::input) fn text_of(events: &str) -> Option<String> {
    let mut lines = events.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    serde_json::from_str::<Event>(first).ok()?;
    let mut packages = BTreeMap::<String, String>::new();
    for line in std::iter::once(first).chain(lines) {
        // A program that prints by itself writes between the events.
        if let Ok(event) = serde_json::from_str::<Event>(line) {
            *packages.entry(event.package).or_default() += &event.output;
        }
    }
    let mut text = String::new();
    for (package, output) in packages {
        text += &format!("pkg: {package}\n{output}\n");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_in_two_events_is_one() {
        let event = |package: &str, output: &str| {
            format!(
                r#"{{"Time":"t","Action":"output","Package":"{package}","Output":"{output}"}}"#
            )
        };
        let events = [
            event("a", r"BenchmarkX-8   \t"),
            event("b", r"PASS\n"),
            event("a", r"     100\t 12 ns/op\n"),
        ]
        .join("\n");
        let text = text_of(&events).unwrap();
        assert!(text.contains("BenchmarkX-8   \t     100\t 12 ns/op\n"));
        assert_eq!(text_of(r#"{"runs":[]}"#), None);
    }
}
