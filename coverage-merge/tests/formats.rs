//! Each format is read, told apart by its content, and written.

mod common;

use common::data;
use coverage_merge::{LcovVersion, Order, Profile};
use std::fs;
use std::io::Write;
use std::path::Path;

fn go_text(profile: &Profile, order: Order) -> String {
    let mut out = Vec::new();
    profile.write_ordered(&mut out, order).expect("a vector takes all");
    String::from_utf8(out).expect("a profile is text")
}

fn lcov(profile: &Profile, version: LcovVersion) -> String {
    let mut out = Vec::new();
    profile.write_lcov(&mut out, version).expect("a vector takes all");
    String::from_utf8(out).expect("a tracefile is text")
}

fn parse(text: &str) -> Profile {
    Profile::parse(text.as_bytes(), "text").expect(text)
}

#[test]
fn a_gocoverdir_is_as_go_tool_covdata_textfmt_says() {
    for mode in ["set", "count"] {
        let folder = data(&format!("gocoverdir-{mode}"));
        let profile = Profile::merge_files([folder]).expect("valid");
        let expected = data(&format!("gocoverdir-{mode}.txt"));
        let expected = fs::read_to_string(expected).expect("committed");
        assert_eq!(go_text(&profile, Order::Go), expected);
    }
}

/// The files of the committed `GOCOVERDIR`: metadata, then counters.
fn covdata() -> (Vec<u8>, Vec<Vec<u8>>) {
    let folder = data("gocoverdir-count");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("committed")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let mut files: Vec<_> =
        paths.iter().map(|path| fs::read(path).expect("readable")).collect();
    let meta = files.pop().expect("covmeta is the last by name");
    (meta, files)
}

fn read_covdata(meta: &[u8], counters: &[u8]) -> Result<Profile, String> {
    let mut profile = Profile::new();
    profile
        .read_covdata(("covmeta", meta), [("covcounters", counters)])
        .map_err(|error| error.to_string())?;
    Ok(profile)
}

#[test]
fn a_binary_file_cut_off_anywhere_is_an_error() {
    let (meta, counters) = covdata();
    assert!(read_covdata(&meta, &counters[0]).is_ok());
    for end in 0..counters[0].len() {
        let error = read_covdata(&meta, &counters[0][..end]);
        error.expect_err(&format!("{end} bytes of counters"));
    }
    for end in (0..meta.len()).step_by(7) {
        let error = read_covdata(&meta[..end], &counters[0]);
        error.expect_err(&format!("{end} bytes of metadata"));
    }
}

#[test]
fn any_changed_byte_of_a_binary_file_is_read_or_refused() {
    let (meta, counters) = covdata();
    for at in 0..counters[0].len() {
        let mut changed = counters[0].clone();
        changed[at] ^= 0xFF;
        let _ = read_covdata(&meta, &changed);
    }
    for at in (0..meta.len()).step_by(11) {
        let mut changed = meta.clone();
        changed[at] ^= 0xFF;
        let _ = read_covdata(&changed, &counters[0]);
    }
}

/// The same counters in four bytes each, as the other flavour has them.
fn raw(uleb: &[u8], big_endian: bool) -> Vec<u8> {
    const HEADER: usize = 32;
    let length = |at: usize| {
        let bytes = uleb[HEADER + at..HEADER + at + 4].try_into();
        u32::from_le_bytes(bytes.expect("four bytes")) as usize
    };
    let tables = length(8) + length(12);
    let start = (HEADER + 16 + tables).next_multiple_of(4);
    let mut out = uleb[..start].to_vec();
    (out[24], out[25]) = (1, u8::from(big_endian));
    let (mut value, mut shift) = (0_u32, 0);
    for byte in &uleb[start..uleb.len() - 16] {
        value |= u32::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            out.extend(if big_endian {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            });
            (value, shift) = (0, 0);
        }
    }
    out.extend(&uleb[uleb.len() - 16..]);
    out
}

