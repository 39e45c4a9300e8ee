//! A drawing that a chapter begins with.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use live::recording::Look;

/// Where the drawings are, from the book's folder.
const DRAWINGS: &str = "drawings";

/// Returns the drawing of that name with a legend of the looks in it, as one
/// block of HTML without blank lines.
///
/// # Errors
///
/// When there is none, or when it has no words for those who do not see it.
pub(super) fn draw(name: &str) -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(DRAWINGS);
    let file = folder.join(format!("{name}.svg"));
    let svg = fs::read_to_string(&file)
        .with_context(|| format!("no drawing {}", file.display()))?;
    ensure!(
        svg.contains("role=\"img\"") && svg.contains("<title>"),
        "{} needs role=\"img\" and a title",
        file.display()
    );
    ensure!(!svg.contains("\n\n"), "{} has a blank line", file.display());
    Ok(format!(
        "<figure class=\"still drawing\">\n{}\n{}</figure>\n",
        svg.trim(),
        legend(&svg)
    ))
}

/// Returns what the marked boxes of a drawing mean, or nothing if there are
/// none.
fn legend(svg: &str) -> String {
    let has = |look: &&Look| svg.contains(&format!("\"tile {}\"", look.name()));
    let chips: String = Look::MARKED
        .iter()
        .filter(has)
        .map(|look| format!("<li class=\"{0}\">{0}</li>\n", look.name()))
        .collect();
    if chips.is_empty() {
        return String::new();
    }
    format!("<ul class=\"legend\" aria-label=\"Legend\">\n{chips}</ul>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_drawing_is_shown_and_explains_its_looks() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(DRAWINGS);
        let mut marked = 0;
        for entry in fs::read_dir(folder).expect("it is there") {
            let file = entry.expect("it can be read").path();
            let name = file.file_stem().expect("a name").to_string_lossy();
            let html = draw(&name).expect("it can be shown");
            assert!(!html.contains("\n\n"), "{name}");
            marked += usize::from(html.contains("class=\"legend\""));
        }
        assert!(marked > 0, "no drawing marks anything");
    }

    #[test]
    fn what_is_not_drawn_is_an_error_that_names_the_file() {
        let error = draw("nothing").expect_err("there is none").to_string();
        assert!(error.contains("nothing.svg"), "{error}");
    }

    #[test]
    fn only_the_looks_of_a_drawing_are_explained() {
        let legend =
            legend("<g class=\"tile held\"/><g class=\"tile plain\"/>");
        assert_eq!(legend.matches("<li").count(), 1, "{legend}");
        assert!(legend.contains("class=\"held\""), "{legend}");
    }
}
