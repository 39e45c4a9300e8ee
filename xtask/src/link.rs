//! Paths that one can click in a terminal.

use std::io::IsTerminal;
use std::path::Path;

use crate::workspace::relative;

/// Returns the path as the reader would type it from the workspace's folder;
/// on a terminal it is a link to the file (OSC 8, which terminals that know no
/// links leave out).
pub(crate) fn link(path: &Path) -> String {
    let is_dumb = std::env::var_os("TERM").is_none_or(|it| it == "dumb");
    if is_dumb || !std::io::stdout().is_terminal() {
        return relative(path);
    }
    linked(path)
}

fn linked(path: &Path) -> String {
    let text = relative(path);
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let address = address(&path.to_string_lossy());
    format!("\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\")
}

/// Returns the address of a file, with all that is no plain sign of an address
/// as `%` and its number.
fn address(path: &str) -> String {
    let mut address = "file://".to_owned();
    if !path.starts_with('/') {
        address.push('/');
    }
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
                address.push(char::from(byte));
            }
            _ if byte.is_ascii_alphanumeric() => {
                address.push(char::from(byte));
            }
            _ => address += &format!("%{byte:02X}"),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::root;

    #[test]
    fn an_address_has_plain_signs_only() {
        assert_eq!(address("/a/book.html"), "file:///a/book.html");
        assert_eq!(address("/mein Räum/x"), "file:///mein%20R%C3%A4um/x");
        assert_eq!(address("C:\\a\\b"), "file:///C:/a/b");
    }

    #[test]
    fn what_is_shown_of_a_link_is_the_path_from_the_workspace() {
        let link = linked(&root().join("target/book/index.html"));
        assert!(link.starts_with("\x1b]8;;file:///"), "{link:?}");
        let shown = link.split("\x1b\\").nth(1).unwrap();
        assert_eq!(shown, "target/book/index.html\x1b]8;;");
    }
}