#[test]
fn all_flavours_of_counters_say_the_same() {
    let (meta, counters) = covdata();
    for uleb in &counters {
        let expected = read_covdata(&meta, uleb).expect("valid");
        for big_endian in [false, true] {
            let raw = raw(uleb, big_endian);
            let profile = read_covdata(&meta, &raw).expect("valid");
            assert_eq!(
                go_text(&profile, Order::File),
                go_text(&expected, Order::File)
            );
        }
    }
}

#[test]
fn counters_need_their_own_metadata() {
    let (_, counters) = covdata();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let name = "covcounters.0123.1.2";
    fs::write(folder.path().join(name), &counters[0]).expect("writable");
    let error = Profile::merge_files([folder.path()]).expect_err("alone");
    let message = error.to_string();
    assert!(message.contains("counters without metadata"), "{message}");

    let other = data("gocoverdir-set");
    let meta = fs::read_dir(other).expect("committed").find_map(|entry| {
        let path = entry.expect("readable").path();
        let name = path.file_name()?.to_string_lossy().into_owned();
        name.starts_with("covmeta").then(|| fs::read(path))
    });
    let meta = meta.expect("one").expect("readable");
    let message = read_covdata(&meta, &counters[0]).expect_err("another");
    assert!(message.contains("of another program"), "{message}");
}

#[test]
fn one_binary_file_alone_says_what_to_give() {
    let (meta, _) = covdata();
    let error = Profile::parse(&meta[..], "covmeta.x").expect_err("alone");
    assert!(error.to_string().contains("GOCOVERDIR"), "{error}");
}

#[test]
fn compressed_inputs_are_read() {
    let text = fs::read(data("set-sort.out")).expect("committed");
    let plain = Profile::parse(&text[..], "plain").expect("valid");
    let mut gzip =
        flate2::write::GzEncoder::new(Vec::new(), Default::default());
    gzip.write_all(&text).expect("a vector takes all");
    let gzip = gzip.finish().expect("a vector takes all");
    let zstd = zstd::encode_all(&text[..], 3).expect("a vector takes all");
    for packed in [gzip, zstd] {
        let profile = Profile::parse(&packed[..], "packed").expect("valid");
        let expected = go_text(&plain, Order::File);
        assert_eq!(go_text(&profile, Order::File), expected);
        let cut = &packed[..packed.len() / 2];
        let error = Profile::parse(cut, "cut").expect_err("half of it");
        assert!(error.is_io(), "{error}");
    }
}

const LCOV_1: &str = "\
TN:test
SF:src/a b.c
FN:1,main
FN:9,operator,(int)
FNDA:2,main
FNDA:0,operator,(int)
FNF:2
FNH:1
BRDA:2,0,0,1
BRDA:2,0,1,-
BRF:2
BRH:1
DA:1,2
DA:2,2
DA:9,0
LF:3
LH:2
end_of_record
";

#[test]
fn lcov_1_is_read_and_written() {
    let twice = parse(&format!("{LCOV_1}{LCOV_1}"));
    let expected = LCOV_1
        .replace("TN:test", "TN:")
        .replace("FNDA:2", "FNDA:4")
        .replace("DA:2,0,0,1", "DA:2,0,0,2")
        .replace("\nDA:1,2", "\nDA:1,4")
        .replace("\nDA:2,2", "\nDA:2,4");
    assert_eq!(lcov(&twice, LcovVersion::One), expected);
    assert_eq!(twice.total().covered, 2);
    assert_eq!(twice.total().statements, 3);
}

