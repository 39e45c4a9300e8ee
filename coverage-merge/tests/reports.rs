//! Reports of other tools, as the tools wrote them: each is compared with what
//! the same tool says of the same run in another format.

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::data;
use coverage_merge::{Error, LcovVersion, Profile, Search};

fn read(names: &[&str]) -> Profile {
    let mut profile = Profile::new();
    for name in names {
        let path = data("reports").join(name);
        profile.read_file(&path).unwrap_or_else(|error| panic!("{error}"));
    }
    profile
}

fn parse(text: &str) -> Result<Profile, Error> {
    Profile::parse(text.as_bytes(), "report")
}

fn lcov(profile: &Profile) -> String {
    let mut out = Vec::new();
    profile.write_lcov(&mut out, LcovVersion::One).expect("a vector");
    String::from_utf8(out).expect("a tracefile is text")
}

/// Returns the records that count something, each behind its file.
fn records(tracefile: &str) -> BTreeSet<String> {
    let mut file = "";
    let mut all = BTreeSet::new();
    for line in tracefile.lines() {
        let kind = line.split(':').next().unwrap_or_default();
        match kind {
            "SF" => file = line,
            "DA" | "FN" | "FNDA" | "BRDA" => {
                all.insert(format!("{file} {line}"));
            }
            _ => {}
        }
    }
    assert!(!all.is_empty());
    all
}

fn assert_same(names: &[&str], tracefile: &str) {
    let path = data("reports").join(tracefile);
    let theirs = fs::read_to_string(path).expect("it is committed");
    assert_eq!(records(&lcov(&read(names))), records(&theirs), "{names:?}");
}

/// Returns lines, branches and functions: covered and all.
fn totals(profile: &Profile) -> [(u64, u64); 3] {
    let all =
        [profile.total(), profile.branch_total(), profile.function_total(None)];
    all.map(|total| (total.covered, total.statements))
}

#[test]
fn istanbuls_json_is_what_istanbul_says_as_a_tracefile() {
    assert_same(
        &["istanbul-one.json", "istanbul-two.json"],
        "istanbul-all.info",
    );
    assert_same(&["vitest-v8.json"], "vitest-v8.info");
}

#[test]
fn llvms_json_is_what_llvm_says_as_a_tracefile() {
    assert_same(&["llvm-one.json"], "llvm-one.info");
    assert_same(&["llvm-two.json"], "llvm-two.info");
    let both = [&["llvm-one.info"][..], &["llvm-two.info"]];
    let [one, two] = both.map(read);
    let mut merged = one;
    merged.merge(&two).expect("no conflict");
    let ours = read(&["llvm-one.json", "llvm-two.json"]);
    assert_eq!(records(&lcov(&ours)), records(&lcov(&merged)));
}

#[test]
fn conditions_in_macros_count_once_for_each_use() {
    // The totals that llvm-cov wrote into both.
    for name in ["llvm-14-macros.json", "llvm-22-macros.json"] {
        let [lines, branches, _] = totals(&read(&[name]));
        assert_eq!((lines, branches), ((16, 17), (9, 20)), "{name}");
    }
}

#[test]
fn clovers_totals_are_those_of_istanbul() {
    // Its `<metrics>`: methods stand in no line.
    let clover = totals(&read(&["clover-one.xml"]));
    assert_eq!(clover, [(9, 15), (4, 13), (0, 0)]);
    let json = totals(&read(&["istanbul-one.json"]));
    assert_eq!(json, [(9, 15), (4, 13), (1, 4)]);
    // Both runs know a line and its branches, and neither which were taken.
    let both = totals(&read(&["clover-one.xml", "clover-two.xml"]));
    let exact = totals(&read(&["istanbul-one.json", "istanbul-two.json"]));
    assert_eq!(both[0], exact[0]);
    assert!(both[1].0 <= exact[1].0 && both[1].1 == exact[1].1);
}

