//! The step that needs a browser, and the driver of its version.

use std::path::Path;
use std::process::Command;

use super::work::Work;
use crate::tools::{BROWSERS, Version, ask};

/// Returns `tests`, where what they need is there. Chromedriver starts no other
/// browser than one of its own version, and each test would fail for it.
pub(super) fn where_there_is_one(tests: Command) -> Work {
    let driver = version("chromedriver");
    let browsers: Vec<_> =
        BROWSERS.iter().filter_map(|it| Some((*it, version(it)?))).collect();
    if let Some(why) = lack(driver, &browsers) {
        return Work::Absent(format!("{why}{HELP}"));
    }
    Work::Commands(vec![tests])
}

const HELP: &str = ". On Debian:
  apt-get install chromium chromium-driver";

/// Returns what stands against a run, if anything does.
fn lack(
    driver: Option<Version>,
    browsers: &[(&str, Version)],
) -> Option<String> {
    let Some(driver) = driver else {
        return Some("NOT TESTED: there is no chromedriver".to_owned());
    };
    let fits = |browser: &Version| browser.major() == driver.major();
    match browsers {
        [] if HAS_PROGRAMS_ON_THE_PATH => {
            Some("NOT TESTED: there is no Chromium".to_owned())
        }
        // Elsewhere it is not on the PATH, and the driver finds it itself.
        [] => None,
        browsers if browsers.iter().any(|(_, it)| fits(it)) => None,
        [(name, version), ..] => Some(format!(
            "NOT TESTED: chromedriver is {driver}, and {name} {version}: \
             they need one version"
        )),
    }
}

const HAS_PROGRAMS_ON_THE_PATH: bool = cfg!(target_os = "linux");

fn version(program: &str) -> Option<Version> {
    // On Windows the browser would open a window in place of an answer.
    let is_asked = cfg!(unix) || program == "chromedriver";
    let output = is_asked.then(|| ask(Path::new(program), &["--version"]));
    let output = output.flatten()?;
    Version::parse(&String::from_utf8_lossy(&output.stdout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_of_another_version_is_told_before_each_test_fails_by_it() {
        let at = |text| Version::parse(text).expect("a version");
        let driver = || Some(at("ChromeDriver 150.0.7871.2 (abc)"));
        let near = ("chromium", at("Chromium 150.0.1 built on Debian"));
        let old = ("google-chrome", at("Google Chrome 90.0.4430.93"));
        assert_eq!(lack(driver(), &[old.clone(), near]), None);
        let why = lack(driver(), &[old]).expect("they do not fit");
        assert!(why.contains("150.0.7871.2"), "{why}");
        assert!(why.contains("google-chrome 90.0.4430.93"), "{why}");
        let why = lack(None, &[]).expect("there is none");
        assert!(why.starts_with("NOT TESTED: there is no chromedriver"));
        assert_eq!(lack(driver(), &[]).is_some(), HAS_PROGRAMS_ON_THE_PATH);
    }
}