#[test]
fn lcov_2_is_read_and_written() {
    let two = "TN:\nSF:a.c\nFNL:0,1,5\nFNA:0,3,f\nFNA:0,1,f_alias\n\
               FNL:1,7\nFNA:1,0,g\nMCDC:2,2,t,1,0,a > b, c\n\
               MCDC:2,2,f,0,0,a > b, c\nDA:2,3,Xyz==\nend_of_record\n";
    let expected = "TN:\nSF:a.c\nFN:1,5,f\nFN:1,5,f_alias\nFN:7,g\n\
                    FNDA:3,f\nFNDA:1,f_alias\nFNDA:0,g\nFNF:3\nFNH:2\n\
                    MCDC:2,2,f,0,0,a > b, c\nMCDC:2,2,t,1,0,a > b, c\n\
                    MCF:2\nMCH:1\nDA:2,3,Xyz==\nLF:1\nLH:1\n\
                    end_of_record\n";
    let profile = parse(two);
    let text = lcov(&profile, LcovVersion::Two);
    assert_eq!(text, expected);
    assert_eq!(lcov(&parse(&text), LcovVersion::Two), expected);
    let one = lcov(&profile, LcovVersion::One);
    assert!(one.contains("FN:1,f\n") && !one.contains("MCDC"), "{one}");
}

/// LCOV 2 refuses an index that is not the next of its group.
#[test]
fn many_conditions_stand_in_the_order_of_their_numbers() {
    let record = |at: u32| format!("MCDC:1,12,t,{at},{at},x{at}\n");
    let records: String = (0..12).map(record).collect();
    let text = format!("SF:a.c\n{records}DA:1,1\nend_of_record\n");
    let profile = parse(&text);
    assert!(profile.has_conditions());
    let two = lcov(&profile, LcovVersion::Two);
    assert!(two.contains(&format!("{records}MCF:12\nMCH:11\n")), "{two}");
    let twice = parse(&(text.clone() + &text));
    let two = lcov(&twice, LcovVersion::Two);
    assert!(two.contains("MCDC:1,12,t,22,11,x11\nMCF:12\n"), "{two}");
}

#[test]
fn a_branch_reached_once_is_reached() {
    let record =
        |taken| format!("SF:a.c\nBRDA:1,0,0,{taken}\nDA:1,1\nend_of_record\n");
    for (a, b, expected) in
        [("-", "-", "-"), ("-", "0", "0"), ("3", "-", "3"), ("1", "2", "3")]
    {
        let profile = parse(&(record(a) + &record(b)));
        let text = lcov(&profile, LcovVersion::One);
        let expected = format!("BRDA:1,0,0,{expected}\nBRF:1\n");
        assert!(text.contains(&expected), "{a} and {b}: {text}");
    }
}

#[test]
fn a_malformed_tracefile_is_named() {
    let cases = [
        ("SF:a\nDA:x,1\n", "t:2:1: expected DA:LINE,COUNT"),
        ("SF:a\nDA:1,-1\n", "t:2:1: expected DA:LINE,COUNT"),
        ("SF:a\nDA:1\n", "t:2:1: expected DA:LINE,COUNT"),
        ("SF:a\nDA:1,1\n", "t:2:1: the tracefile ends without"),
        ("SF:a\nSF:b\n", "t:2:1: a new SF before"),
        ("TN:\nDA:1,1\n", "t:2:1: a record before SF:"),
        ("SF:a\nXX:1,1\n", "t:2:1: an unknown kind of record"),
        ("SF:a\nnonsense\n", "t:2:1: expected a record"),
        ("SF:a\nFN:1\n", "t:2:1: expected FN:LINE,NAME"),
        ("SF:a\nFNDA:a,b\n", "t:2:1: expected FNDA"),
        ("SF:a\nFNA:1,1,f\n", "t:2:1: an FNA whose index"),
        ("SF:a\nBRDA:1,0,-\n", "t:2:1: expected BRDA"),
        ("SF:a\nMCDC:1,2,x,1,0,e\n", "t:2:1: expected MCDC"),
        ("SF:\n", "t:1:1: expected a path"),
        ("SF:a\nDA:1,1,x\nDA:1,1,y\n", "t:3:1: the line's checksum"),
    ];
    for (text, expected) in cases {
        let error = Profile::parse(text.as_bytes(), "t").expect_err(text);
        assert!(error.to_string().starts_with(expected), "{text}: {error}");
    }
}

