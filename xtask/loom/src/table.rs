//! The table of all models.

use anstream::{print, println};
use support::models::Model;

use crate::catalogue::{Catalogue, Package};
use crate::terminal::{BOLD, DIM, count, paragraph, width};

/// Prints every model: its threads and executions, what it proves, and the
/// bugs that are planted in it.
pub(crate) fn print(catalogue: &Catalogue) {
    for package in &catalogue.packages {
        println!("{BOLD}{}{BOLD:#}", package.name);
        for model in &package.models {
            print_row(package, model);
        }
        println!();
    }
    let models: Vec<&Model> = catalogue.models().map(|it| it.it).collect();
    let executions: usize = models.iter().map(|it| it.executions).sum();
    print!(
        "{}",
        paragraph(
            "",
            &format!(
                "{}, {}, {}. Run some by a part of their name: cargo loom \
                 wake-up. See one fail: cargo loom --planted \
                 flag_after_check. More: cargo loom --help",
                count(models.len(), "model"),
                count(executions, "execution"),
                count(catalogue.bugs().count(), "planted bug"),
            )
        )
    );
}

fn print_row(package: &Package, model: &Model) {
    let size = format!(
        "{}, {}",
        count(model.threads, "thread"),
        count(model.executions, "execution")
    );
    let used = 2 + model.test.chars().count() + size.len();
    if used + 2 <= width() {
        let gap = width() - used;
        println!("  {BOLD}{}{BOLD:#}{:gap$}{size}", model.test, "");
    } else {
        println!("  {BOLD}{}{BOLD:#}", model.test);
        println!("{size:>0$}", width());
    }
    print!("{}", paragraph("      ", &model.proves));
    let planted = package.planted_in(model);
    if !planted.is_empty() {
        let planted = paragraph("      planted: ", &planted.join(", "));
        print!("{DIM}{planted}{DIM:#}");
    }
}

/// Returns what a model proves and what it does not, as two paragraphs.
pub(crate) fn words(model: &Model) -> String {
    let threads = count(model.threads, "thread");
    let bound = format!(
        "more than {threads}; an order that needs more than {}; {}",
        count(model.preemptions, "preemption"),
        model.outside
    );
    paragraph("  proves  ", &model.proves) + &paragraph("  not     ", &bound)
}
