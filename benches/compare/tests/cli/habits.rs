//! What people expect of any command.

use std::process::{Command, Stdio};

use crate::results::Results;

fn five_runs(factor: f64) -> Results {
    let results = Results::new();
    save_five_runs(&results, factor);
    results
}

fn save_five_runs(results: &Results, factor: f64) {
    for run in 1..=5 {
        let noise = 1.0 + f64::from(run) / 1000.0;
        results.save("put/10/a", &format!("old-{run}"), 100.0 * noise);
        let time = 100.0 * factor * noise;
        results.save("put/10/a", &format!("new-{run}"), time);
        results.save("put/9/a", &format!("old-{run}"), 50.0 * noise);
        results.save("put/9/a", &format!("new-{run}"), 50.0 * noise);
    }
}

#[test]
fn the_gate_tells_a_regression_from_an_open_question() {
    let gate = ["--fail-on", "slower", "--threshold", "5%", "old-*", "new-*"];
    five_runs(1.2).run(&gate, 1);
    five_runs(1.0).run(&gate, 0);
    five_runs(0.8).run(&gate, 0);
    // Proven, but smaller than what counts.
    five_runs(1.03).run(&gate, 0);
    let one = ["--fail-on", "slower", "old-1", "new-1"];
    five_runs(1.2).run(&one, 3);
    five_runs(1.2).run(&["--fail-on", "slower", "old-*", "nwe"], 2);
}

/// Labels of whole runs are exchanged: one row among many is still found,
/// and noise among many rows is not.
#[test]
fn the_gate_finds_one_row_among_many() {
    let results = five_runs(1.2);
    for other in 0..38_u32 {
        for run in 1..=5_u32 {
            let id = format!("other/{other}");
            for side in ["old", "new"] {
                let seed = u64::from(other * 100 + run)
                    + side.len() as u64 * u64::from(side == "old") * 7919;
                let noise = fastrand::Rng::with_seed(seed).f64();
                let time = 100.0 + 0.3 * noise;
                results.save(&id, &format!("{side}-{run}"), time);
            }
        }
    }
    let gate = ["--fail-on", "slower", "old-*", "new-*"];
    results.run(&gate, 1);
    save_five_runs(&results, 1.0);
    results.run(&gate, 0);
}

/// Nothing can be rejected with three runs a side, whatever they say.
#[test]
fn a_gate_that_cannot_fire_says_so() {
    let results = five_runs(3.0);
    let three = ["old=old-1,old-2,old-3", "new=new-1,new-2,new-3"];
    let gate = [&["--fail-on", "slower"], &three[..]].concat();
    let error = results.run(&gate, 3).stderr;
    assert!(error.contains("at least 4 runs a side"), "{error}");
}

#[test]
fn what_vanished_does_not_pass_the_gate() {
    let results = five_runs(1.0);
    results.save("gone", "old-1", 100.0);
    let gate = ["--fail-on", "slower", "old-*", "new-*"];
    let error = results.run(&gate, 3).stderr;
    assert!(error.contains("not in every run of new-*: gone"), "{error}");
    // A filter chooses what must be there.
    results.run(&[&gate[..], &["-f", "!gone"]].concat(), 0);
    results.run(&[&gate[..], &["-f", "nothing"]].concat(), 2);
    let also = ["--significant", "-f", "nothing"];
    results.run(&[&gate[..], &also].concat(), 2);
}

#[test]
fn a_filter_comes_before_everything_else() {
    let results = five_runs(3.0);
    for run in 1..=5 {
        for side in ["old", "new"] {
            let name = format!("{side}-{run}");
            let noise = f64::from(run) / 1000.0;
            results.save("put/9/b", &name, 50.0 + noise);
        }
    }
    let output = results.run(&["old-*", "new-*", "-f", "/9/"], 0).stdout;
    let mean = output.lines().find(|line| line.starts_with("geometric"));
    assert!(mean.unwrap().contains("1.000"), "{output}");
    assert!(!output.contains("slower"), "{output}");
}

#[test]
fn something_from_nothing_is_a_regression() {
    let results = five_runs(1.0);
    results.count("put/9/a", "old-1", 0.0, 0.0);
    results.count("put/9/a", "new-1", 1.0, 16.0);
    let output = results.run(&["old-1", "new-1"], 0).stdout;
    assert!(output.contains("inf") && output.contains("more"), "{output}");
    results.run(&["--fail-on", "slower", "old-1", "new-1"], 1);
}

