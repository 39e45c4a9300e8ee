//! Formats that are told apart only to say what to do with them.

use std::borrow::Cow;

/// How the word ends for files that have nothing to do with coverage.
pub(crate) const NO_COVERAGE: &str = ", no coverage";

/// Returns what a file of bytes is.
pub(crate) fn binary(head: &[u8]) -> Option<&'static str> {
    Some(match head {
        [b'P', b'K', 3, 4, ..] => {
            "a zip archive: unpack it and give the folder"
        }
        [0xFD, b'7', b'z', b'X', b'Z', ..] => {
            "packed by xz: unpack it, or pack it with gzip or zstd"
        }
        [b'B', b'Z', b'h', ..] => {
            "packed by bzip2: unpack it, or pack it with gzip or zstd"
        }
        _ if head.starts_with(b"SQLite format 3") => {
            "a database of coverage.py: make a report with coverage lcov"
        }
        _ if head.starts_with(b"oncg") || head.starts_with(b"gcno") => {
            "a file of gcc's gcov: make a report with lcov or gcovr"
        }
        _ if head.starts_with(&[0x81, b'r', b'f', b'o', b'r', b'p', b'l'])
            || head.starts_with(&[0xFF, b'l', b'p', b'r', b'o', b'f']) =>
        {
            "a raw profile of LLVM: merge with llvm-profdata, then llvm-cov \
             export --format=lcov"
        }
        _ => return None,
    })
}

/// Returns the text of an input's first bytes, which may be UTF-16.
pub(crate) fn as_utf8(head: &[u8]) -> Cow<'_, str> {
    let wide = |bytes: &[u8], big: bool| {
        let pairs = bytes.chunks_exact(2).map(|pair| {
            let pair = [pair[0], pair[1]];
            let (le, be) = (u16::from_le_bytes, u16::from_be_bytes);
            if big { be(pair) } else { le(pair) }
        });
        let chars = char::decode_utf16(pairs);
        chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match head {
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => Cow::Owned(wide(head, false)),
        [0xFE, 0xFF, ..] | [0, b'<', ..] => Cow::Owned(wide(head, true)),
        _ => String::from_utf8_lossy(head),
    }
}

/// Returns what an XML file is whose root element is not `<coverage>` as
/// Cobertura has it; `None` for one that is, or that does not say.
pub(crate) fn xml(text: &str) -> Option<&'static str> {
    let mut tags = text.split('<').skip(1);
    let is_root = |tag: &&str| !tag.starts_with(['?', '!']);
    let is_in_comment = text.trim_start().starts_with("<!--");
    let root = tags.find(is_root)?;
    let end = |c: char| c.is_whitespace() || c == '>' || c == '/';
    let name = root.split(end).next().unwrap_or_default();
    match name {
        "coverage" if text.contains("<project ") || has_clover(root) => Some(
            "a Clover report: not read; ask the tool for lcov or cobertura",
        ),
        "coverage" => None,
        "report" => Some(
            "a JaCoCo report: not read; convert it to Cobertura, for instance \
             with cover2cover or ReportGenerator",
        ),
        "testsuites" | "testsuite" => Some("a JUnit report, no coverage"),
        "html" | "HTML" => Some("a page of HTML, no coverage"),
        "CoverageSession" => {
            Some("an OpenCover report: not read; ask for cobertura")
        }
        // A comment has tags too; the reader of Cobertura will see.
        _ if is_in_comment => None,
        _ => Some("XML, no coverage"),
    }
}

fn has_clover(root: &str) -> bool {
    root.contains("clover=")
}

/// Returns what a JSON file is.
pub(crate) fn json(text: &str) -> &'static str {
    let has = |word: &str| text.contains(word);
    if has("llvm.coverage.json.export") || has("\"segments\"") {
        "JSON of llvm-cov: not read; make a report with llvm-cov export \
         --format=lcov"
    } else if has("\"statementMap\"") || has("\"fnMap\"") || has("\"s\":{") {
        "JSON of Istanbul: not read; make a report with nyc report \
         --reporter=lcovonly"
    } else if has("\"gcovr/") || has("\"gcc_version\"") {
        "JSON of gcov or gcovr: not read; make a report with gcovr --lcov"
    } else if has("\"executed_lines\"") {
        "JSON of coverage.py: not read; make a report with coverage lcov"
    } else {
        "JSON (of Istanbul, llvm-cov or gcov?): not read; ask the tool for \
         lcov or cobertura"
    }
}
