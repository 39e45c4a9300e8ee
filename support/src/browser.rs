//! Shows a page in the browser.

use std::env;
use std::io;

/// Opens a file or an address in the browser that the user has chosen, or in
/// the one that `BROWSER` names.
///
/// # Errors
///
/// When no browser starts, or where none can show anything: a browser without
/// a screen ends and says so to nobody, so that is asked before.
pub fn open(page: &str) -> io::Result<()> {
    let is_set =
        |name: &str| env::var_os(name).is_some_and(|it| !it.is_empty());
    if !has_screen(is_set) {
        return Err(io::Error::other(format!(
            "no browser can show {page} here: none of {} is set",
            SCREENS.join(", ")
        )));
    }
    opener::open_browser(page).map_err(|error| {
        io::Error::other(format!("no browser opens {page}: {error}"))
    })
}

/// Variables of which one says where a page can be shown: the chosen browser,
/// a screen, or Windows around a Linux.
const SCREENS: [&str; 4] =
    ["BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];

fn has_screen(is_set: impl Fn(&str) -> bool) -> bool {
    !needs_screen() || SCREENS.into_iter().any(is_set)
}

/// Returns false where a program reaches the screen without a variable.
fn needs_screen() -> bool {
    cfg!(all(unix, not(target_vendor = "apple"), not(target_os = "android")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_variable_of_a_screen_is_enough_and_none_is_not() {
        assert!(!cfg!(target_os = "linux") || !has_screen(|_| false));
        for one in SCREENS {
            assert!(has_screen(|name| name == one), "{one}");
        }
    }
}
