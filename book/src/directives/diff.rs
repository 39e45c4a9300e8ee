//! What changed between two variants, line by line.

use live::markup::escape;
use similar::{ChangeTag, TextDiff};

/// Returns the change from one text to the other as one block of HTML.
///
/// The block has no blank line, because Markdown would begin again there.
/// `names` are those of the two texts.
pub(super) fn diff(names: [&str; 2], old: &str, new: &str) -> String {
    let lines: String = TextDiff::from_lines(old, new)
        .iter_all_changes()
        .map(|change| line(change.tag(), change.value()))
        .collect();
    let [from, to] = names.map(escape);
    format!(
        "<figure class=\"code-diff\">\n\
         <figcaption>From <code>{from}</code> to <code>{to}</code>\
         </figcaption>\n\
         <pre tabindex=\"0\" role=\"region\" aria-label=\"Changed lines\">\
         {lines}</pre>\n</figure>\n"
    )
}

/// Signs stand before the lines: colour is not the only sign.
fn line(tag: ChangeTag, text: &str) -> String {
    let (element, sign) = match tag {
        ChangeTag::Equal => ("span", ' '),
        ChangeTag::Delete => ("del", '-'),
        ChangeTag::Insert => ("ins", '+'),
    };
    let text = escape(text.trim_end_matches('\n'));
    format!("<{element}>{sign} {text}\n</{element}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_kept_taken_away_or_added() {
        let html = diff(["old", "new"], "a\nb < c\n\n", "a\nd\n\n");
        assert!(html.contains("<span>  a\n</span>"), "{html}");
        assert!(html.contains("<del>- b &lt; c\n</del>"), "{html}");
        assert!(html.contains("<ins>+ d\n</ins>"), "{html}");
        assert!(!html.contains("\n\n"), "a blank line would end the block");
    }
}
