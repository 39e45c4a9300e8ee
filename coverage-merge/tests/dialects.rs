//! LCOV and Cobertura as their many producers write them.

use coverage_merge::{LcovVersion, Profile};

fn union(texts: &[&str]) -> Profile {
    let mut union = Profile::new();
    for text in texts {
        union.read(text.as_bytes(), "text").expect(text);
    }
    union.join_sources().expect("no checksums");
    union
}

fn lcov(profile: &Profile, version: LcovVersion) -> String {
    let mut out = Vec::new();
    profile.write_lcov(&mut out, version).expect("a vector takes all");
    String::from_utf8(out).expect("a tracefile is text")
}

fn cobertura(profile: &Profile) -> String {
    let mut out = Vec::new();
    profile.write_cobertura(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("a report is text")
}

const LCOV_1: &str = "SF:a.c\nFN:3,foo\nFNDA:2,foo\nBRDA:4,0,0,2\n\
    BRDA:4,0,1,0\nBRDA:4,0,2,0\nDA:3,2\nDA:4,2\nend_of_record\n";
const LCOV_2: &str = "SF:a.c\nFNL:0,3,7\nFNA:0,1,foo\nBRDA:4,f0,0,0\n\
    BRDA:4,e0,1,1\nBRDA:4,U0,2,0\nDA:3,1\nDA:4,1\nend_of_record\n";

#[test]
fn both_versions_of_lcov_mean_the_same_functions_and_branches() {
    let both = [LCOV_1, LCOV_2];
    for texts in [both, [LCOV_2, LCOV_1]] {
        let profile = union(&texts);
        let one = lcov(&profile, LcovVersion::One);
        assert!(one.contains("FNDA:3,foo\nFNF:1\nFNH:1\n"), "{one}");
        let branches = "BRDA:4,0,0,2\nBRDA:4,0,1,1\nBRF:2\nBRH:2\n";
        assert!(one.contains(branches), "{one}");
        assert_eq!(lcov(&union(&[&one]), LcovVersion::One), one);
        let two = lcov(&profile, LcovVersion::Two);
        assert!(two.contains("FN:3,7,foo\n"), "{two}");
        assert!(two.contains("BRDA:4,f0,0,2\nBRDA:4,e0,1,1\n"), "{two}");
        assert_eq!(lcov(&union(&[&two]), LcovVersion::Two), two);
        assert_eq!(profile.branch_total().statements, 2);
    }
}

#[test]
fn a_call_may_come_before_its_function() {
    let text = "SF:a.c\nFNDA:2,f\nFN:1,f\nFN:9,f\nFNDA:3,f\nDA:1,1\n\
                end_of_record\n";
    let out = lcov(&union(&[text]), LcovVersion::One);
    assert!(out.contains("FN:1,f\nFN:9,f\n"), "{out}");
    assert!(out.contains("FNF:2\n"), "{out}");
    assert_eq!(lcov(&union(&[&out]), LcovVersion::One), out);
}

#[test]
fn branches_with_texts_are_numbers_for_lcov_1() {
    let text = "SF:a.py\nBRDA:1,0,jump to line 2,1\nBRDA:1,0,exit,0\n\
                DA:1,1\nend_of_record\n";
    let one = lcov(&union(&[text]), LcovVersion::One);
    assert!(one.contains("BRDA:1,0,0,0\nBRDA:1,0,1,1\nBRF:2\n"), "{one}");
    let two = lcov(&union(&[text]), LcovVersion::Two);
    assert!(two.contains("BRDA:1,0,jump to line 2,1\n"), "{two}");
}

#[test]
fn bazels_branches_are_read() {
    let text = "SF:a.cc\nBA:4,2\nBA:4,1\nBA:5,0\nDA:4,1\nend_of_record\n";
    let out = lcov(&union(&[text]), LcovVersion::One);
    let expected = "BRDA:4,0,0,1\nBRDA:4,0,1,0\nBRDA:5,0,0,-\nBRF:3\nBRH:1\n";
    assert!(out.contains(expected), "{out}");
}

#[test]
fn blanks_around_numbers_cost_no_count_where_odd_records_are_allowed() {
    let text = "SF:a.c\nDA: 1, 5 \nBRDA: 1,0,0, 2\nFNDA: 3,f\nFN:1,f\n\
                end_of_record\n";
    assert!(Profile::new().read(text.as_bytes(), "text").is_err());
    let mut profile = Profile::new().lenient();
    profile.read(text.as_bytes(), "text").expect("lenient");
    assert_eq!(profile.warnings().len(), 3, "{:?}", profile.warnings());
    let out = lcov(&profile, LcovVersion::One);
    for record in ["DA:1,5\n", "BRDA:1,0,0,2\n", "FNDA:3,f\n"] {
        assert!(out.contains(record), "{record}{out}");
    }
}

#[test]
fn names_that_are_not_utf_8_stay_apart() {
    let mut profile = Profile::new();
    for byte in [0xE8, 0xE9] {
        let mut text = b"SF:caf".to_vec();
        text.push(byte);
        text.extend_from_slice(b".c\nDA:1,1\nend_of_record\n");
        profile.read(&text[..], "text").expect("any bytes");
    }
    let paths = profile.lines().into_iter().map(|file| file.path);
    assert_eq!(paths.collect::<Vec<_>>(), ["cafè.c", "café.c"]);
}

/// A report of one file, whose second line has this decision.
fn report(source: &str, decision: &str) -> String {
    format!(
        "<?xml version='1.0'?><coverage><sources><source>{source}</source>\
         </sources><packages><package name='p'><classes>\
         <class name='a' filename='p/a.py'><methods/><lines>\
         <line number='1' hits='1'/><line number='2' hits='1' {decision}/>\
         </lines></class></classes></package></packages></coverage>"
    )
}

fn half(missing: &str) -> String {
    let half = "branch='true' condition-coverage='50% (1/2)'";
    report("/w", &format!("{half} {missing}"))
}

#[test]
fn branches_of_cobertura_are_united() {
    let whole = r#"condition-coverage="100% (2/2)""#;
    let part = r#"condition-coverage="50% (1/2)""#;
    let (a, b) = (half("missing-branches='3'"), half("missing-branches='5'"));
    let once = cobertura(&union(&[&a]));
    assert!(once.contains(part) && once.contains("branches-valid=\"2\""));
    let both = cobertura(&union(&[&a, &b]));
    assert!(both.contains(whole), "{both}");
    // A tree of merges is the same.
    let later = cobertura(&union(&[&once, &cobertura(&union(&[&b]))]));
    assert_eq!(later, both);
    let unknown = cobertura(&union(&[&half(""), &half("")]));
    assert!(unknown.contains(part), "{unknown}");
}

#[test]
fn branches_of_lcov_are_those_of_cobertura() {
    let branch = |a, b| {
        format!(
            "SF:a.c\nBRDA:1,0,0,{a}\nBRDA:1,0,1,{b}\nDA:1,1\nend_of_record\n"
        )
    };
    let reports =
        [branch(1, 0), branch(0, 1)].map(|text| cobertura(&union(&[&text])));
    assert!(reports[0].contains("(1/2)"), "{}", reports[0]);
    let both = cobertura(&union(&[&reports[0], &reports[1]]));
    assert!(both.contains("(2/2)"), "{both}");
}

#[test]
fn a_file_is_its_source_and_its_name() {
    let (a, b) = (report("/repo/a", ""), report("/repo/b", ""));
    let both = union(&[&a, &b]);
    let paths = both.lines().into_iter().map(|file| file.path);
    let expected = ["/repo/a/p/a.py", "/repo/b/p/a.py"];
    assert_eq!(paths.collect::<Vec<_>>(), expected);
    let text = cobertura(&both);
    assert!(text.contains("<source>/repo</source>"), "{text}");
    assert!(text.contains("filename=\"a/p/a.py\""), "{text}");
    assert_eq!(cobertura(&union(&[&text])), text);
    // What another format knows without the source is the same file.
    let tracefile = "SF:p/a.py\nDA:1,1\nend_of_record\n";
    assert_eq!(union(&[&a, tracefile]).lines().len(), 1);
    assert_eq!(union(&[&a, &b, tracefile]).lines().len(), 3);
}

/// A monorepo's reports name what lies above them, and a path may be anything.
#[test]
fn a_path_that_leads_above_its_report_is_one_in_each_format() {
    let parts = ["..", ".", "a", "", "C:", "..."];
    let mut paths = vec!["../a.js".to_owned(), "../../x/../a.js".to_owned()];
    for first in parts {
        for second in parts {
            for between in ["/", "\\"] {
                paths.push(format!("{first}{between}{second}/a.js"));
            }
        }
    }
    for path in paths {
        let json = path.replace('\\', "\\\\");
        let texts = [
            format!("SF:{path}\nDA:1,1\nend_of_record\n"),
            format!(
                r#"<coverage><packages><package><classes><class name="a"
                filename="{path}"><lines><line number="1" hits="1"/></lines>
                </class></classes></package></packages></coverage>"#
            ),
            format!(
                r#"<coverage generated="1"><project><file name="{path}"
                path="{path}"><line num="1" count="1" type="stmt"/></file>
                </project></coverage>"#
            ),
            format!(
                r#"{{"a":{{"path":"{json}","statementMap":{{"0":{{"start":
                {{"line":1,"column":0}},"end":{{"line":1,"column":1}}}}}},
                "s":{{"0":1}},"fnMap":{{}},"f":{{}},"branchMap":{{}},
                "b":{{}}}}}}"#
            ),
        ];
        let texts = texts.each_ref().map(String::as_str);
        let lines = union(&texts).lines();
        let [file] = &lines[..] else { panic!("{path}: {lines:?}") };
        assert_eq!(file.lines, [(1, 4)], "{path}");
        // What was written is read as the same file.
        let written = lcov(&union(&texts), LcovVersion::One);
        let again = union(&[&written, texts[0]]).lines();
        assert_eq!(again.len(), 1, "{path}: {again:?}");
    }
}

