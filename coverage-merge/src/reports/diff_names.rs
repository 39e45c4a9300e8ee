//! The name of the file that a part of a diff changes.

/// The lines before the first hunk of a file, as far as they have names.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// What stands after `diff --git`.
    git: Option<String>,
    old: Option<String>,
    new: Option<String>,
    /// What git says without any prefix.
    renamed: Option<String>,
    is_open: bool,
}

/// What git writes before the new name of a file, which then has no prefix.
const TO: [&str; 2] = ["rename to ", "copy to "];

/// What stands for a file that is not there.
pub(crate) const NO_FILE: &str = "/dev/null";

/// What git puts before names, by `diff.mnemonicPrefix` too.
const PREFIXES: [&str; 8] = ["a/", "b/", "c/", "i/", "o/", "w/", "1/", "2/"];

impl Header {
    /// Takes a line outside of hunks; returns whether it belongs to a diff.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        let git = ["diff --git ", "diff --cc ", "diff --combined "];
        if let Some(names) = git.iter().find_map(|it| line.strip_prefix(it)) {
            *self = Self::default();
            self.git = Some(names.to_owned());
        } else if let Some(name) = line.strip_prefix("--- ") {
            // Without a line from git, this is the first of a file.
            if self.old.is_some() {
                *self = Self::default();
            }
            self.old = Some(unquoted(name));
        } else if let Some(name) = line.strip_prefix("+++ ") {
            self.new = Some(unquoted(name));
        } else if let Some(name) =
            TO.iter().find_map(|it| line.strip_prefix(it))
        {
            self.renamed = Some(unquoted(name));
        } else {
            return false;
        }
        self.is_open = true;
        true
    }

    /// Returns whether no path has been asked for since the last line.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Returns the path in the new version, if there was a line with it.
    pub(crate) fn path(&mut self) -> Option<String> {
        self.is_open = false;
        if let Some(name) = &self.renamed {
            return Some(name.clone());
        }
        let no_file = |name: &&String| **name != NO_FILE;
        let new = Some(self.new.as_ref()?).filter(no_file);
        let old = self.old.as_ref().filter(no_file);
        Some(match (old, new) {
            (Some(old), Some(new)) => stripped(old, new).to_owned(),
            (None, Some(new)) => match self.git.as_deref().map(halves) {
                Some(Some((a, b))) if b == *new => stripped(&a, new).to_owned(),
                _ => without_prefix(new).to_owned(),
            },
            // A file that is gone has no new lines.
            _ => NO_FILE.to_owned(),
        })
    }
}

/// Returns `new` without its prefix: with `old` it shares all but the prefix;
/// two equal names have none.
fn stripped<'a>(old: &str, new: &'a str) -> &'a str {
    if old == new {
        return new;
    }
    let rest = |name: &'a str| name.split_once('/').map(|(_, rest)| rest);
    match (old.split_once('/'), rest(new)) {
        (Some((_, old)), Some(new)) if old == new => new,
        _ => without_prefix(new),
    }
}

fn without_prefix(name: &str) -> &str {
    let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
    rest.unwrap_or(name)
}

/// Returns the two names after `diff --git`, which have blanks between and
/// inside: they are equal, but for a prefix.
fn halves(names: &str) -> Option<(String, String)> {
    let same = |(a, b): &(&str, &str)| {
        let (a, b) = (unquoted(a), unquoted(b));
        let rest = |name: &str| name.split_once('/').map(|it| it.1.to_owned());
        a == b || rest(&a).is_some() && rest(&a) == rest(&b)
    };
    let splits = names.match_indices(' ').map(|(at, _)| names.split_at(at));
    let mut splits = splits.map(|(a, b)| (a, &b[1..]));
    splits.find(same).map(|(a, b)| (unquoted(a), unquoted(b)))
}

/// Returns a name as git means it: `"caf\303\251.go"` is `café.go`; a tab ends
/// one that is not quoted, and a date may follow.
fn unquoted(name: &str) -> String {
    let Some(inside) = name.strip_prefix('"') else {
        let name = name.split('\t').next().unwrap_or_default();
        return name.trim_end_matches('\r').to_owned();
    };
    let mut bytes = Vec::new();
    let mut rest = inside.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => break,
            b'\\' => bytes.push(escaped(&mut rest)),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads what follows a backslash: three octal digits, or a letter.
fn escaped(rest: &mut std::iter::Peekable<impl Iterator<Item = u8>>) -> u8 {
    match rest.next().unwrap_or(b'\\') {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'a' => 7,
        b'b' => 8,
        b'v' => 11,
        b'f' => 12,
        digit @ b'0'..=b'7' => {
            let mut value = u32::from(digit - b'0');
            for _ in 0..2 {
                if let Some(more) = rest.next_if(|b| (b'0'..=b'7').contains(b))
                {
                    value = value * 8 + u32::from(more - b'0');
                }
            }
            value as u8
        }
        other => other,
    }
}
