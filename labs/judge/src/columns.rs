//! Who did what in which order, a column a thread.

use support::lanes::Event;

/// The width of a column.
const WIDTH: usize = 24;

/// Returns the lines of a drawing: time goes down.
///
/// ```
/// use lab_judge::columns::drawn;
/// use support::lanes::Event;
///
/// let event = |thread: &str, operation: &str| Event {
///     thread: thread.into(),
///     operation: operation.into(),
///     value: String::new(),
/// };
/// let drawn = drawn(&[event("main", "lock"), event("other", "lock")]);
/// assert_eq!(drawn[0].trim_end(), "main                    other");
/// assert_eq!(drawn[2], "                        lock");
/// ```
pub fn drawn(events: &[Event]) -> Vec<String> {
    let mut threads: Vec<&str> = Vec::new();
    for event in events {
        if !threads.contains(&event.thread.as_str()) {
            threads.push(&event.thread);
        }
    }
    if threads.is_empty() {
        return Vec::new();
    }
    let head = threads.iter().map(|name| format!("{name:WIDTH$}"));
    let mut lines = vec![head.collect::<String>().trim_end().to_owned()];
    for event in events {
        let column = threads.iter().position(|it| *it == event.thread);
        let indent = column.unwrap_or(0) * WIDTH;
        let Event { operation, value, .. } = event;
        let text = format!("{operation} {value}");
        lines.push(format!("{:indent$}{}", "", text.trim_end()));
    }
    lines
}
