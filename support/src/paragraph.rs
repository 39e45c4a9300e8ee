//! Text in lines of a width.

/// Returns `text` in lines of at most `width` characters, broken at spaces,
/// and a longer word where it must.
///
/// ```
/// use support::paragraph::folded;
///
/// assert_eq!(folded("as wide as it may be", 9), ["as wide", "as it may", "be"]);
/// ```
#[must_use]
pub fn folded(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        let used = line.chars().count();
        if used > 0 && used + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        while word.len() > width {
            let rest = word.split_off(width);
            lines.push(word.into_iter().collect());
            word = rest;
        }
        line.extend(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Returns `text` after `head`, folded at `width` so that it stands in a
/// column of its own.
///
/// ```
/// use support::paragraph::hanging;
///
/// assert_eq!(hanging("why: ", "it is told", 12), "why: it is\n     told\n");
/// ```
#[must_use]
pub fn hanging(head: &str, text: &str, width: usize) -> String {
    let indent = head.chars().count();
    let lines = folded(text, width.saturating_sub(indent));
    let gap = format!("\n{:indent$}", "");
    format!("{head}{}\n", lines.join(&gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_folded_at_spaces_and_a_long_word_where_it_must() {
        let lines = folded("one two supercalifragilistic", 8);
        assert_eq!(lines, ["one two", "supercal", "ifragili", "stic"]);
        assert_eq!(folded("", 8), [""]);
    }
}
