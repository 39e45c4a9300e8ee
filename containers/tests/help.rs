//! The command tells of itself.

#![cfg(target_os = "linux")]

// Of what calls the lab and the probe, the call alone is used here.
#[allow(dead_code)]
mod command;

use command::{Output, unc};

#[test]
fn completions_and_the_manual_are_printed() {
    let print = |subcommand: &str, arguments: &[&str]| {
        let output = Output::of(unc(subcommand).args(arguments));
        output.succeeds();
        output.stdout
    };
    for shell in ["bash", "elvish", "fish", "zsh"] {
        let script = print("completions", &[shell]);
        assert!(script.contains("map-users"), "{shell}: {script}");
    }
    for name in ["run", "create", "lab", "probe"] {
        let help = print(name, &["--help"]);
        let wide = help.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name}");
    }
    let page = print("man", &[]);
    for section in ["unc run", "unc create", "unc lab", "unc probe"] {
        let head = format!(".SH \"{section}\"");
        assert!(page.contains(&head), "no {section}: {page}");
    }
    assert!(page.contains("Exit codes:"), "{page}");
}

/// The package is called otherwise.
#[test]
fn it_is_called_unc() {
    let output = Output::of(&mut unc("--version"));
    output.succeeds();
    assert!(output.stdout.starts_with("unc "), "{output:?}");
}

#[test]
fn an_unknown_shell_is_refused() {
    let output = Output::of(unc("completions").arg("tcsh"));
    assert_eq!(output.code, Some(125), "{output:?}");
}