const COBERTURA: &str = r#"<?xml version="1.0"?>
<coverage line-rate="0.5"><sources><source>/src</source></sources>
<packages><package name="p"><classes>
<class name="A" filename="a&lt;b&gt;.py"><methods><method name="f">
<lines><line number="1" hits="7"/></lines></method></methods>
<lines><line number="1" hits="1"/><line number="2" hits="0"/></lines>
</class></classes></package></packages></coverage>
"#;

#[test]
fn cobertura_is_read_and_written() {
    let mut profile = parse(COBERTURA);
    profile.read(COBERTURA.as_bytes(), "again").expect("valid");
    let files = profile.lines();
    assert_eq!(files[0].path, "/src/a<b>.py");
    assert_eq!(files[0].lines, [(1, 2), (2, 0)]);
    let reports = profile.cobertura(None);
    let [report] = &reports[..] else { panic!("one") };
    assert!(report.contains(r#"filename="a&lt;b&gt;.py""#), "{report}");
    assert!(report.contains(r#"lines-covered="1" lines-valid="2""#));
    assert_eq!(parse(report).lines(), files);
}

#[test]
fn malformed_xml_is_named() {
    let cases = [
        ("<coverage>", "x:1:11: the report ends too early"),
        ("<html></html>", "x:1:14: no <coverage> element"),
        ("<coverage><class></class></coverage>", "x:1:18: <class> without"),
        (
            "<coverage>\n<line number='1' hits='1'/></coverage>",
            "x:2:28: a <line> outside",
        ),
        ("<coverage></nonsense>", "x:1:"),
    ];
    for (text, expected) in cases {
        let error = Profile::parse(text.as_bytes(), "x").expect_err(text);
        assert!(error.to_string().starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn a_large_report_is_split() {
    let mut text = String::new();
    for file in 0..100 {
        text += &format!("SF:p{}/f{file}.c\n", file / 10);
        for line in 1..50 {
            text += &format!("DA:{line},1\n");
        }
        text += "end_of_record\n";
    }
    let profile = parse(&text);
    let limit = 40_000;
    let reports = profile.cobertura(Some(limit));
    assert!(reports.len() > 1);
    let mut union = Profile::new();
    for report in &reports {
        assert!(report.len() <= limit, "{}", report.len());
        union.read(report.as_bytes(), "a part").expect("valid");
    }
    assert_eq!(union.lines(), profile.lines());
}

#[test]
fn blocks_become_lines() {
    let text = "mode: count\na.go:1.2,3.4 2 5\na.go:3.4,5.1 1 0\n\
                a.go:3.4,3.9 1 7\na.go:7.1,9.9 0 3\n";
    let expected = [(1, 5), (2, 5), (3, 7), (4, 0)];
    assert_eq!(parse(text).lines()[0].lines, expected);
}

#[test]
fn a_folder_is_searched_for_profiles() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("inside")).expect("writable");
        fs::write(path, text).expect("writable");
    };
    write("readme.txt", "nothing\n");
    let nothing = Profile::merge_files([folder.path()]).expect_err("none");
    assert!(nothing.to_string().contains("no profile"), "{nothing}");
    write("deep/er/a.out", "mode: set\na.go:1.1,2.2 1 1\n");
    write("b.info", "SF:b.c\nDA:1,1\nend_of_record\n");
    let profile = Profile::merge_files([folder.path()]).expect("two");
    let paths: Vec<_> =
        profile.lines().into_iter().map(|file| file.path).collect();
    assert_eq!(paths, ["a.go", "b.c"]);
}

#[test]
fn a_missing_file_is_an_error_of_the_system() {
    let error = Profile::merge_files([Path::new("no/such")]);
    let error = error.expect_err("missing");
    assert!(error.is_io());
    assert_eq!(error.input(), "no/such");
}