#[test]
fn jacocos_totals_are_its_counters() {
    assert_eq!(
        totals(&read(&["jacoco-one.xml"])),
        [(12, 24), (5, 13), (3, 10)]
    );
    let all = totals(&read(&["jacoco-all.xml"]));
    assert_eq!(all, [(18, 24), (7, 13), (6, 10)]);
    // Only how many branches of a line were taken is known: at least so many.
    let both = totals(&read(&["jacoco-one.xml", "jacoco-two.xml"]));
    assert_eq!(both, [(18, 24), (6, 13), (6, 10)]);
}

#[test]
fn phpunits_and_openclovers_reports_are_clover_too() {
    let php = parse(
        "<?xml version=\"1.0\"?>\n<coverage generated=\"1\">\n\
         <project timestamp=\"1\">\n<file name=\"/app/A.php\">\n\
         <class name=\"A\"><metrics methods=\"1\"/></class>\n\
         <line num=\"3\" type=\"method\" name=\"go\" crap=\"1\" count=\"4\"/>\n\
         <line num=\"4\" type=\"stmt\" count=\"4\"/>\n\
         <line num=\"5\" type=\"stmt\" count=\"0\"/>\n</file>\n\
         </project></coverage>",
    )
    .expect("valid");
    assert_eq!(totals(&php), [(1, 2), (0, 0), (1, 1)]);
    let java = |ran: [u8; 2]| {
        let [truly, falsely] = ran;
        parse(&format!(
            "<coverage clover=\"4.5.2\"><project><package name=\"a\">\
             <file name=\"A.java\" path=\"/a/A.java\">\
             <line num=\"2\" type=\"cond\" complexity=\"1\" \
             truecount=\"{truly}\" falsecount=\"{falsely}\"/>\
             </file></package></project><testproject><file name=\"T\">\
             <line num=\"1\" type=\"stmt\" count=\"1\"/></file>\
             </testproject></coverage>"
        ))
        .expect("valid")
    };
    let mut both = java([3, 0]);
    assert_eq!(totals(&both), [(1, 1), (1, 2), (0, 0)]);
    // Which outcome came is known, so the union is exact.
    both.merge(&java([0, 2])).expect("no conflict");
    assert_eq!(totals(&both), [(1, 1), (2, 2), (0, 0)]);
    assert!(lcov(&both).contains("DA:2,5\n"));
}

#[test]
fn modules_of_a_jacoco_report_keep_their_files_apart() {
    let report = parse(
        "<report name=\"all\"><group name=\"api\"><package name=\"x\">\
         <sourcefile name=\"A.java\"><line nr=\"1\" mi=\"0\" ci=\"2\" mb=\"0\" \
         cb=\"0\"/></sourcefile></package></group><group name=\"web\">\
         <package name=\"x\"><class name=\"x/A$B\"><method name=\"f\" \
         desc=\"()V\"><counter type=\"METHOD\" missed=\"1\" covered=\"0\"/>\
         </method></class><sourcefile name=\"A.java\"><line nr=\"1\" mi=\"1\" \
         ci=\"0\" mb=\"0\" cb=\"0\"/></sourcefile></package></group></report>",
    )
    .expect("valid");
    let paths: Vec<_> = report.lines().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, ["api/x/A.java", "web/x/A.java"]);
    assert_eq!(totals(&report), [(1, 2), (0, 0), (0, 1)]);
}

#[test]
fn what_cannot_be_read_exactly_says_so() {
    for (text, expected) in [
        // Not yet the lines of the sources.
        (
            "{\"a.ts\":{\"inputSourceMap\":{},\"statementMap\":{},\"fnMap\":{},\
             \"branchMap\":{},\"s\":{},\"f\":{},\"b\":{}}}",
            "nyc report",
        ),
        ("{\"data\":[{\"files\":[{\"filename\":\"a.c\"}]}]}", "summary-only"),
        (
            "{\"a.js\":{\"statementMap\":{\"0\":{\"start\":{\"line\":1}}}",
            "ends",
        ),
        (
            "{\"a.js\":{\"statementMap\":{\"0\":{\"start\":{\"line\":1}}},\
             \"fnMap\":{},\"branchMap\":{},\"s\":{},\"f\":{},\"b\":{}}}",
            "statement 0 has no count",
        ),
        (
            "{\"a.js\":{\"statementMap\":{},\"fnMap\":{},\"branchMap\":{},\
             \"s\":{\"0\":-1},\"f\":{},\"b\":{}}}",
            "-1 is no count",
        ),
        ("<coverage><project ><file name='a'><line num='1'", "report:1:"),
        (
            "<coverage><project ><file name='a'><line num='x' type='stmt'",
            "report:1:",
        ),
        ("<report><group name='a'>", "ends too early"),
        (
            "<report><package name='a'><line nr='1' ci='1'/></package></report>",
            "outside of a <sourcefile>",
        ),
        ("{\"a.js\":{\"path\":\"a.js\",\"s\":{\"0\":1}}}", "JSON of Istanbul"),
        ("{\"data\":[{\"files\":[7]}]}", "JSON of llvm-cov: invalid type"),
        ("{\"lines\":[],\"coverage\":1}", "SimpleCov"),
        ("{\"result\":[{\"scriptId\":\"1\"}]}", "V8"),
        ("{}", "none of Istanbul or llvm-cov"),
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.is_malformed(), "{text}: {error}");
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
}

