//! Functions: which there are, how many ran, and gates on them.

mod common;

use std::fs;

use common::{run, stderr, stdout};
use coverage_merge::{Gates, LcovVersion, Profile, SourceTree};
use tempfile::TempDir;

const SOURCE: &str = "package m

func called() int {
\treturn 1
}

func (p *Pair[K, V]) never() {
\tp.swap()
}

func empty() {}

func assembly(x int) int
";

const GO: &str = "mode: count\nx.org/m/a.go:3.19,5.2 1 2\n\
    x.org/m/a.go:7.30,9.2 1 0\n";

/// Two instances of one function, and another.
const GENERIC: &str = "SF:shop.rs\n\
    FN:16,_RINvCsbxQjNsTKZZh_4shop7largestReEB2_\n\
    FN:16,_RINvCsbxQjNsTKZZh_4shop7largestlEB2_\n\
    FN:23,_RNvCsbxQjNsTKZZh_4shop5never\n\
    FNDA:0,_RINvCsbxQjNsTKZZh_4shop7largestReEB2_\n\
    FNDA:3,_RINvCsbxQjNsTKZZh_4shop7largestlEB2_\n\
    FNDA:0,_RNvCsbxQjNsTKZZh_4shop5never\nDA:16,3\nend_of_record\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("writable");
    };
    write("go.mod", "module x.org/m\n");
    write("a.go", SOURCE);
    write("a.out", GO);
    write("b.info", GENERIC);
    folder
}

#[test]
fn functions_of_go_count_where_the_sources_are_known() {
    let folder = folder();
    let table = stdout(&folder, "report a.out --source .");
    assert!(table.contains("functions") && table.contains("50.0%"), "{table}");
    let json = stdout(&folder, "report a.out --source . --format json");
    let json: String = json.split_whitespace().collect();
    assert!(
        json.contains("\"functions\":{\"covered\":1,\"total\":2}"),
        "{json}"
    );
    let markdown = stdout(&folder, "report a.out --source . --format markdown");
    let (header, rows) = markdown.split_once('\n').expect("lines");
    assert_eq!(header, "| | covered | of | | functions |");
    assert!(rows.contains("| **total** | 1 | 2 | 50.0% | 50.0% |"), "{rows}");
    let rows = stdout(&folder, "report a.out --source . --by function");
    assert!(rows.contains("x.org/m/a.go:7: Pair.never"), "{rows}");
}

#[test]
fn gates_on_functions_of_go_need_the_sources() {
    let folder = folder();
    let gate = "check a.out --fail-under-functions";
    run(&folder, &format!("{gate} 50 --source .")).success();
    run(&folder, &format!("{gate} 51 --source .")).code(1);
    let told = stderr(&run(&folder, &format!("{gate} 50")).code(1));
    assert!(told.contains("--source"), "{told}");
    let profile = Profile::parse(GO.as_bytes(), "a.out").expect("valid");
    let tree = SourceTree::new(folder.path()).expect("it is there");
    let gates = Gates { functions: Some(50.0), ..Gates::default() };
    let missed = gates.missed(&profile, Some(&tree)).expect("no glob");
    assert_eq!(missed, [] as [String; 0]);
}

#[test]
fn a_generic_function_counts_once_in_rows_and_totals() {
    let profile = Profile::parse(GENERIC.as_bytes(), "b.info").expect("valid");
    let total = profile.function_total(None);
    assert_eq!((total.covered, total.statements), (1, 2));
    let file = profile.files(None).next().expect("one file");
    let names: Vec<_> = file.functions.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["shop::largest", "shop::never"]);
    let counts: Vec<_> = file.functions.iter().map(|it| it.count).collect();
    assert_eq!(counts, [3, 0]);
}

#[test]
fn a_file_of_go_and_of_a_tracefile_is_written_once() {
    let tracefile = "SF:x.org/m/a.go\nFN:3,called\nFNDA:1,called\nDA:3,1\n\
                     BRDA:3,0,0,1\nend_of_record\n";
    let mut profile = Profile::parse(GO.as_bytes(), "a.out").expect("valid");
    profile.read(tracefile.as_bytes(), "a.info").expect("valid");
    let lcov = |profile: &Profile| {
        let mut out = Vec::new();
        profile.write_lcov(&mut out, LcovVersion::Two).expect("a vector");
        String::from_utf8(out).expect("text")
    };
    let once = lcov(&profile);
    assert_eq!(once.matches("SF:").count(), 1, "{once}");
    assert!(once.contains("DA:3,3\n") && once.contains("DA:4,2\n"), "{once}");
    assert!(once.contains("FNDA:1,called") && once.contains("BRDA:3,0,0,1"));
    let again = Profile::parse(once.as_bytes(), "once").expect("our own");
    assert_eq!(lcov(&again), once);
}

#[test]
fn paths_of_modules_in_folders_are_those_of_the_repository() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let place = folder.path().join(name);
        fs::create_dir_all(place.parent().expect("a folder")).expect("ours");
        fs::write(place, text).expect("writable");
    };
    write("backend/go.mod", "module x.org/m\n");
    write("backend/a.go", SOURCE);
    write("a.out", GO);
    let xml = stdout(&folder, "a.out --format cobertura --source .");
    assert!(xml.contains("filename=\"backend/a.go\""), "{xml}");
    let github = stdout(&folder, "report a.out --format github --source .");
    assert!(github.contains("file=backend/a.go,line=7"), "{github}");
    let html = stdout(&folder, "a.out --format html --source .");
    assert!(html.contains("func called() int {"), "{html}");
}