#[test]
fn names_are_sorted_as_people_do_and_filtered() {
    let results = five_runs(1.2);
    let text = results.run(&["old-*", "new-*"], 0).stdout;
    assert!(text.find("put/9/a") < text.find("put/10/a"), "{text}");
    let sorted = ["old-*", "new-*", "--sort", "change"];
    let text = results.run(&sorted, 0).stdout;
    assert!(text.find("put/10/a") < text.find("put/9/a"), "{text}");
    let text = results.run(&["old-*", "new-*", "--significant"], 0).stdout;
    assert!(text.contains("put/10/a") && !text.contains("put/9/a"), "{text}");
    let text = results.run(&["old-*", "new-*", "-f", "/9/"], 0).stdout;
    assert!(text.contains("put/9/a") && !text.contains("put/10/a"), "{text}");
    let error = results.run(&["old-*", "new-*", "-f", "x"], 2).stderr;
    assert!(error.contains("matches the filter"), "{error}");
}

#[test]
fn names_inside_one_side_are_compared() {
    let results = Results::new();
    for run in 1..=4 {
        let noise = 1.0 + f64::from(run) / 1000.0;
        results.save("put/1k/swap", &format!("r{run}"), 20.0 * noise);
        results.save("put/1k/hole", &format!("r{run}"), 10.0 * noise);
    }
    for option in [["--variants", "swap,hole"], ["--group", "^(.*)/[^/]+$"]] {
        let all = [&option[..], &["r*", "--format", "csv"]].concat();
        let text = results.run(&all, 0).stdout;
        let hole_first = option[0] == "--group"; // by name
        let word = if hole_first { "slower" } else { "faster" };
        assert!(text.contains("put/1k") && text.contains(word), "{text}");
    }
    let error = results.run(&["--variants", "swap,hole", "r1", "r2"], 2);
    assert!(error.stderr.contains("one side"), "{}", error.stderr);
}

#[test]
fn colour_only_where_it_is_asked_for() {
    let results = five_runs(1.2);
    let escape = '\u{1b}';
    let plain = results.run(&["old-*", "new-*"], 0).stdout;
    assert!(!plain.contains(escape));
    let always = ["old-*", "new-*", "--color", "always"];
    assert!(results.run(&always, 0).stdout.contains(escape));
}

