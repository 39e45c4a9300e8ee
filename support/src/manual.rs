//! A command's manual page, with a section for each of its subcommands.

use clap::Command;
use clap_mangen::Man;

/// Returns the page, as `man` reads it.
///
/// # Panics
///
/// When memory takes no more, which is the end of a program anyway.
///
/// ```
/// use clap::Command;
/// use support::manual;
///
/// let merge = Command::new("merge").about("Writes the union");
/// let page = manual::page(Command::new("shards").subcommand(merge));
/// let page = String::from_utf8(page).unwrap();
/// assert!(page.contains(".SH \"shards merge\""));
/// ```
#[must_use]
pub fn page(mut command: Command) -> Vec<u8> {
    command.build();
    let mut page = Vec::new();
    render(command, &mut page).expect("a page fits into memory");
    page
}

fn render(command: Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    Man::new(command.clone()).render(page)?;
    for subcommand in command.get_subcommands() {
        if subcommand.is_hide_set() || subcommand.get_name() == "help" {
            continue;
        }
        let name = format!("{} {}", command.get_name(), subcommand.get_name());
        page.extend_from_slice(format!(".SH \"{name}\"\n").as_bytes());
        let section = Man::new(subcommand.clone());
        section.render_description_section(page)?;
        section.render_synopsis_section(page)?;
        section.render_options_section(page)?;
    }
    Ok(())
}