#[test]
fn what_has_no_line_costs_a_warning_where_that_is_allowed() {
    let json = "{\"a.vue\":{\"statementMap\":{\"0\":{\"start\":{\"line\":null}},\
                \"1\":{\"start\":{\"line\":2}}},\"fnMap\":{},\"branchMap\":{},\
                \"s\":{\"0\":1,\"1\":1},\"f\":{},\"b\":{}}}";
    let error = parse(json).expect_err("strict").to_string();
    assert!(error.contains("a.vue: statement 0 has no line"), "{error}");
    let mut profile = Profile::new().lenient();
    profile.read(json.as_bytes(), "report").expect("lenient");
    assert_eq!(totals(&profile)[0], (1, 1));
    assert!(profile.warnings()[0].contains("statement 0"));
}

#[test]
fn odd_but_meant_values_are_read() {
    // Old names, an else without a place, a count of a float, a huge one.
    let json = parse(
        "{\"a.js\":{\"path\":\"a.js\",\"statementMap\":{\"0\":{\"start\":\
         {\"line\":1,\"column\":0},\"end\":{\"line\":1,\"column\":null}}},\
         \"fnMap\":{\"0\":{\"name\":\"f\",\"line\":1}},\"branchMap\":{\"0\":\
         {\"line\":1,\"type\":\"if\",\"locations\":[{\"start\":{}},{}]}},\
         \"s\":{\"0\":1e3},\"f\":{\"0\":99999999999999999999},\
         \"b\":{\"0\":[1,0]}}}",
    )
    .expect("valid");
    assert_eq!(totals(&json), [(1, 1), (1, 2), (1, 1)]);
    assert!(lcov(&json).contains("DA:1,1000\n"));
    let wide: Vec<u8> = {
        let text = fs::read_to_string(data("reports").join("llvm-one.json"));
        let text = text.expect("it is committed");
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let wide = Profile::parse(&wide[..], "wide").expect("as PowerShell writes");
    assert_eq!(lcov(&wide), lcov(&read(&["llvm-one.json"])));
}

#[test]
fn a_small_report_asks_for_no_large_memory() {
    let mut export =
        "{\"data\":[{\"files\":[{\"filename\":\"a\",\"segments\":[\
                      [1,1,1,true,true,false]"
            .to_owned();
    for at in 1..40_u32 {
        let line = at * 100_000_000;
        export += &format!(",[{line},1,1,true,true,false]");
    }
    export += "]}]}],\"type\":\"llvm.coverage.json.export\"}";
    let profile = parse(&export).expect("valid");
    assert!(profile.total().statements < 200);
}

#[test]
fn a_run_that_is_written_in_several_formats_counts_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = |from: &str, to: &str| {
        let to = folder.path().join(to);
        fs::copy(data("reports").join(from), to).expect("it is copied");
    };
    fs::create_dir_all(folder.path().join("b")).expect("writable");
    copy("istanbul-all.info", "lcov.info");
    copy("istanbul-one.json", "coverage-final.json");
    copy("clover-one.xml", "clover.xml");
    // Another folder has another run; an empty file has none.
    copy("istanbul-one.json", "b/coverage-final.json");
    fs::write(folder.path().join("b/lcov.info"), "").expect("writable");
    let read = |argument: &str| {
        let argument = folder.path().join(argument);
        let mut search = Search::default();
        search.argument(argument.as_os_str()).expect("profiles");
        let names = search.inputs.iter().map(|input| {
            let name = input.name().replace('\\', "/");
            let folder = folder.path().display().to_string() + "/";
            let folder = folder.replace('\\', "/");
            name.strip_prefix(&folder).unwrap_or(&name).to_owned()
        });
        names.collect::<Vec<_>>()
    };
    assert_eq!(read(""), ["b/coverage-final.json", "lcov.info"]);
    assert_eq!(read("*"), ["b/coverage-final.json", "lcov.info"]);
    // What is meant is read.
    let json = ["b/coverage-final.json", "coverage-final.json"];
    assert_eq!(read("**/*.json"), json);
    assert_eq!(read("clover.xml"), ["clover.xml"]);
}