#[test]
fn the_micro_sign_only_where_the_locale_has_it() {
    let results = Results::new();
    results.save("a", "old", 5_000.0);
    assert!(results.run(&["old"], 0).stdout.contains("5.00 us"));
    let mut command = results.command(&["old"]);
    let assert = command.env("LANG", "en_GB.UTF-8").assert().code(0);
    let text = String::from_utf8_lossy(&assert.get_output().stdout);
    assert!(text.contains("5.00 \u{b5}s"), "{text}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let results = five_runs(1.2);
    let mut child = Command::new(env!("CARGO_BIN_EXE_bench-compare"))
        .args(["old-*", "new-*", "--format", "html"])
        .env("CRITERION_HOME", results.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

#[test]
fn an_output_that_cannot_be_written_leaves_what_was_there() {
    let results = five_runs(1.2);
    let nowhere = results.path().join("nowhere/report.md");
    let nowhere = nowhere.to_str().unwrap();
    let error = results.run(&["old-*", "new-*", "-o", nowhere], 2).stderr;
    assert!(error.contains("report.md: "), "{error}");
}

#[test]
fn completions_and_the_manual_are_generated() {
    let results = Results::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = results.run(&["completions", shell], 0).stdout;
        assert!(script.contains("fail-on"), "{shell}");
    }
    for name in [&[][..], &["git"], &["run"], &["export"]] {
        let help = results.run(&[name, &["--help"]].concat(), 0).stdout;
        let wide = help.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{name:?}");
    }
    let page = results.run(&["man"], 0).stdout;
    assert!(page.contains(".TH bench-compare"), "{page}");
    assert!(page.contains(".SH \"bench-compare git\""), "{page}");
}

/// A side is completed by the names of baselines, which the shell asks for.
#[cfg(unix)]
#[test]
fn names_of_baselines_complete_in_bash() {
    let results = five_runs(1.2);
    let script = results.run(&["completions", "bash"], 0).stdout;
    let program = env!("CARGO_BIN_EXE_bench-compare");
    let complete = |words: &[&str]| {
        let (last, before) = words.split_last().unwrap();
        let (words, at) = (words.join(" "), words.len() - 1);
        let program = format!(
            "bench-compare() {{ '{program}' \"$@\"; }}\n{script}\n\
             COMP_WORDS=({words}); COMP_CWORD={at}\n\
             _bench-compare_with_names bench-compare '{last}' '{}'\n\
             echo \"${{COMPREPLY[@]}}\"",
            before.last().unwrap()
        );
        let output = Command::new("bash")
            .args(["--norc", "-c", &program])
            .env("CRITERION_HOME", results.path())
            .output();
        output.map(|it| String::from_utf8(it.stdout).unwrap().trim().to_owned())
    };
    let Ok(second) = complete(&["bench-compare", "old-1", "new-"]) else {
        support::skipped::say("there is no bash");
        return;
    };
    let all = "new-1 new-2 new-3 new-4 new-5";
    assert_eq!(second, all);
    assert_eq!(complete(&["bench-compare", "new-"]).unwrap(), all);
    assert_eq!(complete(&["bench-compare", "export", "new-"]).unwrap(), all);
    // Commits are no baselines, and options are clap's.
    assert_eq!(complete(&["bench-compare", "git", "new-"]).unwrap(), "");
    let options = complete(&["bench-compare", "old-1", "--estim"]).unwrap();
    assert_eq!(options, "--estimator");
    let commands = complete(&["bench-compare", "cal"]).unwrap();
    assert_eq!(commands, "calibrate");
}

#[test]
fn each_shell_that_can_asks_for_the_names() {
    let results = Results::new();
    for shell in ["bash", "fish", "zsh"] {
        let script = results.run(&["completions", shell], 0).stdout;
        assert!(script.contains("bench-compare --names"), "{shell}");
    }
    // Ours calls that of clap, under its other name.
    let zsh = results.run(&["completions", "zsh"], 0).stdout;
    assert_eq!(zsh.matches("\n_bench-compare() {").count(), 1);
    assert_eq!(zsh.matches("\n_bench-compare_of_clap() {").count(), 1);
}

/// As `>` of a shell would make it: a report is not a secret.
#[cfg(unix)]
#[test]
fn the_umask_says_who_may_read_an_output() {
    use std::os::unix::fs::PermissionsExt;
    let results = five_runs(1.2);
    let directory = results.path().parent().unwrap();
    for (umask, right) in [("022", 0o644), ("077", 0o600)] {
        let output = directory.join(format!("{umask}.txt"));
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        let status = std::process::Command::new("/bin/sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_bench-compare")])
            .args(["old-*", "new-*", "-o"])
            .arg(&output)
            .env("CRITERION_HOME", results.path())
            .status()
            .unwrap();
        assert!(status.success());
        let mode = std::fs::metadata(&output).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, right, "umask {umask}");
    }
}

/// The options of critcmp that people have in their fingers.
#[test]
fn options_of_critcmp_do_what_they_do_there() {
    let results = five_runs(1.2);
    let target = results.path().parent().unwrap().to_str().unwrap();
    let listed = results.run(&["--baselines", "--target-dir", target], 0);
    assert!(listed.stdout.contains("old-1"), "{}", listed.stdout);
    let text = results.run(&["--export", "old-1"], 0).stdout;
    assert!(text.contains("bench_compare_export"), "{text}");
}

/// What a shell script has to do with a result.
#[cfg(unix)]
#[test]
fn an_output_may_be_a_pipe_and_an_old_file_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let results = five_runs(1.2);
    let folder = results.path().parent().unwrap();
    let pipe = folder.join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let reader =
        Command::new("cat").arg(&pipe).stdout(Stdio::piped()).spawn().unwrap();
    let sides = ["old-*", "new-*", "-o"];
    results.run(&[&sides[..], &[pipe.to_str().unwrap()]].concat(), 0);
    let read = reader.wait_with_output().unwrap().stdout;
    assert!(String::from_utf8(read).unwrap().contains("put/10/a"));
    results.run(&[&sides[..], &["/dev/null"]].concat(), 0);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    let file = folder.join("old.txt");
    std::fs::write(&file, "before").unwrap();
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(&file, mode).unwrap();
    results.run(&[&sides[..], &[file.to_str().unwrap()]].concat(), 0);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn many_rows_that_did_not_change_are_folded_in_a_pull_request() {
    let results = five_runs(1.2);
    for other in 0..12 {
        for run in 1..=5 {
            for side in ["old", "new"] {
                let time = 100.0 + f64::from(run) / 10.0;
                let id = format!("other/{other}");
                results.save(&id, &format!("{side}-{run}"), time);
            }
        }
    }
    let options = ["--format", "markdown", "old-*", "new-*"];
    let text = results.run(&options, 0).stdout;
    let (shown, folded) = text.split_once("<details><summary>13 ").unwrap();
    assert!(shown.contains("| put/10/a |"), "{text}");
    assert!(shown.contains("| geometric mean |"), "{text}");
    assert!(!shown.contains("other/"), "{text}");
    assert!(folded.contains("| other/11 |"), "{text}");
}