/// As `cat` puts files of Windows together.
#[test]
fn a_byte_order_mark_may_stand_inside() {
    let go = "mode: count\na.go:1.1,2.2 1 5\n";
    let lcov = "SF:a.c\nDA:1,5\nend_of_record\n";
    let marked = |text: &str| format!("\u{feff}{text}");
    for text in [go, lcov] {
        let twice = [marked(text), marked(text)].concat();
        let lines = union(&[&twice]).lines();
        assert_eq!((lines.len(), lines[0].lines[0]), (1, (1, 10)));
    }
    let path = go.replace("\na", "\n\u{feff}a");
    assert_eq!(union(&[go, &path]).lines().len(), 1);
}

#[test]
fn lines_of_methods_count_where_the_class_has_none() {
    let text = "<coverage><class name='A' filename='A.java'><methods>\
                <method name='f'><lines><line number='3' hits='1'/></lines>\
                </method></methods><lines/></class></coverage>";
    assert_eq!(union(&[text]).lines()[0].lines, [(3, 1)]);
}

#[test]
fn xml_is_read_in_its_encoding() {
    let text = "<?xml version='1.0' encoding='ENC'?><coverage><class name='a' \
                filename='café.py'><lines><line number='1' hits='1'/></lines>\
                </class></coverage>";
    let latin: Vec<u8> = text
        .replace("ENC", "ISO-8859-1")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("a byte"))
        .collect();
    let mut wide = vec![0xFF, 0xFE];
    let units = text.replace("ENC", "UTF-16");
    wide.extend(units.encode_utf16().flat_map(u16::to_le_bytes));
    for bytes in [latin, wide] {
        let profile = Profile::parse(&bytes[..], "x").expect("known");
        assert_eq!(profile.lines()[0].path, "café.py");
    }
    let unknown = text.replace("ENC", "nonsense");
    let error = Profile::parse(unknown.as_bytes(), "x").expect_err("unknown");
    assert!(error.to_string().contains("nonsense"), "{error}");
}

