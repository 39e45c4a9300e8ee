//! Reports in the style of coverlet, which measures .NET: small ones by hand.

use coverage_merge::{LcovVersion, Profile, Total};

/// A report on one class, whose `if` in line 9 went one way; the async method
/// has a class of its own, in the same file.
fn cobertura(source: &str, filename: &str, other_way: bool) -> String {
    let (hits, other) = if other_way { (0, 3) } else { (2, 0) };
    // A method's lines are its class's too.
    let lines = format!(
        r#"<line number="8" hits="5" branch="False" />
<line number="9" hits="5" branch="True" condition-coverage="50% (1/2)">
  <conditions>
    <condition number="14" type="jump" coverage="50%" />
  </conditions>
</line>
<line number="10" hits="{hits}" branch="False" />
<line number="11" hits="{other}" branch="False" />"#
    );
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<coverage line-rate="0.75" branch-rate="0.5" version="1.9" timestamp="1700000000" lines-covered="3" lines-valid="4" branches-covered="1" branches-valid="2">
  <sources>
    <source>{source}</source>
  </sources>
  <packages>
    <package name="Shop" line-rate="0.75" branch-rate="0.5" complexity="3">
      <classes>
        <class name="Shop.Cart" filename="{filename}" line-rate="0.75" branch-rate="0.5" complexity="2">
          <methods>
            <method name="Total" signature="(System.Int32,System.Int32)" line-rate="0.75" branch-rate="0.5" complexity="2">
              <lines>
                {lines}
              </lines>
            </method>
          </methods>
          <lines>
            {lines}
          </lines>
        </class>
        <class name="Shop.Cart/&lt;Save&gt;d__4" filename="{filename}" line-rate="1" branch-rate="1" complexity="1">
          <methods>
            <method name="MoveNext" signature="()" line-rate="1" branch-rate="1" complexity="1">
              <lines>
                <line number="20" hits="1" branch="False" />
              </lines>
            </method>
          </methods>
          <lines>
            <line number="20" hits="1" branch="False" />
          </lines>
        </class>
      </classes>
    </package>
  </packages>
</coverage>"#
    )
}

/// Its tracefile of the same: names of methods have commas, and branches are
/// numbered by their place in the bytecode.
const LCOV: &str = "SF:/ci/shop/src/Cart.cs\n\
    FN:8,System.Int32 Shop.Cart::Total(System.Int32,System.Int32)\n\
    FNDA:5,System.Int32 Shop.Cart::Total(System.Int32,System.Int32)\n\
    FN:19,System.Void Shop.Cart/<Save>d__4::MoveNext()\n\
    FNDA:1,System.Void Shop.Cart/<Save>d__4::MoveNext()\n\
    DA:8,5\nDA:9,5\nDA:10,2\nDA:11,0\nDA:20,1\nLF:5\nLH:4\n\
    BRDA:9,14,0,2\nBRDA:9,14,1,0\nBRF:2\nBRH:1\nFNF:2\nFNH:2\n\
    end_of_record\n";

fn union(texts: &[&str]) -> Profile {
    let mut union = Profile::new();
    for text in texts {
        union.read(text.as_bytes(), "coverage").expect(text);
    }
    union.join_sources().expect("no checksums");
    union
}

fn total(covered: u64, statements: u64) -> Total {
    Total { covered, statements }
}

#[test]
fn both_ways_of_a_branch_are_united() {
    let [one, other] =
        [false, true].map(|way| cobertura("/ci/shop/", "src/Cart.cs", way));
    let union = union(&[&one, &other]);
    let files = union.lines();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].path, "/ci/shop/src/Cart.cs");
    let counts = [(8, 10), (9, 10), (10, 2), (11, 3), (20, 2)];
    assert_eq!(files[0].lines, counts);
    // Coverlet says how many ways were taken, and not which.
    assert_eq!(union.branch_total(), total(1, 2));
}

#[test]
fn the_root_of_the_system_is_a_source() {
    let report = cobertura("/", "ci/shop/src/Cart.cs", false);
    let union = union(&[&report, LCOV]);
    let files = union.lines();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0].lines[0], (8, 10));
}

#[test]
fn a_drive_is_a_source() {
    let windows = cobertura(r"C:\", r"ci\shop\src\Cart.cs", false);
    let files = union(&[&windows]).lines();
    assert_eq!(files[0].path, "C:/ci/shop/src/Cart.cs");
    let stays = cobertura("", "/_/src/Cart.cs", false);
    assert_eq!(union(&[&stays]).lines()[0].path, "/_/src/Cart.cs");
}

#[test]
fn its_tracefile_keeps_methods_and_branches() {
    let union = union(&[LCOV, LCOV]);
    assert_eq!(union.branch_total(), total(1, 2));
    let mut out = Vec::new();
    union.write_lcov(&mut out, LcovVersion::One).expect("a vector takes all");
    let out = String::from_utf8(out).expect("a tracefile is text");
    for record in [
        "FN:8,System.Int32 Shop.Cart::Total(System.Int32,System.Int32)\n",
        "FNDA:10,System.Int32 Shop.Cart::Total(System.Int32,System.Int32)\n",
        "BRDA:9,14,0,4\nBRDA:9,14,1,0\nBRF:2\nBRH:1\n",
        "FNF:2\nFNH:2\n",
    ] {
        assert!(out.contains(record), "{record}{out}");
    }
}

#[test]
fn its_json_is_named() {
    let json = r#"{"Shop.dll": {"/src/Cart.cs": {"Shop.Cart": {
        "System.Void Shop.Cart::Add()": {"Lines": {"8": 5}, "Branches": [
        {"Line": 9, "Offset": 14, "EndOffset": 16, "Path": 0, "Ordinal": 0,
        "Hits": 2}]}}}}}"#;
    let error = Profile::new().read(json.as_bytes(), "coverage.json");
    let error = error.expect_err("no input").to_string();
    assert!(error.contains("coverlet"), "{error}");
    assert!(error.contains("CoverletOutputFormat"), "{error}");
}
