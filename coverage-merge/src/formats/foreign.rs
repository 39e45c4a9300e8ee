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
        // Nearly all are valid, which is found out faster than what is not.
        _ => str::from_utf8(head)
            .map_or_else(|_| String::from_utf8_lossy(head), Cow::Borrowed),
    }
}

/// What an XML file is, by its root element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Xml {
    Cobertura,
    Clover,
    Jacoco,
    /// Something else, with what to do.
    Other(&'static str),
}

/// Returns what an XML file is; Cobertura's if it does not say.
pub(crate) fn xml(text: &str) -> Xml {
    let mut tags = text.split('<').skip(1);
    let is_root = |tag: &&str| !tag.starts_with(['?', '!']);
    let is_in_comment = text.trim_start().starts_with("<!--");
    let Some(root) = tags.find(is_root) else { return Xml::Cobertura };
    let end = |c: char| c.is_whitespace() || c == '>' || c == '/';
    let name = root.split(end).next().unwrap_or_default();
    let has = |word: &str| text.contains(word);
    match name {
        "coverage"
            if has("<project ")
                || has("<project>")
                || root.contains("clover=") =>
        {
            Xml::Clover
        }
        "coverage" if has("<lineToCover ") => Xml::Other(
            "a report in the generic format of SonarQube: not read; ask the \
             tool that made it for lcov or cobertura",
        ),
        "coverage" => Xml::Cobertura,
        "report" if has("JACOCO") || has("<sessioninfo ") => Xml::Jacoco,
        "report" if has("<package ") || has("<group ") => Xml::Jacoco,
        "testsuites" | "testsuite" => Xml::Other("a JUnit report, no coverage"),
        "html" | "HTML" => Xml::Other("a page of HTML, no coverage"),
        "CoverageSession" => {
            Xml::Other("an OpenCover report: not read; ask for cobertura")
        }
        "Root" if has("CoveredStatements") => {
            Xml::Other("a dotCover report: not read; ask for cobertura")
        }
        "results" | "CoverageDSPriv" if has("module") || has("Module") => {
            Xml::Other(
                "a coverage report of Visual Studio: not read; convert it \
                 with dotnet-coverage merge --output-format cobertura",
            )
        }
        // A comment has tags too; the reader of Cobertura will see.
        _ if is_in_comment => Xml::Cobertura,
        _ => Xml::Other("XML, no coverage"),
    }
}

/// Returns what a JSON file is that is not read.
pub(crate) fn json(text: &str) -> &'static str {
    let has = |word: &str| text.contains(word);
    if has("\"gcovr/") || has("\"gcc_version\"") {
        "JSON of gcov or gcovr: not read; make a report with gcovr --lcov"
    } else if has("\"executed_lines\"") {
        "JSON of coverage.py: not read; make a report with coverage lcov"
    } else if has("\"scriptId\"") {
        "raw coverage of V8: not read; make a report with c8 report \
         --reporter=lcovonly"
    } else if has("\"Lines\"") && has("\"Branches\"") {
        "JSON of coverlet: not read; make a report with \
         /p:CoverletOutputFormat=cobertura, or lcov"
    } else if has("\"coverage\"") && has("\"lines\"") {
        "JSON of SimpleCov: not read; make a report with the formatter of \
         simplecov-lcov or simplecov-cobertura"
    } else {
        "JSON, and none of Istanbul or llvm-cov: not read; ask the tool for \
         lcov or cobertura"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_told_apart_by_their_root() {
        for (text, expected) in [
            ("<coverage><packages/></coverage>", Xml::Cobertura),
            ("<?xml?><!-- a --><coverage clover='3'>", Xml::Clover),
            ("<coverage generated='1'><project name='a'>", Xml::Clover),
            ("<report name='a'><group name='b'>", Xml::Jacoco),
            ("<report><row/></report>", Xml::Other("XML, no coverage")),
        ] {
            assert_eq!(xml(text), expected, "{text}");
        }
        let sonar = xml("<coverage version='1'><file><lineToCover a='1'/>");
        assert!(matches!(sonar, Xml::Other(what) if what.contains("Sonar")));
    }
}