#[test]
fn a_package_stands_once_and_xml_holds_all_paths() {
    let text = "mode: set\nx/a.go:1.1,1.2 1 1\nx/b/c.go:1.1,1.2 1 1\n\
                x/d\u{1}.go:1.1,1.2 1 0\n";
    let report = cobertura(&union(&[text]));
    assert_eq!(report.matches("<package name=\"x\"").count(), 1, "{report}");
    assert!(report.contains("x/d\u{fffd}.go"), "{report}");
}

#[test]
fn a_small_profile_cannot_ask_for_much() {
    let mut text = "mode: set\n".to_owned();
    for at in 0..2_000_u32 {
        let (from, to) = (at * 1_000_000 + 1, 4_000_000_000_u32 - at);
        text += &format!("m/a.go:{from}.1,{to}.2 1 1\n");
    }
    assert!(union(&[&text]).lines()[0].lines.len() < 10_000);
    let blanks = format!("<coverage>{}", " ".repeat(17 << 20));
    let error = Profile::parse(blanks.as_bytes(), "x").expect_err("no report");
    assert!(error.to_string().contains("16 MiB"), "{error}");
}

/// A call before its function is found when the file ends, and the next one is
/// predicted.
#[test]
fn a_call_before_its_function_counts_in_each_input() {
    let text = "SF:a.c\nFNDA:5,f\nFN:1,f\nDA:1,5\nend_of_record\n\
                SF:b.c\nDA:1,1\nend_of_record\n";
    let together = [text, text].concat();
    for texts in [&[text, text][..], &[&together]] {
        let out = lcov(&union(texts), LcovVersion::One);
        assert!(out.contains("FNDA:10,f\n"), "{out}");
    }
}
