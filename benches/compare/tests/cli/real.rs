//! Files that other programs wrote themselves: divan 0.1.21, hyperfine 1.15,
//! Google Benchmark 1.7 and Go 1.27.3.

use std::path::Path;

use crate::results::{Output, Results};

fn compare(old: &str, new: &str, more: &[&str], status: i32) -> Output {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/other");
    let side = |label: &str, name: &str| {
        format!("{label}={}", data.join(name).display())
    };
    let sides = [side("old", old), side("new", new)];
    let sides = sides.each_ref().map(String::as_str);
    Results::new().run(&[&sides, more].concat(), status)
}

/// Returns the cells of the first row of a benchmark below a title.
fn row(text: &str, title: &str, benchmark: &str) -> String {
    let below = match title {
        "" => text,
        _ => text.split_once(&format!("\n{title}\n")).unwrap().1,
    };
    let found = below.lines().find(|line| line.starts_with(benchmark));
    found.unwrap_or_else(|| panic!("no {benchmark} in {below}")).to_owned()
}

#[test]
fn a_table_of_divan_is_read_with_rates_and_allocations() {
    let text = compare("divan.txt", "divan.txt", &[], 0).stdout;
    let named = "a name | with \u{2502} bars";
    assert!(row(&text, "", named).contains("39.5 ns"), "{text}");
    assert!(row(&text, "", "sub/inner/spin/t=2").contains("28.0 ns"));
    assert!(row(&text, "throughput", named).contains("25.3 GB/s"));
    assert!(row(&text, "allocations", "vecs/100").contains(" 1 "));
    assert!(row(&text, "bytes", "vecs/100").contains(" 100 "));
    assert!(row(&text, "allocations", "0 on all sides").contains(" add,"));
    assert!(!text.contains("skipped"), "ignored benchmarks are none");
    assert!(text.contains("sub/make/u8 took no time"), "{text}");
    let more = ["--estimator", "mean"];
    let text = compare("divan.txt", "divan.txt", &more, 0).stdout;
    assert!(row(&text, "", "consts/10").contains("11.2 ms"), "{text}");
    // The rate is that of the fastest, so the amount stays what it is.
    assert!(row(&text, "throughput", named).contains("10.4 GB/s"), "{text}");
}

#[test]
fn one_command_twice_in_hyperfine_s_file_is_two() {
    let text = compare("hyperfine.json", "hyperfine.json", &[], 0).stdout;
    assert!(row(&text, "", "true ").contains("1.81 ms"), "{text}");
    assert!(row(&text, "", "true (2)").contains("1.44 ms"), "{text}");
    assert!(row(&text, "", "ls /").contains("4+4"), "{text}");
}

#[test]
fn google_s_failures_and_numbers_that_are_none_lose_nothing_else() {
    let output = compare("google.json", "google.json", &[], 2);
    assert!(output.stderr.contains("BM_Bad: it failed: no disk"));
    let text = output.stdout;
    assert!(row(&text, "", "BM_Put/64").contains("2.41 ns"), "{text}");
    assert!(row(&text, "", "BM_Real/real_time").contains("1.08 ns"));
    assert!(!text.contains("mean ") || !text.contains("BM_Put/8_mean"));
    assert!(text.contains("was built as DEBUG"), "{text}");
}

#[test]
fn aggregates_alone_stand_against_samples_as_medians() {
    let text = compare("google-aggregates.json", "google.json", &[], 2).stdout;
    assert!(row(&text, "", "BM_Put/8").contains("2.06 ns"), "{text}");
    assert!(text.contains("the median of the samples stands"), "{text}");
}

#[test]
fn metrics_of_go_have_a_block_each_and_know_which_way_is_better() {
    let output = compare("go.txt", "go-events.json", &["--format", "csv"], 0);
    let text = output.stdout;
    let line = |start: &str| text.lines().any(|line| line.starts_with(start));
    assert!(line("req/s,new,ex/a.BenchmarkX-2,79585975.5,81168831,1.0"));
    assert!(line("depth,new,ex/a.BenchmarkX-2,3,3,1,"), "{text}");
    assert!(line("throughput,new,ex/b.BenchmarkX-2,"), "{text}");
    let text = compare("go.txt", "go-events.json", &[], 0).stdout;
    // It reports no time, and its own metric all the same.
    assert!(row(&text, "apples", "ex/a.BenchmarkNoTime-2").contains(" 7 "));
    for note in ["values of nan", "values of neg"] {
        assert!(text.contains(note), "{note}: {text}");
    }
}