#[test]
fn four_billion_branches_of_a_line_are_written_as_two() {
    let clover = "<coverage clover=\"1\"><project ><file name=\"a\"><line \
                  num=\"1\" type=\"cond\" count=\"1\" \
                  truecount=\"2147483648\" falsecount=\"2147483647\"/>\
                  </file></project></coverage>";
    let cobertura = "<coverage><packages><package><classes>\
                     <class filename=\"a\"><lines><line number=\"1\" \
                     hits=\"1\" branch=\"true\" condition-coverage=\"50% \
                     (2147483648/4294967295)\"/></lines></class></classes>\
                     </package></packages></coverage>";
    for text in [clover, cobertura] {
        let profile = parse(text).expect("valid");
        let written = lcov(&profile);
        assert!(written.len() < 200, "{written}");
        assert!(written.contains("BRF:2\nBRH:1\n"), "{written}");
        // No total is lost.
        assert_eq!(profile.branch_total().statements, u64::from(u32::MAX));
    }
    // A line of a packed script has many that are real.
    let real = clover.replace("2147483648", "9000").replace("2147483647", "9");
    assert!(lcov(&parse(&real).expect("valid")).contains("BRF:9009\n"));
}

#[test]
fn a_damaged_report_is_an_error_or_a_profile_and_never_a_panic() {
    let names = [
        "istanbul-one.json",
        "llvm-one.json",
        "llvm-14-macros.json",
        "clover-one.xml",
        "jacoco-one.xml",
    ];
    for name in names {
        let whole = fs::read(data("reports").join(name)).expect("committed");
        for end in (0..whole.len()).step_by(31) {
            let _ = Profile::parse(&whole[..end], name);
        }
        // Numbers that a small generator draws: the same in each run.
        let mut state = 1_u64;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005) + 1;
            (state >> 33) as usize % below
        };
        for _ in 0..200 {
            let mut damaged = whole.clone();
            for _ in 0..=draw(3) {
                let at = draw(damaged.len());
                damaged[at] = b"0-9\"{[<>,\xff"[draw(10)];
            }
            if let Ok(profile) = Profile::parse(&damaged[..], name) {
                // What was read can be written.
                let written = lcov(&profile);
                Profile::parse(written.as_bytes(), name).expect("our own");
                profile.html(None);
            }
        }
    }
}

#[test]
fn no_name_of_a_report_is_read_as_a_record() {
    let json = "{\"a\\nDA:7,7\":{\"statementMap\":{},\"fnMap\":{\"0\":{\"name\":\
                \"f\\nend_of_record\",\"line\":1}},\"branchMap\":{},\"s\":{},\
                \"f\":{\"0\":1},\"b\":{}},\"\":{\"statementMap\":{},\"fnMap\":{},\
                \"branchMap\":{},\"s\":{},\"f\":{},\"b\":{}}}";
    let written = lcov(&parse(json).expect("valid"));
    assert!(written.contains("SF:a DA:7,7\n"), "{written}");
    let again = parse(&written).expect("our own");
    assert_eq!(totals(&again), [(0, 0), (0, 0), (1, 1)]);
    assert_eq!(again.files(None).count(), 2);
}