/// 7 % is no round number in binary.
#[test]
fn percentages_are_shown_as_they_were_given() {
    let results = five_runs(1.2);
    let explain = ["--explain", "put/9/a", "old-*", "new-*"];
    let more = ["--threshold", "7%", "--alpha", "0.035"];
    let text = results.run(&[&explain[..], &more].concat(), 0).stdout;
    assert!(text.contains("a threshold of 7% the"), "{text}");
    assert!(text.contains("accepts at 96.5%"), "{text}");
    assert!(text.contains("an interval of 93%"), "{text}");
    results.run(&["--alpha", "0.5", "old-*", "new-*"], 2);
}

#[test]
fn nothing_significant_is_said_and_not_an_empty_line() {
    let output = five_runs(1.0).run(&["old-*", "new-*", "--significant"], 0);
    let first = output.stdout.lines().next().unwrap();
    assert_eq!(first, "0 of 4 rows are faster or slower");
}

#[test]
fn a_list_has_the_best_first() {
    let results = five_runs(1.2);
    let text = results.run(&["--list", "new-*", "old-*"], 0).stdout;
    let (_, after) = text.split_once("put/10/a\n").unwrap();
    let lines: Vec<_> = after.lines().take(2).map(str::trim).collect();
    assert!(lines[0].starts_with("old-*   100 ns  1.00  0.833"), "{text}");
    assert!(lines[0].ends_with("faster"), "{text}");
    assert!(lines[1].starts_with("new-*   120 ns  1.20"), "{text}");
    let (_, rates) = text.split_once("throughput\n").unwrap();
    let (_, after) = rates.split_once("put/10/a\n").unwrap();
    let first = after.lines().next().unwrap();
    assert!(first.trim().starts_with("old-*"), "{text}");
}

#[test]
fn the_best_of_several_sides_is_marked() {
    let results = five_runs(1.2);
    let all = ["old-*", "new-*", "again=old-1,old-2"];
    let text = results.run(&all, 0).stdout;
    let row = |name: &str| {
        let mut rows = text.lines().filter(|line| line.starts_with(name));
        rows.next().unwrap().to_owned()
    };
    assert_eq!(row("put/10/a").matches(" *").count(), 1, "{text}");
    assert!(row("put/10/a").contains("100 ns *"), "{text}");
    assert!(text.contains("* the best number of its row"), "{text}");
    let two = results.run(&["old-*", "new-*"], 0).stdout;
    assert!(!two.contains("ns *"), "{two}");
}

#[test]
fn what_is_nothing_on_all_sides_takes_one_line() {
    let results = Results::new();
    for bench in 0..6 {
        let id = format!("put/{bench}");
        for side in ["old", "new"] {
            results.save(&id, side, 10.0);
            let count = f64::from(bench / 5);
            results.count(&id, side, count, 8.0 * count);
        }
    }
    for format in ["text", "markdown", "html"] {
        let options = ["--format", format, "old", "new"];
        let text = results.run(&options, 0).stdout;
        let zeros = "0 on all sides: put/0, put/1, put/2, put/3, ... (5 \
                     benchmarks)";
        assert_eq!(text.matches(zeros).count(), 2, "{text}");
    }
    let csv = results.run(&["--format", "csv", "old", "new"], 0).stdout;
    assert!(csv.contains("allocations,new,put/0,0,0,"), "{csv}");
}

#[test]
fn a_single_pair_of_times_is_never_exact() {
    let results = Results::new();
    results.save("a", "old", 10.0);
    results.save("a", "new", 10.0);
    let text = results.run(&["old", "new"], 0).stdout;
    assert!(!text.contains("exact"), "{text}");
}
