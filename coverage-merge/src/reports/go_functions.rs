//! The functions of a Go source file.

/// A function of a Go file and its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GoFunction {
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// `Name`, or `Type.Name` of a method; without type parameters.
    pub(crate) name: String,
}

impl GoFunction {
    pub(crate) fn has(&self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

/// Returns the functions of a file: from `func` at the start of a line, where
/// no brace is open, to the brace that closes it.
pub(crate) fn go_functions(text: &str) -> Vec<GoFunction> {
    let code = code_alone(text);
    let mut functions: Vec<GoFunction> = Vec::new();
    let (mut depth, mut open) = (0_i32, false);
    for (line, number) in code.lines().zip(1..) {
        if depth == 0
            && let Some(rest) = line.strip_prefix("func ")
        {
            let name = function_name(rest);
            functions.push(GoFunction { first: number, last: number, name });
            open = true;
        }
        for byte in line.bytes() {
            depth += match byte {
                b'{' | b'(' | b'[' => 1,
                b'}' | b')' | b']' => -1,
                _ => 0,
            };
        }
        if open && let Some(function) = functions.last_mut() {
            function.last = number;
            open = depth > 0;
        }
    }
    functions
}

/// Returns the text with strings, runes and comments left out, but for the
/// ends of lines.
fn code_alone(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' | '\'' => quoted(rest, c),
            '`' => rest[1..].find('`').map_or(rest.len(), |at| at + 2),
            '/' if rest.starts_with("//") => {
                rest.find('\n').unwrap_or(rest.len())
            }
            '/' if rest.starts_with("/*") => {
                rest[2..].find("*/").map_or(rest.len(), |at| at + 4)
            }
            c => {
                code.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        let (gone, after) = rest.split_at(length);
        code.extend(gone.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    code
}

/// Returns the length of a string or rune with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns `T.Name` for `(t *T[K, V]) Name(...)`, and `Name` for `Name[T
/// any](...)`: a generic function is one.
fn function_name(rest: &str) -> String {
    let until = |text: &str| {
        let end = text.find(['(', '[']).unwrap_or(text.len());
        text[..end].trim().to_owned()
    };
    let Some((receiver, rest)) =
        rest.strip_prefix('(').and_then(|rest| rest.split_once(')'))
    else {
        return until(rest);
    };
    let kind = until(receiver);
    let kind = kind.rsplit(' ').next().unwrap_or_default();
    format!("{}.{}", kind.trim_start_matches('*'), until(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_with_their_lines() {
        let text = "package a\n\nfunc f(x int) int {\n\treturn x\n}\n\n\
                    func (t *T[K]) g() {\n}\n\nfunc (U) h() {}\n\n\
                    func k[T any]() {\n\tfunc() {\n\t}()\n}\n";
        let all = go_functions(text);
        let names: Vec<_> = all.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["f", "T.g", "U.h", "k"]);
        let lines: Vec<_> = all.iter().map(|f| (f.first, f.last)).collect();
        assert_eq!(lines, [(3, 5), (7, 8), (10, 10), (12, 15)]);
    }

    #[test]
    fn texts_and_comments_are_no_code() {
        let text = "package a\n\nfunc (p *Pair[K, V]) Swap() int {\n\
                    x := '{'\n\ty := \"}\\\"\"\n\t// }\n\treturn `\n}\n\
                    func no() {\n`\n}\n\nconst t = `\nfunc no() {\n}\n`\n\n\
                    /*\nfunc no() {\n*/\nfunc last() interface{} { return 1 }\n";
        let all = go_functions(text);
        let shown = all.iter().map(|f| (f.name.as_str(), f.first, f.last));
        let expected = [("Pair.Swap", 3, 11), ("last", 21, 21)];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }
}
