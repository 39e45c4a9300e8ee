//! Each kind of output, compared with what is committed.
//!
//! `BLESS=1 cargo test` writes the files anew; read the difference.

use std::fs;
use std::path::PathBuf;

use crate::results::Results;

fn golden(name: &str) -> PathBuf {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    PathBuf::from(directory).join(name)
}

fn check(name: &str, output: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(golden(name), output).unwrap();
    }
    let right = fs::read_to_string(golden(name)).unwrap();
    assert_eq!(output, right, "{name} differs; BLESS=1 writes it anew");
}

/// Leaves out what a page says of its machine, command and time.
fn anywhere(page: String) -> String {
    let cut = || {
        let (before, rest) = page.split_once("<dl class=\"about\">")?;
        Some(before.to_owned() + rest.split_once("</dl>\n")?.1)
    };
    cut().unwrap_or(page)
}

/// A bit of everything: faster, slower, same and undecided times, all kinds
/// of throughput, allocations that begin, end and stay.
fn results() -> Results {
    let results = Results::new();
    let kinds = [
        (r#"{"Bytes":4096}"#, 1.3),
        (r#"{"BytesDecimal":4096}"#, 0.7),
        (r#"{"Bits":4096}"#, 1.0),
        (r#"{"ElementsAndBytes":{"elements":10,"bytes":40}}"#, 1.03),
        ("null", 1.5),
    ];
    for (kind, (throughput, factor)) in kinds.into_iter().enumerate() {
        for run in 1..=5_u32 {
            let noise = 1.0 + 0.001 * f64::from(run * 7 % 5);
            let id = format!("kinds/{}", kind + 8);
            let time = 1000.0 * noise;
            results.save_with(&id, &format!("old-{run}"), time, throughput);
            let wide = 1.0 + 0.02 * f64::from(run % 2) * f64::from(kind == 3);
            let time = time * factor * wide;
            results.save_with(&id, &format!("new-{run}"), time, throughput);
            let [old, new] = [(2.0, 0.0), (2.0, 3.0)][kind % 2].into();
            results.count(&id, &format!("old-{run}"), old, 8.0 * old);
            results.count(&id, &format!("new-{run}"), new, 8.0 * new);
        }
    }
    results
}

#[test]
fn each_format_is_as_committed() {
    let results = results();
    for (format, name) in [
        ("text", "report.txt"),
        ("markdown", "report.md"),
        ("csv", "report.csv"),
        ("json", "report.json"),
        ("html", "report.html"),
    ] {
        let arguments = ["old-*", "new-*", "--format", format];
        check(name, &anywhere(results.run(&arguments, 0).stdout));
    }
    let coloured = ["old-*", "new-*", "--color", "always"];
    check("colour.txt", &results.run(&coloured, 0).stdout);
    let explain = ["old-*", "new-*", "--explain", "kinds/8"];
    check("explain.txt", &results.run(&explain, 0).stdout);
    let benchcmp = ["old-*", "new-*", "--style", "benchcmp"];
    check("benchcmp-criterion.txt", &results.run(&benchcmp, 0).stdout);
    let three = ["old-*", "x=new-1,new-2,new-3,new-4", "new-*"];
    check("columns.txt", &results.run(&three, 0).stdout);
}

/// The example in the documentation of benchcmp itself, with its bytes.
#[test]
fn benchcmp_prints_as_its_documentation_shows() {
    let results = Results::new();
    let old = results.path().join("old.txt");
    let new = results.path().join("new.txt");
    let line = |ns: &str, bytes: u32, allocations: u32| {
        format!(
            "BenchmarkConcat 1000 {ns} ns/op {bytes} B/op {allocations} allocs/op\n"
        )
    };
    fs::write(&old, line("523", 80, 3)).unwrap();
    fs::write(&new, line("68.6", 48, 1)).unwrap();
    let sides = [old.to_str().unwrap(), new.to_str().unwrap()];
    let output = results.run(&["--style", "benchcmp", sides[0], sides[1]], 0);
    assert_eq!(
        output.stdout,
        "benchmark           old ns/op     new ns/op     delta\n\
         BenchmarkConcat     523           68.6          -86.88%\n\
         \n\
         benchmark           old allocs     new allocs     delta\n\
         BenchmarkConcat     3              1              -66.67%\n\
         \n\
         benchmark           old bytes     new bytes     delta\n\
         BenchmarkConcat     80            48            -40.00%\n"
    );
}

#[test]
fn go_texts_are_as_committed() {
    let results = Results::new();
    let [old, new] = ["old.txt", "new.txt"].map(golden);
    let sides = [old.to_str().unwrap(), new.to_str().unwrap()];
    let labelled = [format!("old={}", sides[0]), format!("new={}", sides[1])];
    let output = results.run(&[&labelled[0], &labelled[1]], 0);
    check("go.txt", &output.stdout);
    let output = results.run(&["--style", "benchcmp", sides[0], sides[1]], 0);
    check("benchcmp.txt", &output.stdout);
}

/// The tables were made in Go 1.27, with the formats that benchcmp gives to
/// `fmt` and `text/tabwriter`.
#[test]
fn benchcmp_and_its_style_print_the_same_bytes() {
    let results = Results::new();
    for prefix in ["", "timeless-"] {
        let [old, new, table] = ["old", "new", "table"]
            .map(|name| golden(&format!("benchcmp/{prefix}{name}.txt")));
        let sides = [old.to_str().unwrap(), new.to_str().unwrap()];
        let arguments = ["--style", "benchcmp", sides[0], sides[1]];
        let output = results.run(&arguments, 0);
        assert_eq!(output.stdout, fs::read_to_string(table).unwrap());
        if prefix.is_empty() {
            assert_eq!(
                output.stderr,
                "ignoring BenchmarkOnce-4: before has 1 instances, \
                 after has 2\n\
                 ignoring BenchmarkGone-4: before has 1 instances, \
                 after has 0\n"
            );
        }
    }
}
